"""How far a repository jumps when it follows a release: from which version, over which releases, does that break it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.announcement import read_announcement
from pilotage.domains.versionfiles.specifier import is_satisfied
from pilotage.model.downstream import Standing
from pilotage.model.remote import Release
from pilotage.model.version import Version

if TYPE_CHECKING:
    from pilotage.model.downstream import Note, Reference, Rollout, Usage

_NAMED = frozenset((Standing.EXACT, Standing.ARGUMENT, Standing.LOCKED))
_MARKS = " \t=vV"


class Told(msgspec.Struct, frozen=True):
    """What the notes of a release tell those who use it.

    Args:
        breaking: What breaks them, one line of Markdown each.
        upgrade_path: What they must do, Markdown.
    """

    breaking: tuple[str, ...] = ()
    upgrade_path: str = ""


@lru_cache(maxsize=512)
def read_note(note: Note) -> Told:
    """Read what breaks users out of a release's notes; the same release is read once for all repositories."""
    release = Release(0, "", "", note.body, is_draft=False, url=note.url)
    announcement = read_announcement(release, project="", version=str(note.version))
    return Told(announcement.breaking, announcement.upgrade_path)


def find_version(usage: Usage, rollout: Rollout) -> Version | None:
    """Find the lowest version that a repository has now; None when nothing tells.

    A pin and a lock name it. A range that keeps the release out stands for the newest release that it admits.
    """
    found = (_read_version(reference, rollout) for reference in usage.references)
    return min((version for version in found if version is not None), default=None)


def _read_version(reference: Reference, rollout: Rollout) -> Version | None:
    if reference.standing is Standing.EXCLUDES:
        notes = rollout.notes
        return max((one.version for one in notes if is_satisfied(reference.before, one.version)), default=None)
    if reference.standing not in _NAMED:
        return None
    wanted = rollout.wanted
    text = reference.before.removeprefix(wanted.tag_prefix).removesuffix(wanted.tag_suffix).strip(_MARKS)
    try:
        return Version(text)
    except ValueError:  # InvalidVersion is one; a number of thousands of digits is another
        return None


def notes_between(rollout: Rollout, usage: Usage) -> tuple[Note, ...]:
    """Give the releases that a repository passes on its way to this one, this one included, newest first.

    Where its version is not known that is this one alone. A final release passes over the pre-releases before it: its
    own notes say what they said.
    """
    start, end = find_version(usage, rollout), rollout.wanted.version
    passed = (
        note
        for note in rollout.notes
        if note.version == end
        or (start is not None and start < note.version < end and (end.is_prerelease or not note.version.is_prerelease))
    )
    return tuple(sorted(passed, key=lambda note: note.version, reverse=True))


def is_breaking(rollout: Rollout, usage: Usage) -> bool:
    """Tell whether the jump may break a repository: notes on the way say so, or the versions themselves do.

    The first number does, and of 0.x versions the second one (https://semver.org, rule 4).
    """
    if any(told.breaking or told.upgrade_path for told in map(read_note, notes_between(rollout, usage))):
        return True
    start = find_version(usage, rollout)
    return start is not None and _line(start) != _line(rollout.wanted.version)


def _line(version: Version) -> tuple[int, ...]:
    return (version.epoch, version.major, version.minor if version.major == 0 else 0)
