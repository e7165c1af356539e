"""The real notes of the releases that were decided otherwise than they were made, read with one call of git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.backtest.realnotes import read_real_notes
from pilotage.domains.changelog import read_section
from pilotage.providers.githistorypass import read_contents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.domains.backtest.realnotes import RealNotes
    from pilotage.domains.backtest.replay import Replayed
    from pilotage.providers.git import Git

_USUAL = ("CHANGELOG.md", "CHANGELOG.rst", "CHANGES.md", "CHANGES.rst", "HISTORY.md")


def read_notes(git: Git, replayed: Sequence[Replayed]) -> list[RealNotes | None]:
    """Read the notes of releases in the changelogs at their tags; None where there is no section of the version."""
    names = [[f"{one.step.release.sha}:{path}" for path in _paths(one)] for one in replayed]
    contents = read_contents(git, [name for group in names for name in group])
    return [
        _read_first(one, [contents[name] for name in group if name in contents])
        for one, group in zip(replayed, names, strict=True)
    ]


def _paths(replayed: Replayed) -> tuple[str, ...]:
    """Give where the changelog may be: where the rules say, else where most projects have it."""
    path = replayed.rules.path if replayed.rules else "."
    named = replayed.rules.config.changelog_path if replayed.rules else ""
    usual = (name if path == "." else f"{path}/{name}" for name in _USUAL)
    return tuple(dict.fromkeys(filter(None, (named, *usual))))


def _read_first(replayed: Replayed, contents: Sequence[bytes]) -> RealNotes | None:
    for data in contents:
        section = read_section(data.decode("utf-8", "replace"), replayed.step.release.version)
        if section is not None:
            return read_real_notes(section)
    return None
