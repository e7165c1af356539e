"""The instructions of a Dockerfile: continued lines, comments between them, heredocs.

https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.versionfiles.place import BOM

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIRECTIVE = re.compile(r"#[ \t]*(?P<name>[A-Za-z]+)[ \t]*=[ \t]*(?P<value>[^\s]{1,200})[ \t]*\r?(?:\n|\Z)")
_SKIPPED = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*+")
_KEYWORD = re.compile(r"[ \t]*(?:ONBUILD[ \t]+)?(?P<keyword>[A-Za-z]+)(?=[\s\\`]|\Z)", re.IGNORECASE)
_HEREDOC = re.compile(r"(?<![<0-9])<<(?P<dash>-?)(?P<quote>[\"']?)(?P<name>[A-Za-z_][A-Za-z0-9_]{0,50})(?P=quote)")
_DELIMITER = re.compile(r"^(?P<tabs>\t*+)(?P<name>[A-Za-z_][A-Za-z0-9_]{0,50})\r?$", re.MULTILINE)
_REST = re.compile(r"[^\n]*\n?")
_WITH_HEREDOC = frozenset({"RUN", "COPY", "ADD"})


class Instruction(msgspec.Struct, frozen=True):
    """An instruction of a Dockerfile.

    Args:
        keyword: What it is, in capitals: `RUN`; that behind an `ONBUILD`.
        start: The index behind the keyword.
        end: The index where its last line ends.
        begin: The index where its first line begins.
        bodies: Where its heredocs begin and end.
    """

    keyword: str
    start: int
    end: int
    begin: int
    bodies: tuple[tuple[int, int], ...] = ()


def read_escape(text: str) -> str:
    """Read which character continues a line: a backslash, or what the directive `# escape=` at the top says."""
    at = len(text) - len(text.removeprefix(BOM))
    while match := _DIRECTIVE.match(text, at):
        if match["name"].lower() == "escape":
            return "`" if match["value"] == "`" else "\\"
        at = match.end()
    return "\\"


def read_instructions(text: str, gap: str, *, escape: str) -> Iterator[Instruction]:
    """Give the instructions one by one.

    Args:
        text: The file's text.
        gap: What the end of a line that goes on looks like, a regular expression.
        escape: The character that continues a line.
    """
    mark = re.escape(escape)
    whole = re.compile(rf"(?:[^\n{mark}]++|{gap}|{mark}(?!\n))*+")
    delimiters: dict[str, list[int]] | None = None
    at = len(text) - len(text.removeprefix(BOM))
    while at < len(text):
        begin = _end(_SKIPPED, text, at)
        end = _end(whole, text, begin)
        match = _KEYWORD.match(text, begin, end)
        at = end + 1
        if match is None:
            continue
        keyword, bodies = match["keyword"].upper(), []
        for heredoc in _HEREDOC.finditer(text, match.end(), end) if keyword in _WITH_HEREDOC else ():
            delimiters = _find_delimiters(text) if delimiters is None else delimiters
            stops = delimiters.get(("\t" if heredoc["dash"] else "") + heredoc["name"], [])
            following = bisect_left(stops, at)
            if following < len(stops):  # without its end it is something else, such as a shift of bits
                bodies.append((at, stops[following]))
                at = _end(_REST, text, stops[following])
        yield Instruction(keyword, match.end(), end, begin, tuple(bodies))


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    return pattern.match(text, at).end()  # type: ignore[union-attr]  # each of them matches the empty text


def _find_delimiters(text: str) -> dict[str, list[int]]:
    """Give where the lines begin that may end a heredoc, by its name; after a tab, where that of a `<<-` may."""
    found: dict[str, list[int]] = {}
    for match in _DELIMITER.finditer(text):
        found.setdefault(f"\t{match['name']}", []).append(match.start())
        if not match["tabs"]:
            found.setdefault(match["name"], []).append(match.start())
    return found
