"""Where the versions' headings of a changelog stand, in Markdown and in reStructuredText.

A heading has marks (`## [1.2.0](link) (2026-11-22)`, `## v1.2.0`, `## demo 1.2.0`, in files of older release-please
`### [1.2.1](link) (2026-11-22)`) or is underlined (`v1.2.0 (2026-11-22)` above `=====`). Lines in fenced code are no
headings (CommonMark 0.31.2, section 4.5), nor are those of a front matter.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from pilotage.model.version import Version

_NUMBER = r"(?:\[v?(?P<linked>[0-9][0-9A-Za-z.!+_-]*)\](?:\([^()\n]*\))?|v?(?P<bare>[0-9][0-9A-Za-z.!+_-]*))"
_REST = r"(?P<rest>(?![0-9A-Za-z])[^\n]*)"
_NAME = r"(?:(?i:version|release)[ \t]+|(?P<name>[A-Za-z][\w.-]*)[ \t]+)?"
_MARKED = re.compile(rf"\ufeff? {{0,3}}(?P<marks>#{{1,3}})[ \t]+{_NAME}{_NUMBER}{_REST}")
_UNDERLINED = re.compile(rf"\ufeff?{_NAME}{_NUMBER}{_REST}")
_UNDERLINE = re.compile(r"(?:=+|-{2,}|~{3,}|\^{3,}|\"{3,}|\*{3,}|\+{3,}|#{3,})[ \t\r]*")
_DATE = re.compile(r"(?<![^\s(])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9-])", flags=re.ASCII)
_ASIDE = re.compile(r"(?:\([^()]*\)|\[[^\[\]]*\])?[ \t\r]*")
_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\n]*)")
_UNDERLINE_MARKS = frozenset('=-~^"*+#')
_LEADING = " \t\r\v\f\ufeff"
_ANCHOR = re.compile(r"\.\. _[^\n:]+:[ \t\r]*$")
_EXPLICIT = re.compile(r"^\.\.(?:[ ]|\r?$)", re.MULTILINE)
_MARKS = re.compile(r"^ {0,3}#{1,3}[ \t]", re.MULTILINE)
_VERSION_LINK = re.compile(r" {0,3}\[(?:unreleased|v?[0-9]+\.[^\]\n]*)\]:", flags=re.IGNORECASE)
_PLAIN_LEVEL = 2
"""The lowest level of a version's heading with neither link nor date."""

_LONG = 2
"""The dots of a number that is a version even behind another word."""


class Heading(msgspec.Struct, frozen=True):
    """A version's heading.

    Args:
        level: The number of its marks; 0 when it is underlined.
        version: Its version; None when it is not PEP 440.
        date: Its date, `YYYY-MM-DD`.
        start: Where it starts, with the anchor above it.
        title: Where the line with the version starts.
        end: Where the line below it starts, an underline counted in.
    """

    level: int
    version: Version | None
    date: str | None
    start: int
    title: int
    end: int


class Span(NamedTuple):
    """Where a version's section starts, where its body starts, and where it ends."""

    start: int
    body: int
    end: int


class Outline(msgspec.Struct, frozen=True):
    """The versions' headings of a text, the marks of a fence that stays open, and where its content ends."""

    headings: list[Heading]
    open_fence: str
    end: int

    def find(self, version: Version) -> Span | None:
        """Find the section of a version; None when there is none."""
        ends = [*(heading.start for heading in self.headings[1:]), self.end]
        pairs = zip(self.headings, ends, strict=False)
        return next((Span(own.start, own.end, end) for own, end in pairs if own.version == version), None)


def is_version_link(line: str) -> bool:
    """Tell whether a line is the link definition of a version or of what is unreleased."""
    return _VERSION_LINK.match(line) is not None


def is_rst(text: str) -> bool:
    """Tell whether a changelog is reStructuredText: it has explicit markup, and no heading with marks."""
    return _EXPLICIT.search(text) is not None and _MARKS.search(text) is None


