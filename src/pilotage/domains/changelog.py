"""CHANGELOG.md: a section for each version, put in and read back, with every other byte left alone.

A version's section starts at its heading, `## [1.2.0](link) (2026-11-22)`, `## v1.2.0`, `## [1.2.0] - 2026-11-22`,
`## Release 1.2.0` or, in files of older release-please, `### [1.2.1](link) (2026-11-22)`, and ends at the next such
heading. Lines in fenced code are no headings (CommonMark 0.31.2, section 4.5).
"""

from __future__ import annotations

import re

import msgspec

from pilotage.errors import ConfigError
from pilotage.model.version import Version

_HEADING = re.compile(
    r"\ufeff? {0,3}(?P<marks>#{1,3})[ \t]+(?:(?i:version|release)[ \t]+)?"
    r"(?:\[v?(?P<linked>[0-9][0-9A-Za-z.!+_-]*)\](?:\([^()\n]*\))?|v?(?P<bare>[0-9][0-9A-Za-z.!+_-]*))"
    r"(?P<rest>(?![0-9A-Za-z])[^\n]*)"
)
_DATE = re.compile(r"(?<![^\s(])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9-])", flags=re.ASCII)
_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\n]*)")
_VERSION_LINK = re.compile(r" {0,3}\[(?:unreleased|v?[0-9]+\.[^\]\n]*)\]:", flags=re.IGNORECASE)
_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_PLAIN_LEVEL = 2
"""The lowest level of a version's heading with neither link nor date."""


class _Heading(msgspec.Struct, frozen=True):
    """A version's heading: its level, its version (None when not PEP 440), its date, where its line starts."""

    level: int
    version: Version | None
    date: str | None
    start: int


class _Outline(msgspec.Struct, frozen=True):
    """The versions' headings of a text, the marks of a fence that stays open, and where its content ends."""

    headings: list[_Heading]
    open_fence: str
    end: int


def insert_section(text: str | None, section: str, *, version: Version) -> str:
    """Put the section of a version into a changelog, in place of the one it has for the same version.

    It goes before the first version's heading, so below the title and an `Unreleased` block; without such a heading it
    goes to the end, before the link definitions of versions that Keep a Changelog has there. It takes the line ends of
    the file. Inside its body version headings sink to the fourth level, an open fence is closed and link definitions of
    versions at its end are dropped, so that the section ends where it ends.

    Args:
        text: The changelog; None or blank when there is none yet.
        section: Markdown that starts with the version's heading.
        version: The version.

    Raises:
        ConfigError: A fence in the changelog is never closed, and hides where the section would stand.
        ValueError: The section does not start with a heading of this version.
    """
    section = _contained(section, version)
    if text is None or not text.strip():
        return f"# Changelog\n\n{section}\n"
    newline = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    section = section.replace("\n", newline)
    outline = _read_outline(text)
    span = _find_span(outline, version)
    first = outline.headings[0].start if outline.headings else outline.end
    start, end = span or (first, first)
    if outline.open_fence and end == outline.end:
        raise ConfigError(
            f"the changelog has a code fence ({outline.open_fence}) that is never closed",
            hint="Close it in the changelog: everything below it counts as code.",
        )
    head, old, tail = text[:start], text[start:end], text[end:]
    if span:
        return head + section + old[len(old.rstrip()) :] + tail
    return head + _gap(head, newline) + section + newline + (newline if tail else "") + tail


def read_section(text: str, version: Version) -> str | None:
    r"""Read the body of a version's section, as a person left it: trimmed, with `\n` line ends; None without one."""
    span = _find_span(_read_outline(text), version)
    if span is None:
        return None
    body = text[span[0] : span[1]].partition("\n")[2].replace("\r\n", "\n").rstrip()
    return _BLANK_LINES.sub("", body)


def read_section_date(text: str, version: Version) -> str | None:
    """Read the date in a version's heading, `(YYYY-MM-DD)` or `- YYYY-MM-DD`; None without section or date."""
    return next((heading.date for heading in _read_outline(text).headings if heading.version == version), None)


def read_newest_version(text: str) -> Version | None:
    """Read the version of the first version's heading that is PEP 440; None when there is none."""
    return next((heading.version for heading in _read_outline(text).headings if heading.version is not None), None)


def _gap(head: str, newline: str) -> str:
    if not head.strip() or head.endswith(("\n\n", "\n\r\n")):
        return ""
    return newline if head.endswith("\n") else 2 * newline


def _contained(section: str, version: Version) -> str:
    """Return the section with its body unable to end it early or to run on beyond it."""
    section = section.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    outline = _read_outline(section)
    if not outline.headings or outline.headings[0].start > 0 or outline.headings[0].version != version:
        raise ValueError(f"the section starts with {section[:80]!r}, expected a heading of {version}")
    pieces, at = [], 0
    for heading in outline.headings[1:]:
        marks = section.index("#", heading.start)
        pieces += [section[at:marks], "####"]
        at = marks + heading.level
    body = ("".join(pieces) + section[at : outline.end]).rstrip()
    return f"{body}\n{outline.open_fence}" if outline.open_fence else body


def _find_span(outline: _Outline, version: Version) -> tuple[int, int] | None:
    ends = [*(heading.start for heading in outline.headings[1:]), outline.end]
    return next(
        ((own.start, end) for own, end in zip(outline.headings, ends, strict=False) if own.version == version), None
    )


def _read_outline(text: str) -> _Outline:
    headings: list[_Heading] = []
    fence, links = "", -1
    start = 0
    for line in text.split("\n"):
        is_link = not fence and _VERSION_LINK.match(line)
        if is_link or not line.strip():
            links = start if is_link and links < 0 else links
        else:
            links = -1
            fence, heading = _next_fence(line, fence), None if fence else _read_heading(line, start)
            if heading:
                headings.append(heading)
        start += len(line) + 1
    return _Outline(headings, fence, links if links >= 0 else len(text))


def _next_fence(line: str, fence: str) -> str:
    """Return the marks of the fence that is open after a line, "" for none."""
    match = _FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match["marks"]
    return "" if match["marks"].startswith(fence) and not match["info"].strip() else fence


def _read_heading(line: str, start: int) -> _Heading | None:
    match = _HEADING.match(line)
    if match is None:
        return None
    level, linked, rest = len(match["marks"]), match["linked"], match["rest"].strip(" \t\r#")
    number = linked or match["bare"]
    date = _DATE.search(rest)
    # `## 3 things to know` and `### 3.12 support` are a person's headings.
    is_version = (linked or "." in number or not rest) if level <= _PLAIN_LEVEL else (linked and not rest)
    if not (date or is_version):
        return None
    try:
        version = Version(number)
    except ValueError:
        version = None
    return _Heading(level, version, date and date[0], start)
