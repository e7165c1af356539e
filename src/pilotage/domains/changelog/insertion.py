"""Put a section into a changelog."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.changelog.keeping import Definition, add_definition, take_definition, take_unreleased
from pilotage.domains.changelog.outline import Outline, is_rst, read_outline
from pilotage.domains.changelog.style import MARKER, RST_MARKER
from pilotage.errors import ConfigError
from pilotage.model.notes import NotesStyle

if TYPE_CHECKING:
    from pilotage.model.version import Version

_TITLE = "# Changelog\n\n"
_TITLES = {
    NotesStyle.COMMITIZEN: "",
    NotesStyle.SEMANTIC_RELEASE: f"# CHANGELOG\n\n{MARKER}\n\n",
    NotesStyle.SEMANTIC_RELEASE_RST: f".. _changelog:\n\n=========\nCHANGELOG\n=========\n\n{RST_MARKER}\n\n",
    NotesStyle.KEEP_A_CHANGELOG: (
        "# Changelog\n\nWhat changed for users, the newest version first, in the form of\n"
        "[Keep a Changelog](https://keepachangelog.com/en/1.1.0/).\n\n## [Unreleased]\n\n"
    ),
}
_MARKER_LINE = re.compile(rf"^(?:{re.escape(MARKER)}|\.\.\r?\n[ ]+version list)[ \t\r]*$", re.MULTILINE)


def insert(text: str | None, section: str, *, version: Version, style: NotesStyle | None) -> str:
    """Insert a section; the contract is that of `insert_section`."""
    definition = None
    if style is NotesStyle.KEEP_A_CHANGELOG:
        section, definition = take_definition(section, version)
    section = _contained(section, version)
    if text is None or not text.strip():
        title = _TITLES.get(style, _TITLE) if style else _TITLE
        whole = f"{title}{section}\n"
        return add_definition(whole, definition, is_new=True) if definition else whole
    newline = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    if style is NotesStyle.KEEP_A_CHANGELOG and read_outline(text).find(version) is None:
        text, section = take_unreleased(text, section)
    inserted = _insert_into(text, section.replace("\n", newline), version=version, newline=newline)
    return _define(inserted, definition, newline) if definition else inserted


def _define(text: str, definition: Definition, newline: str) -> str:
    return add_definition(text.replace("\r\n", "\n"), definition).replace("\n", newline)


def _insert_into(text: str, section: str, *, version: Version, newline: str) -> str:
    outline = read_outline(text)
    span = outline.find(version)
    start, end = (span.start, span.end) if span else (_find_place(text, outline),) * 2
    if outline.open_fence and end == outline.end:
        raise ConfigError(
            f"the changelog has a code fence ({outline.open_fence}) that is never closed",
            hint="Close it in the changelog: everything below it counts as code.",
        )
    head, old, tail = text[:start], text[start:end], text[end:]
    if span:
        return head + section + old[len(old.rstrip()) :] + tail
    return head + _gap(head, newline) + section + newline + (newline if tail.strip() else "") + tail


def _find_place(text: str, outline: Outline) -> int:
    """Find where a new section goes: at the first heading, at or below the marker of python-semantic-release."""
    marker = _MARKER_LINE.search(text)
    if marker is None:
        return outline.headings[0].start if outline.headings else outline.end
    below = re.compile(r"\n?[ \t\r]*\n?").match(text, marker.end())
    return below.end() if below else marker.end()


def _gap(head: str, newline: str) -> str:
    if not head.strip() or head.endswith(("\n\n", "\n\r\n")):
        return ""
    return newline if head.endswith("\n") else 2 * newline


def _contained(section: str, version: Version) -> str:
    """Return the section with its body unable to end it early or to run on beyond it."""
    section = section.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    outline = read_outline(section)
    if not outline.headings or outline.headings[0].start > 0 or outline.headings[0].version != version:
        raise ValueError(f"the section starts with {section[:80]!r}, expected a heading of {version}")
    pieces, at = [], 0
    for heading in outline.headings[1:]:
        pieces += [section[at : heading.title], _sunk(section[heading.title : heading.end], is_rst=is_rst(section))]
        at = heading.end
    body = ("".join(pieces) + section[at : outline.end]).rstrip()
    return f"{body}\n{outline.open_fence}" if outline.open_fence else body


def _sunk(heading: str, *, is_rst: bool) -> str:
    """Write a version's heading inside a section so that it is none: on the fourth level, or in bold."""
    line, ending, _ = heading.partition("\n")
    title = line.lstrip(" \ufeff").lstrip("#").strip()
    if is_rst:
        return f"**{title.replace('*', '')}**{ending}"
    return f"{line[: len(line) - len(line.lstrip(' '))]}#### {title}{ending}"
