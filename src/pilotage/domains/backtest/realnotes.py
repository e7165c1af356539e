"""What the notes of a past release say that it was: their headings, and whether they name a commit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.model.version import Bump

if TYPE_CHECKING:
    from pilotage.model.change import Change

_HEADING = re.compile(r"^(?: {0,3}#{2,6}[ \t]+(.+)|\*\*([^*\n]+)\*\*:?[ \t]*)$", re.MULTILINE)
_UNDERLINED = re.compile(r"^(\S[^\n]*)\n[-=~^\"']{3,}[ \t]*$", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*[-*+][ \t]+\S", re.MULTILINE)
_LEVELS = (
    (Bump.MAJOR, re.compile(r"(?i)\bbreak")),
    (Bump.MINOR, re.compile(r"(?i)\b(?:feat(?:ures?)?|new features?|added|additions?|enhancements?)\b")),
    (
        Bump.PATCH,
        re.compile(r"(?i)\b(?:fix(?:es|ed)?|bug ?fix(?:es)?|performance|perf|reverts?|dependencies|security)\b"),
    ),
)
_SHORTEST = 8


class RealNotes(msgspec.Struct, frozen=True):
    """One version's section of the changelog, as it was written.

    Args:
        text: The section without its heading.
        level: How far its headings say that the version moves; none when they tell nothing.
        heading: The heading that says so; "" for none.
        items: How many items it lists.
    """

    text: str
    level: Bump
    heading: str
    items: int

    def names(self, change: Change) -> bool:
        """Tell whether the notes list a change: by its commit, or by its subject."""
        if change.sha[:7] in self.text:
            return True
        subject = " ".join(change.subject.split()).lower()
        return len(subject) >= _SHORTEST and subject in " ".join(self.text.split()).lower()


def read_real_notes(section: str) -> RealNotes:
    """Read the body of a version's section."""
    titles = [(match[1] or match[2]).strip(" \t#") for match in _HEADING.finditer(section)]
    titles += [match[1].strip() for match in _UNDERLINED.finditer(section)]
    items = len(_ITEM.findall(section))
    for level, pattern in _LEVELS:
        heading = next((title for title in titles if pattern.search(title)), "")
        if heading:
            return RealNotes(section, level, heading, items)
    return RealNotes(section, Bump.NONE, "", items)
