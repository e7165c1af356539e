"""A job's identity on GitHub Actions: where it is asked for, and what it says."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import RemoteError
from pilotage.providers.httpmessage import render_line

if TYPE_CHECKING:
    from pilotage.model.secret import Secret


class IdentitySource(msgspec.Struct, frozen=True):
    """Where a job of GitHub Actions asks for its identity.

    Args:
        url: The value of `ACTIONS_ID_TOKEN_REQUEST_URL`.
        token: The value of `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.
    """

    url: str
    token: Secret


class Claims(msgspec.Struct, frozen=True):
    """What a job's identity says (https://docs.github.com/actions/reference/openid-connect-reference).

    Only what a publisher is compared with; all texts, empty when missing.
    """

    sub: str = ""
    repository: str = ""
    repository_owner: str = ""
    repository_owner_id: str = ""
    workflow_ref: str = ""
    job_workflow_ref: str = ""
    ref: str = ""
    environment: str = ""
    event_name: str = ""

    @property
    def is_reusable(self) -> bool:
        """Say whether the job stands in a workflow that another one calls."""
        return bool(self.workflow_ref and self.job_workflow_ref) and self.workflow_ref != self.job_workflow_ref

    def render(self) -> str:
        """Return the claims as lines for a person who registers a publisher."""
        return "\n".join(
            f"  {name}: {render_line(value)}" for name, value in msgspec.structs.asdict(self).items() if value
        )


def read_claims(identity: Secret) -> Claims:
    """Read what an identity token (a JWT, RFC 7519) says. Its signature is the index's business.

    Raises:
        RemoteError: It is no JWT.
    """
    try:
        _, payload, _ = identity.reveal().split(".")
        said = msgspec.json.decode(
            base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=dict[str, object]
        )
    except ValueError as exc:
        raise RemoteError("GitHub gave an identity that is no JWT", hint="Run the job again.") from exc
    return Claims(**{name: str(said[name]) for name in Claims.__struct_fields__ if said.get(name) is not None})
