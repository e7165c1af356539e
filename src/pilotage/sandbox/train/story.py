"""The two changes that are made in a rehearsal: a feature, and a fix of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pilotage.sandbox.forge.people import Files
    from pilotage.sandbox.train.subject import Subject

_FAREWELL: Final = '''\
"""Words for ships that leave."""


def farewell(ship: str) -> str:
    """Say goodbye to a ship."""
    return f"Fair winds, {ship}!"
'''
_NOTE: Final = "A rehearsal was here; this file never reaches your repository.\n"


@dataclass(frozen=True, slots=True)
class Story:
    """What is changed, and how a title says it.

    Args:
        feature: The feature in words, as the subject of a title.
        feature_files: Its files.
        fix: The fix in words.
        fix_files: Its files.
    """

    feature: str
    feature_files: Files
    fix: str
    fix_files: Files


def choose_story(subject: Subject) -> Story:
    """Choose the changes: code in the example; files of no meaning in a repository of somebody's own."""
    if subject.source is None:
        path = "src/harbour_example/farewell.py"
        repaired = _FAREWELL.replace("{ship}", "{ship.strip()}")
        return Story("add farewells", {path: _FAREWELL}, "drop blanks around a ship's name", {path: repaired})
    below = "" if subject.folder == "." else f"{subject.folder}/"
    return Story(
        "add a rehearsal note",
        {f"{below}pilotage-rehearsal-feature.txt": _NOTE},
        "mend the rehearsal note",
        {f"{below}pilotage-rehearsal-fix.txt": _NOTE},
    )
