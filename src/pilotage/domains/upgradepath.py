"""Read what users must do after a breaking change out of a pull request's body."""

from __future__ import annotations

import re

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?")
_LEVELS = range(2, 5)


def read_upgrade_path(body: str) -> str:
    """Give the Markdown under the heading `Upgrade path`; empty when there is none or nothing under it.

    The heading has level 2 to 4, in any case. It reaches to the next heading of the same or a higher level. Headings in
    fenced code are code; HTML comments are dropped, as GitHub shows none.
    """
    lines = drop_comments(body.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    taken: list[str] = []
    level = 0
    fence = ""
    for line in lines:
        found, title = (0, "") if fence else _read_heading(line)
        fence = _read_fence(line, fence)
        if level and 0 < found <= level:
            break
        if level:
            taken.append(line)
        elif found in _LEVELS and title.casefold() == "upgrade path":
            level = found
    return "\n".join(taken).strip()


def _read_heading(line: str) -> tuple[int, str]:
    match = _HEADING.fullmatch(line)
    return (len(match[1]), (match[2] or "").strip().rstrip("#").rstrip(" :")) if match else (0, "")


def _read_fence(line: str, fence: str) -> str:
    mark = line.strip()[:3]
    if fence:
        return "" if mark == fence else fence
    return mark if mark in ("```", "~~~") else ""


def drop_comments(text: str) -> str:
    """Take HTML comments out of Markdown; an open one reaches to the end, as on GitHub's pages."""
    kept: list[str] = []
    position = 0
    while (begin := text.find("<!--", position)) >= 0:
        end = text.find("-->", begin + 4)
        kept.append(text[position:begin])
        position = len(text) if end < 0 else end + 3
    return "".join([*kept, text[position:]])