def read_outline(text: str) -> Outline:
    """Read the headings of a changelog; in linear time."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._is_rst = is_rst(text)
        self._lines = text.split("\n")
        self._length = len(text)
        self._headings: list[Heading] = []
        self._fence = ""
        self._links = -1
        self._anchor = -1

    def read(self) -> Outline:
        start, first = self._skip_front_matter()
        for place in range(first, len(self._lines)):
            line = self._lines[place]
            self._read_line(place, line, start)
            start += len(line) + 1
        return Outline(self._headings, self._fence, self._links if self._links >= 0 else self._length)

    def _skip_front_matter(self) -> tuple[int, int]:
        if self._lines[0].rstrip() != "---":
            return 0, 0
        start = len(self._lines[0]) + 1
        for place, line in enumerate(self._lines[1:], start=2):
            start += len(line) + 1
            if line.rstrip() == "---":
                return min(start, self._length), place
        return 0, 0

    def _read_line(self, place: int, line: str, start: int) -> None:
        mark = line.lstrip(_LEADING)[:1]
        if mark == "[" and not self._fence and _VERSION_LINK.match(line):
            self._links = start if self._links < 0 else self._links
            self._anchor = -1
            return
        if not mark:
            return
        self._links = -1
        is_inside = bool(self._fence)
        if mark in "`~":
            self._fence = self._next_fence(line)
        if is_inside:
            return
        if mark == "." and _ANCHOR.match(line):
            self._anchor = start if self._anchor < 0 else self._anchor
            return
        self._read_heading(place, line, start, mark=mark)
        self._anchor = -1

    def _read_heading(self, place: int, line: str, start: int, *, mark: str) -> None:
        heading = None
        if mark == "#":
            heading = _read_marked(line, start)
        elif self._lines[place + 1 : place + 2] and self._lines[place + 1][:1] in _UNDERLINE_MARKS:
            heading = self._read_underlined(line, self._lines[place + 1], start)
        if heading is not None:
            top = self._anchor if self._anchor >= 0 else heading.start
            self._headings.append(heading if top == heading.start else msgspec.structs.replace(heading, start=top))

    def _read_underlined(self, line: str, below: str, start: int) -> Heading | None:
        if not _UNDERLINE.fullmatch(below):
            return None
        match = _UNDERLINED.match(line)
        if match is None:
            return None
        rest = match["rest"].strip(" \t\r")
        date = _DATE.search(rest)
        number = match["linked"] or match["bare"]
        is_alone = _ASIDE.fullmatch(rest) and "." in number
        if not (date or (is_alone and (match["name"] is None or number.count(".") >= _LONG))):
            return None
        end = min(start + len(line) + 1 + len(below) + 1, self._length)
        return Heading(0, _version(number), date and date[0], start, start, end)

    def _next_fence(self, line: str) -> str:
        """Return the marks of the fence that is open after a line, "" for none."""
        match = None if self._is_rst else _FENCE.match(line)
        if match is None:
            return self._fence
        if not self._fence:
            return match["marks"]
        return "" if match["marks"].startswith(self._fence) and not match["info"].strip() else self._fence


def _read_marked(line: str, start: int) -> Heading | None:
    match = _MARKED.match(line)
    if match is None:
        return None
    level, linked, rest = len(match["marks"]), match["linked"], match["rest"].strip(" \t\r#")
    number = linked or match["bare"]
    date = _DATE.search(rest)
    # `## 3 things to know`, `### 3.12 support` and `## Python 3.12` are a person's headings.
    is_version = (linked or "." in number or not rest) if level <= _PLAIN_LEVEL else (linked and not rest)
    if match["name"] is not None:
        is_alone = level <= _PLAIN_LEVEL and not _DATE.sub("", rest, count=1).strip(" \t-\u2013\u2014()[]")
        date = date if is_alone else None
        is_version = is_alone and not rest and number.count(".") >= _LONG
    if not (date or is_version):
        return None
    return Heading(level, _version(number), date and date[0], start, start, start + len(line) + 1)


def _version(number: str) -> Version | None:
    try:
        return Version(number)
    except ValueError:
        return None
