"""The next version on a branch that is not the default one: pre-releases, post-releases, maintenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.bump import bump_of_change
from pilotage.domains.maintenance import refuse_overtaking
from pilotage.domains.nextversion import level_of_bump
from pilotage.domains.prerelease import is_of_channel, next_post_release, next_prerelease
from pilotage.domains.target import decide_target
from pilotage.errors import ConfigError, ConflictError
from pilotage.model.version import Bump, Version

if TYPE_CHECKING:
    from pilotage.domains.ground import Ground
    from pilotage.model.config import Config
    from pilotage.model.line import Line

__all__ = ["check_asked", "decide_on_branch"]


def decide_on_branch(ground: Ground, *, config: Config, line: Line) -> Version:
    """Decide the next version of a branch with a channel, where there is something to release.

    Raises:
        ConfigError: A maintenance branch's name tells no range; the scheme has no next version.
        ConflictError: The changes would leave the branch's line, or what comes next is below what exists.
    """
    if line.channel == "post":
        return _decide_post(ground, config=config, line=line)
    if line.channel == "maintenance":
        version = decide_target(ground.base, ground.bump, config=config, line=line, least=ground.least)
        cause = _name_cause(ground, config)
        refuse_overtaking(version, ground.base, branch=line.branch, known=line.known, cause=cause)
        return version
    least = ground.least
    least = Version(least.base_version) if least is not None else None
    target = decide_target(ground.base, ground.bump, config=config, line=line, least=least)
    known = line.known if ground.current is None else (*line.known, ground.current)
    target = Version(target.base_version)
    return next_prerelease(target, line.channel, known=known, least=ground.written)


def check_asked(wished: Version, current: Version | None, *, line: Line, where: str) -> Version:
    """Hold a version that is asked for against the branch's channel.

    On a channel of pre-releases a full version is the target, and the channel's next number of it is the answer.

    Args:
        wished: The version, above the current one.
        current: The last release; None before the first one.
        line: The branch, with a channel.
        where: What asks, for errors.

    Raises:
        ConfigError: The branch makes no such versions.
        ConflictError: It would leave the branch's line, or is below what exists.
    """
    if line.channel == "maintenance":
        refuse_overtaking(wished, current, branch=line.branch, known=line.known, cause=where)
        return wished
    if line.channel == "post":
        if wished.post is not None and wished.pre is None and wished.dev is None:
            return wished
        raise _not_made_here(wished, line, where)
    is_target = not wished.is_prerelease and wished.post is None
    if not is_target and not is_of_channel(wished, line.channel):
        raise _not_made_here(wished, line, where)
    target = Version(wished.base_version)
    known = line.known if current is None else (*line.known, current)
    version = next_prerelease(target, line.channel, known=known, least=None if is_target else wished)
    if not is_target and version != wished:
        raise ConflictError(
            f"{where}: {wished} is below what exists of {target} already",
            hint=f"Ask for {version}, or for {target} and let the number be found.",
        )
    return version


def _decide_post(ground: Ground, *, config: Config, line: Line) -> Version:
    current = ground.current
    if current is None or ground.is_open:
        found = f"the last release is the pre-release {current}" if current is not None else "there is no release"
        raise ConflictError(
            f"branch {line.branch}: a post-release follows a full release, but {found}",
            hint="Make the full release first, from the default branch, and begin this branch at its tag.",
        )
    full = Version(current.base_version)
    if level_of_bump(full, ground.new, config=config) is not Bump.PATCH:
        raise ConflictError(
            f"branch {line.branch}: {_name_cause(ground, config)} does not fit into a post-release of {full}",
            hint="Release that change from the default branch and revert it here; a post-release corrects a release.",
        )
    version = next_post_release(current, known=line.known)
    written = ground.written
    if written is not None and (Version(written.base_version) != full or not written.is_postrelease):
        raise ConflictError(
            f"branch {line.branch}: the files have version {written}, which is no post-release of {full}",
            hint=f"Set the version in the files back to {current}.",
        )
    return version if written is None else max(version, written)


def _name_cause(ground: Ground, config: Config) -> str:
    """Name the oldest change that goes as far as the bump."""
    found = [change for change in ground.changes.changes if bump_of_change(change, config) is ground.bump]
    kind = "breaking" if ground.bump is Bump.MAJOR else ground.bump.value
    return f"the {kind} change {found[-1].sha[:10]}" if found else f"a {kind} change"


def _not_made_here(wished: Version, line: Line, where: str) -> ConfigError:
    kinds = {"a": "alphas such as 1.5.0a1", "b": "betas such as 1.5.0b1", "rc": "candidates such as 1.5.0rc1"}
    kinds |= {"dev": "developmental releases such as 1.5.0.dev1", "post": "post-releases such as 1.4.2.post1"}
    return ConfigError(
        f"{where}: {wished} does not fit branch {line.branch}, which makes {kinds[line.channel]}"
        f" ([tool.pilotage.channels] {line.channel!r})",
        hint="Ask for a version of that kind, or for the other one on the branch that makes it.",
    )
