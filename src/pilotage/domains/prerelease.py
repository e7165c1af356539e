"""Pre-releases of a channel and post-releases: which number comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.errors import ConflictError
from pilotage.model.version import Version

if TYPE_CHECKING:
    from collections.abc import Collection

    from pilotage.model.line import Channel

__all__ = ["is_of_channel", "next_post_release", "next_prerelease"]


def next_prerelease(target: Version, channel: Channel, *, known: Collection[Version], least: Version | None) -> Version:
    """Decide the next pre-release of a target on a channel: `1.5.0rc1`, then `1.5.0rc2`.

    Args:
        target: The full version that the pre-releases lead to.
        channel: `a`, `b`, `rc` or `dev`.
        known: Every version that exists.
        least: A version that a person wrote in the files; where it is a pre-release of this target and this channel,
            the number begins there.

    Raises:
        ConflictError: A later pre-release of the target, or the target itself, exists (PEP 440 orders dev, a, b, rc).
    """
    same = [one for one in known if Version(one.base_version) == target]
    number = max((_number(one, channel) for one in same), default=0) + 1
    version = _spell(target, channel, number)
    if least is not None and is_of_channel(least, channel) and Version(least.base_version) == target:
        version = max(version, least)
    highest = max(same, default=None)
    if highest is not None and highest > version:
        raise ConflictError(
            f"the next version of this branch would be {version}, which is below {highest}, and that exists",
            hint=f"Release {target} from the branch that made {highest}, or ask for a later version by a commit with a"
            " Release-As footer.",
        )
    return version


def next_post_release(current: Version, *, known: Collection[Version]) -> Version:
    """Decide the next post-release of a full release: `1.4.2.post1`, then `1.4.2.post2`."""
    full = Version(current.base_version)
    same = (one for one in (*known, current) if one.pre is None and Version(one.base_version) == full)
    posts = (one.post or 0 for one in same)
    return Version(f"{full}.post{max(posts, default=0) + 1}")


def is_of_channel(version: Version, channel: Channel) -> bool:
    """Tell whether a version is just a pre-release of a channel, such as `1.5.0rc1`, and nothing more."""
    if version.post is not None or version.local is not None:
        return False
    if channel == "dev":
        return version.dev is not None and version.pre is None
    return version.pre is not None and version.pre[0] == channel and version.dev is None


def _number(version: Version, channel: Channel) -> int:
    if channel == "dev":
        return version.dev or 0 if version.pre is None and version.post is None else 0
    return version.pre[1] if version.pre is not None and version.pre[0] == channel else 0


def _spell(target: Version, channel: Channel, number: int) -> Version:
    return Version(f"{target}{'.' if channel == 'dev' else ''}{channel}{number}")
