"""Find what people write for a breaking change and no release reads as one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["NearMiss", "find_near_misses"]

_MISS = re.compile(
    r"(?P<indent>[ ]{0,3})"
    r"(?P<bullet>(?:[-*+]|[0-9]{1,9}[.)])[ \t]{1,4})?"
    r"(?:(?P<box>\[[ xX]\])[ \t]{1,4})?"
    r"(?P<heading>\#{1,6}[ \t]{1,4})?"
    r"(?P<sign>(?:[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?|:[a-z_]{1,40}:)[ \t]{0,4})?"
    r"(?P<bold>[*_]{1,3})?"
    r"(?P<words>breaking(?P<gap>[ _-]?)changes?)"
    r"(?P<rest>(?![\w-]).*)",
    re.IGNORECASE,
)
_RIGHT = re.compile(r"BREAKING[ -]CHANGE:(?: .*)?|BREAKING-CHANGE #.*")
_SIGNS = (":", "-", "\u2013", "\u2014")
_DASH = re.compile(r"(?:-{1,3}|\u2013|\u2014)[ \t](.*)")
_ENDS = ":!.?- \t\u2013\u2014"
_NOTHING = re.compile(
    r"[\W_]*+(?:none\b.*|nope|no(?: breaking changes?)?|not applicable|n/?a|nothing)?[\W_]*+", re.IGNORECASE
)
_SHOWN = 200
_FENCE = re.compile(r"[ \t]*(?:[-*+>][ \t]{1,4})?(`{3,}(?=[^`]*$)|~{3,})(.*)")
_HEADING = re.compile(r"[ ]{0,3}\#{1,6}(?:[ \t].*)?")


class NearMiss(msgspec.Struct, frozen=True):
    """A line that announces a break to people only.

    Args:
        line: Its number, from 1.
        reason: Why no release reads it, as an end of "this line …".
    """

    line: int
    reason: str


def find_near_misses(text: str) -> tuple[NearMiss, ...]:
    """Find the lines that a person would take for a `BREAKING CHANGE: ` footer and a release does not.

    These are the plural, other cases, `-` or nothing in place of the colon, no space after it, and the right words
    behind a bullet, a ticked box, a heading, an emoji, emphasis or blanks; also a line that has only these words.
    Running prose is left alone: in lower case the words count only before a colon or a dash, or when they are set apart
    (a heading, a ticked box, in bold).

    Nothing is announced by fenced code, HTML comments and quotes (`>`), by an empty box, by "none" and the like, and by
    a heading without content in a body of several sections (a template's).
    """
    lines = list(_blank_out(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))
    is_template = sum(_HEADING.fullmatch(line) is not None for line in lines) > 1
    found = []
    for index, line in enumerate(lines):
        match = None if _RIGHT.fullmatch(line) else _MISS.fullmatch(line)
        if match is None or match["box"] == "[ ]":
            continue
        rest = match["rest"].replace(match["bold"] or "\n", "", 1).strip()
        content = _read_content(match, rest)
        if content is None:
            content = _read_below(lines, index) or ("" if is_template else "the words alone")
        if not _NOTHING.fullmatch(content[:_SHOWN]):
            found.append(NearMiss(index + 1, _find_reason(match, rest)))
    return tuple(found)


def _read_content(match: re.Match[str], rest: str) -> str | None:
    """Give what the line says; empty for running prose, None when the words stand alone, as over a section."""
    dash = _DASH.fullmatch(rest)
    is_upper = match["words"].rstrip("sS").isupper()
    is_set_apart = bool(match["heading"] or match["box"] or match["bold"])
    if not rest.strip(_ENDS):
        is_item = bool(match["bullet"] or match["box"]) and not rest
        is_announced = is_upper or is_set_apart or match["words"][0] == "B" or rest[:1] in _SIGNS
        return ("a list item" if is_item else None) if is_announced else ""
    if dash or rest.startswith(":"):
        return dash[1] if dash else rest[1:]
    return rest if is_upper or is_set_apart else ""


def _find_reason(match: re.Match[str], rest: str) -> str:
    """Say what keeps a release from reading the line."""
    reasons = {
        "is a heading": match["heading"],
        "is a list item": match["bullet"],
        "begins with a box": match["box"],
        "begins with an emoji": match["sign"],
        "begins with emphasis": match["bold"],
        "begins with a blank": match["indent"],
        "has the plural": match["words"][-1] in "sS",
        "is not in capitals": not match["words"].isupper(),
        "has something else than a blank between the words": match["gap"] not in (" ", "-"),
        "has no colon after the words": not rest.startswith(":"),
    }
    return next((reason for reason, is_so in reasons.items() if is_so), "has no space after the colon")


def _read_below(lines: list[str], index: int) -> str:
    """Give the first line with text under a line; empty when a heading or the end comes first."""
    below = next((lines[i] for i in range(index + 1, len(lines)) if lines[i].strip()), "")
    return "" if _HEADING.fullmatch(below) else below


def _blank_out(lines: list[str]) -> Iterator[str]:
    """Give the lines, those that are code, comment or quote as empty ones."""
    fence = ""
    is_comment = False
    for whole in lines:
        match = None if is_comment else _FENCE.fullmatch(whole)
        if fence:
            is_end = match is not None and match[1].startswith(fence) and not match[2].strip()
            fence = "" if is_end else fence
            yield ""
        elif match:
            fence = match[1]
            yield ""
        else:
            line, is_comment = _drop_comments(whole, is_comment=is_comment)
            yield "" if line.lstrip().startswith(">") else line


def _drop_comments(line: str, *, is_comment: bool) -> tuple[str, bool]:
    kept: list[str] = []
    position = 0
    while True:
        if is_comment:
            end = line.find("-->", position)
            if end < 0:
                return "".join(kept), True
            position = end + 3
        begin = line.find("<!--", position)
        if begin < 0:
            kept.append(line[position:])
            return "".join(kept), False
        kept.append(line[position:begin])
        position, is_comment = begin + 4, True
