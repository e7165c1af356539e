"""Which types release-please releases: those whose section of the changelog is visible."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.translation.typetable import BumpName, build_rows, is_type, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotage.domains.translation.notes import Notes
    from pilotage.domains.translation.table import Table
    from pilotage.model.config import ChangeType

__all__ = ["read_types"]

_MINOR = ("feat", "feature")

_PRESET = (
    ("feat", "Features", False),
    ("feature", "Features", False),
    ("fix", "Bug Fixes", False),
    ("perf", "Performance Improvements", False),
    ("revert", "Reverts", False),
    ("docs", "Documentation", True),
    ("style", "Styles", True),
    ("chore", "Miscellaneous Chores", True),
    ("refactor", "Code Refactoring", True),
    ("test", "Tests", True),
    ("build", "Build System", True),
    ("ci", "Continuous Integration", True),
)
"""The sections of most release types: those of the preset `conventionalcommits`."""

_PYTHON = (
    ("feat", "Features", False),
    ("fix", "Bug Fixes", False),
    ("perf", "Performance Improvements", False),
    ("deps", "Dependencies", False),
    ("revert", "Reverts", False),
    ("docs", "Documentation", False),
    ("style", "Styles", True),
    ("chore", "Miscellaneous Chores", True),
    ("refactor", "Code Refactoring", True),
    ("test", "Tests", True),
    ("build", "Build System", True),
    ("ci", "Continuous Integration", True),
)
"""The sections of the release types of Python and Java."""

_LIKE_PYTHON = ("python", "python-librarian", "java", "java-yoshi", "java-yoshi-mono-repo", "maven")
_OWN = re.compile(r"php|.*-yoshi")
"""Release types that have other sections again."""


def read_types(
    sections: Iterable[Table] | None, notes: Notes, *, release_type: str, always: str = ""
) -> dict[str, ChangeType]:
    """Translate the sections into rows of the table of types, those that differ from the default.

    A visible type releases at least a patch, `feat` and `feature` a minor; a hidden type or one without a section
    releases only when it breaks.

    Args:
        sections: The tables of `changelog-sections`; None when it is not set.
        notes: Where to say what has no equivalent.
        release_type: Whose default sections hold when it is not set.
        always: The bump of every release, from the strategy `always-bump-…`; "" for none.
    """
    if sections is None:
        listed = list(_PYTHON if release_type in _LIKE_PYTHON else _PRESET)
        if release_type not in _LIKE_PYTHON and _OWN.match(release_type):
            notes.add("release-type", release_type, "its own sections are not known here: say which types release")
    else:
        listed = [(one.text("type").lower(), one.text("section"), one.flag("hidden")) for one in sections]
    rows: dict[str, ChangeType] = {}
    for name, section, hidden in listed:
        if name in rows:
            continue
        if not is_type(name):
            notes.add("changelog-sections", name, "no name of a type: letters, digits, _ and - are")
            continue
        if hidden and name in _MINOR:
            notes.add("changelog-sections", name, "it makes no release there either, but a minor of one that is made")
        level: BumpName = "minor" if name in _MINOR else "patch"
        if always:
            level = "major" if always == "major" else "minor" if always == "minor" else "patch"
        rows[name] = row_of(name, "none" if hidden else level, section=section, hidden=hidden)
    return build_rows(rows)
