"""What the next release would be: its version, its bump, and the changes that cause it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.ground import find_ground
from pilotage.domains.target import decide_target
from pilotage.model.line import Line
from pilotage.model.version import Bump, TagFormat, Version, read_version

if TYPE_CHECKING:
    from pilotage.domains.ground import Ground
    from pilotage.model.change import Changes
    from pilotage.model.config import Config
    from pilotage.model.project import Project
    from pilotage.model.snapshot import LastRelease


class Proposal(msgspec.Struct, frozen=True):
    """What the next release would be.

    Args:
        version: The next version; None when there is nothing to release.
        bump: How far they go: below a pre-release the changes since the last full release; none when there is nothing
            to release.
        changes: What the commits that the release ships mean: those since the last release of any kind, and for a full
            release that ends pre-releases all since the last full one.
        tag: The tag of the next version; empty when there is nothing to release.
        previous_tag: The tag of the release that those commits follow; empty when there is none.
        follows: The components whose releases change its requirements or ask for its own, sorted.
        linked_to: The component whose version it has, where that is not its own doing; else empty.
    """

    version: Version | None
    bump: Bump
    changes: Changes
    tag: str
    previous_tag: str = ""
    follows: tuple[str, ...] = ()
    linked_to: str = ""


def tag_format_of(config: Config, project: Project) -> TagFormat:
    """Give the spelling of the project's tags."""
    return TagFormat.parse(config.tag_format, name=project.name)


def current_version(project: Project, last_release: LastRelease | None, config: Config) -> Version | None:
    """Give the version that the next one must follow; None before a first release."""
    if last_release is not None:
        return read_version(last_release.version, place=f"release {last_release.tag or last_release.commit}")
    if project.version is None:
        return None
    written = read_version(project.version, place=project.source)
    return written if written > Version(config.initial_version) else None


def propose_release(
    changes: Changes,
    *,
    project: Project,
    last_release: LastRelease | None,
    config: Config,
    line: Line | None = None,
) -> Proposal:
    """Decide the next version from the unreleased changes.

    A version that a person raised in the tree beyond the last release is the least that comes next.

    Args:
        changes: What the commits since the last release of any kind mean, a pre-release too.
        project: What the files say.
        last_release: That release; None before the first one.
        config: The configuration.
        line: What is known about the branch; left out, a default branch without pre-releases.

    Raises:
        ConfigError: A version cannot be understood, what is asked for cannot follow, or the scheme has no next version.
        ConflictError: What is asked for is taken, or the branch may not release what comes next.
    """
    line = line or Line()
    current = current_version(project, last_release, config)
    ground = find_ground(changes, current, project=project, config=config, line=line)
    if line.asked or changes.release_as:
        # Hardly any release needs these rules.
        from pilotage.domains.askedversion import decide_asked  # noqa: PLC0415 - see above

        version: Version | None = decide_asked(changes, current, config=config, line=line)
    else:
        version = _decide(ground, config=config, line=line)
    proposal = Proposal(
        version,
        ground.bump if version else Bump.NONE,
        changes,
        tag=tag_format_of(config, project).render(version) if version else "",
        previous_tag=last_release.tag if last_release else "",
    )
    if version is not None and not version.is_prerelease and ground.is_open and line.since_full is not None:
        return msgspec.structs.replace(
            proposal, changes=line.since_full, previous_tag=line.full.tag if line.full else ""
        )
    return proposal


def _decide(ground: Ground, *, config: Config, line: Line) -> Version | None:
    """Decide by the commits: a full release ends pre-releases even when nothing is new since the last of them."""
    if not line.channel:
        if ground.bump is Bump.NONE:
            return None
        return decide_target(ground.base, ground.bump, config=config, line=line, least=ground.least)
    if (ground.bump if line.channel == "maintenance" else ground.new) is Bump.NONE:
        return None
    # Most branches that release are the default one.
    from pilotage.domains.branchline import decide_on_branch  # noqa: PLC0415 - see above

    return decide_on_branch(ground, config=config, line=line)
