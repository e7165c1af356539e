"""What the next version is decided from: the release that it follows, and how far the changes since then go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.bump import decide_bump
from pilotage.model.version import Bump, Version, read_version

if TYPE_CHECKING:
    from pilotage.model.change import Changes
    from pilotage.model.config import Config
    from pilotage.model.line import Line
    from pilotage.model.project import Project

__all__ = ["Ground", "find_ground"]


class Ground(msgspec.Struct, frozen=True):
    """What a version is decided from.

    Args:
        current: The last release of any kind, which the next version is above; None before the first one.
        base: The release whose numbers the bump raises; None before the first one.
        changes: What the commits since the base mean.
        bump: How far they go.
        new: How far the changes since the last release of any kind go.
        is_open: Whether the current version is a pre-release whose full release is still to come.
        written: A version that a person raised in the files beyond the last release; None when nobody did.
    """

    current: Version | None
    base: Version | None
    changes: Changes
    bump: Bump
    new: Bump
    is_open: bool = False
    written: Version | None = None

    @property
    def least(self) -> Version | None:
        """Give the version below which a full release may not be: what was announced, or written by a person."""
        announced = Version(self.current.base_version) if self.current is not None and self.is_open else None
        return max((one for one in (announced, self.written) if one is not None), default=None)


def find_ground(changes: Changes, current: Version | None, *, project: Project, config: Config, line: Line) -> Ground:
    """Find out what counts.

    Below a pre-release whose full release is still to come, everything since the last full release counts. Where that
    full release was made elsewhere meanwhile, it is what the new changes follow.

    Args:
        changes: What the commits since the last release of any kind mean.
        current: The version that is released last; None before the first one.
        project: What the files say.
        config: For the table of types.
        line: For the last full release, and for what exists.
    """
    new = decide_bump(changes.changes, config)
    written = _read_written(project, current, line)
    if current is None or not current.is_prerelease:
        return Ground(current, current, changes, new, new, written=written)
    final = Version(current.base_version)
    if final in line.known:
        return Ground(current, final, changes, new, new, written=written)
    if line.since_full is None:
        return Ground(current, current, changes, new, new, is_open=True, written=written)
    bump = Bump.highest(new, decide_bump(line.since_full.changes, config))
    base = line.full.version if line.full else None
    return Ground(current, base, line.since_full, bump, new, is_open=True, written=written)


def _read_written(project: Project, current: Version | None, line: Line) -> Version | None:
    """Read the version in the files where a person raised it; a `.dev` there only says what is being worked on."""
    if project.version is None:
        return None
    written = read_version(project.version, place=project.source)
    if current is not None and written <= current:
        return None
    if written in line.known:  # the version of a pre-release whose commit came here without its tag, by a squash merge
        return Version(written.base_version)
    return Version(written.public.partition(".dev")[0])
