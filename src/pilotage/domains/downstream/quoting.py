"""Notes of one repository quoted in another: they keep their words and reach nobody and nothing.

What `#12` means depends on where it stands, and GitHub tells every issue, in whatever repository, that is named or
linked somewhere; a keyword before it would even close it. So references name their repository and are inert, and links
to issues go through the address that GitHub keeps for such quotes. Every function is linear in the length of its text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.markdown import defuse_block

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["cut_quote", "quote_block"]

_NOWHERE = "&#8203;"
_CLOSES = (
    r"(?<![A-Za-z0-9])[cfr](?=(?:lose[sd]?|ix(?:e[sd])?|esolve[sd]?)(?::|[ \t])[ \t]{0,9}(?:[#\[]|gh-|http|"
    r"[\w.-]{1,100}/))"
)
_TOKEN = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<code>`+)"
    r"|(?P<image>!(?=\[))"
    rf"|(?P<closes>{_CLOSES})"
    r"|(?P<www>(?<![\w./-])www\.(?=github\.com/))"
    r"|(?P<url>https?://[^\s<>()\[\]`\\]*)"
    r"|(?P<spelled>&amp;#)"
    r"|(?P<own>(?<![\w/])(?<!(?<!\\)&)#(?=[0-9]))"
    r"|(?P<short>(?<![A-Za-z0-9])GH-(?=[0-9]))",
    re.IGNORECASE | re.ASCII,
)
_PAGE = re.compile(
    r"https?://(?:www\.)?github\.com/([\w.-]{1,100}/[\w.-]{1,100}/(?:issues|pull|discussions)/[0-9])",
    re.IGNORECASE | re.ASCII,
)
_CLOSER = re.compile(_CLOSES, re.IGNORECASE | re.ASCII)
_RUN = re.compile(r"`+")
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")


def quote_block(text: str, *, repository: str) -> str:
    """Quote a block of Markdown from another repository.

    It is first defused as any stranger's block: no HTML, no mention, headings that sink. Then references to issues
    become inert, images become links, and no keyword closes anything. Code stays as it is, but for such a keyword: who
    squashes the pull request may make its text the commit's message, in which nothing is code. There the bare character
    parts it, since an entity would be seen.

    Args:
        text: The block.
        repository: The repository that it is from, `OWNER/NAME`, which `#12` in it means.
    """
    lines: list[str] = []
    fence = ""
    # what was made inert where it was written would show its entity when that is made inert again
    for line in defuse_block(text.replace(_NOWHERE, "")).split("\n"):
        is_code = bool(fence)
        fence = _follow_fence(line, fence)
        lines.append(_quote_code(line) if is_code or fence else _quote_line(line, repository))
    return "\n".join(lines)


def _quote_line(line: str, repository: str) -> str:
    pieces: list[str] = []
    position = 0
    while match := _TOKEN.search(line, position):
        pieces.append(line[position : match.start()])
        position = match.end()
        if match.lastgroup == "code":
            position = _end_of_code(line, match)
            pieces.append(_quote_code(line[match.start() : position]))
        else:
            pieces.append(_quote_token(match, repository))
    return "".join([*pieces, line[position:]])


def _end_of_code(line: str, opening: re.Match[str]) -> int:
    """Give the end of a code span; a block that was defused has no run of backticks without a partner."""
    runs = _RUN.finditer(line, opening.end())
    return next((run.end() for run in runs if len(run[0]) == len(opening[0])), len(line))


def _quote_code(code: str) -> str:
    return _CLOSER.sub("\\g<0>\u200b", code)


def _quote_token(match: re.Match[str], repository: str) -> str:
    token = match[0]
    match match.lastgroup:
        case "image":
            return ""
        case "closes" | "short" | "spelled" | "www":
            return token + _NOWHERE
        case "url":
            return _PAGE.sub(r"https://redirect.github.com/\1", token)
        case "own":
            return f"{repository}#{_NOWHERE}"
        case _:
            return token


def cut_quote(text: str, limit: int, *, link: str) -> str:
    """Shorten a block at the end of a line to a number of characters, with a link to the whole; a fence is closed.

    Args:
        text: The block.
        limit: The most characters of the answer; what the link needs alone is always taken.
        link: The page of the whole.
    """
    if len(text) <= limit:
        return text
    tail = f"… [Full notes]({link})"
    room = limit - len(tail) - _ROOM_FOR_A_FENCE
    kept = text[: max(0, text.rfind("\n", 0, max(0, room)))].rstrip()
    fence = _open_fence(kept.split("\n"))
    return "\n\n".join(filter(None, (f"{kept}\n{fence}" if fence else kept, tail)))


_ROOM_FOR_A_FENCE = 64


def _open_fence(lines: Iterable[str]) -> str:
    fence = ""
    for line in lines:
        fence = _follow_fence(line, fence)
    return fence


def _follow_fence(line: str, fence: str) -> str:
    """Give the fence that is open after a line; "" for none."""
    found = _FENCE.match(line)
    if not fence:
        return found[1] if found else ""
    is_end = found is not None and found[1].startswith(fence) and not line[found.end() :].strip()
    return "" if is_end else fence
