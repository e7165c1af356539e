"""What the next release would be: its version, its bump, and the changes that cause it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.bump import decide_bump
from pilotage.domains.nextversion import decide_next_version
from pilotage.model.version import Bump, TagFormat, Version, read_version

if TYPE_CHECKING:
    from pilotage.model.change import Changes
    from pilotage.model.config import Config
    from pilotage.model.project import Project
    from pilotage.model.snapshot import LastRelease


class Proposal(msgspec.Struct, frozen=True):
    """What the next release would be.

    Args:
        version: The next version; None when there is nothing to release.
        bump: How far the changes move it.
        changes: What the unreleased commits mean.
        tag: The tag of the next version; empty when there is nothing to release.
    """

    version: Version | None
    bump: Bump
    changes: Changes
    tag: str


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
    changes: Changes, *, project: Project, last_release: LastRelease | None, config: Config
) -> Proposal:
    """Decide the next version from the unreleased changes.

    A version that a person raised in the tree beyond the last release is the least that comes next.
    """
    bump = decide_bump(changes.changes, config)
    current = current_version(project, last_release, config)
    version = decide_next_version(current, bump, config=config, release_as=changes.release_as)
    if version is not None and project.version is not None and not changes.release_as:
        written = read_version(project.version, place=project.source)
        if last_release is None or written > Version(last_release.version):
            version = max(version, written)
    tag = tag_format_of(config, project).render(version) if version else ""
    return Proposal(version, bump, changes, tag)
