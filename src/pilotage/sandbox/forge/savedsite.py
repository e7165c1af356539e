"""What a site's repositories share, to JSON values and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.access import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypedDict

    from pilotage.sandbox.forge.access import Level
    from pilotage.sandbox.forge.site import Site

    class Shared(TypedDict, total=False):
        """The JSON values."""

        tokens: dict[str, str]
        logins: dict[str, str]
        limits: dict[str, dict[str, Level]]
        access: dict[str, dict[str, Level]]
        limits_in: dict[str, dict[str, dict[str, Level]]]


def write_shared(site: Site) -> dict[str, object]:
    """Turn tokens and what belongs to them into JSON values."""
    return {
        "tokens": {token: permission.value for token, permission in site.tokens.items()},
        "logins": site.logins,
        "limits": site.limits,
        "access": site.access,
        "limits_in": site.limits_in,
    }


def read_shared(site: Site, value: Shared | Mapping[str, object]) -> None:
    """Give a site what `write_shared` gave."""
    saved: Shared = value  # type: ignore[assignment]  # write_shared wrote it
    site.tokens = {token: Permission(permission) for token, permission in saved.get("tokens", {}).items()}
    site.logins = saved.get("logins", {})
    site.limits = saved.get("limits", {})
    site.access = saved.get("access", {})
    site.limits_in = saved.get("limits_in", {})
