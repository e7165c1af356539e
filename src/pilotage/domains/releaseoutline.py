"""Read the outline of a release's body: its headings and what is listed below them, in whatever style it was written.

Every style has headings of Markdown and lists of one level. What stands indented below an entry after a blank line
belongs to it: Pilotage puts upgrade paths there.
"""

from __future__ import annotations

import re

import msgspec

from pilotage.domains.upgradepath import drop_comments

_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_BULLET = re.compile(r" {0,1}(?:[-*+]|[0-9]{1,9}[.)])[ \t]+(?=\S)")
_NESTED = re.compile(r"[ \t]+(?:[-*+]|[0-9]{1,9}[.)])[ \t]+(?=\S)")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*+){3,}|(?:\*[ \t]*+){3,}|(?:_[ \t]*+){3,})")
_DEFINITION = re.compile(r" {0,3}\[[^\]]{1,200}\]:[ \t]*+\S+[ \t]*+")
_FENCE = re.compile(r"[ \t]*(```|~~~)")
LAYOUT_TAGS = re.compile(
    r"</?(?:details|summary|br|p|sub|sup|picture|source|img)(?:[ \t][^<>]{0,500})?/?>", re.IGNORECASE
)
"""HTML that only lays a page out; what stands between the tags is text."""


class Entry(msgspec.Struct, frozen=True):
    """One entry of a list, or one paragraph.

    Args:
        text: Its text, Markdown, without a bullet: one line, and one for each entry of a list right below it; of a
            fenced block the lines as they are.
        below: What stands indented below it, Markdown at the margin.
        is_listed: Whether it stands in a list.
    """

    text: str
    below: str = ""
    is_listed: bool = True


class Part(msgspec.Struct, frozen=True):
    """A heading with its entries.

    Args:
        level: The heading's level; 0 for what stands above the first heading.
        title: Its text.
        entries: What stands below it, to the next heading.
    """

    level: int
    title: str
    entries: tuple[Entry, ...]


def read_outline(body: str) -> tuple[Part, ...]:
    """Read the parts of a release's body in their order. HTML comments are not shown, link definitions neither."""
    parts: list[Part] = []
    level, title, lines = 0, "", list[str]()
    fence = ""
    for line in drop_comments(body).splitlines():
        heading = None if fence else _HEADING.fullmatch(line)
        if heading:
            parts.append(Part(level, title, tuple(_read_entries(lines))))
            level, title, lines = len(heading[1]), heading[2].rstrip().rstrip("#").rstrip(), []
        else:
            fence = _follow_fence(line, fence)
            lines.append(line)
    parts.append(Part(level, title, tuple(_read_entries(lines))))
    return tuple(part for part in parts if part.level or part.entries)


def _read_entries(lines: list[str]) -> list[Entry]:
    """Read entries out of the lines below one heading."""
    entries: list[Entry] = []
    for block in _split_blocks(lines):
        bullet = _BULLET.match(block[0])
        first = block[0][bullet.end() :] if bullet else block[0]
        if _FENCE.match(first):
            entries.append(Entry("\n".join([first, *block[1:]]).rstrip(), "", bullet is not None))
            continue
        own = next((place for place, line in enumerate(block) if not line.strip() or _FENCE.match(line)), len(block))
        if text := _fold([first, *block[1:own]]):
            entries.append(Entry(text, _align(block[own:]), bullet is not None))
    return entries


def _fold(lines: list[str]) -> str:
    """Join the lines of an entry, but keep a list right below it as lines of their own; tags that only lay out go."""
    folded: list[list[str]] = [[]]
    for line in lines:
        nested = _NESTED.match(line)
        if nested:
            folded.append([f"  - {line[nested.end() :].strip()}"])
        else:
            folded[-1].extend(LAYOUT_TAGS.sub(" ", line).split())
    return "\n".join(" ".join(words) for words in folded if words)


def _split_blocks(lines: list[str]) -> list[list[str]]:
    """Split lines into blocks: an entry with all that is indented below it, a paragraph, a fenced block."""
    blocks: list[list[str]] = []
    fence, is_listed, is_blank = "", False, True
    for line in lines:
        was_fenced, fence = fence, _follow_fence(line, fence)
        if was_fenced:
            blocks[-1].append(line)
        elif not line.strip():
            if is_listed:
                blocks[-1].append(line)
        elif _RULE.fullmatch(line) or _DEFINITION.fullmatch(line):
            is_listed, is_blank = False, True
            continue
        elif _BULLET.match(line):
            blocks.append([line])
            is_listed = True
        elif blocks and (line[:1] in " \t" if is_listed else not (is_blank or fence)):
            blocks[-1].append(line)
        elif is_listed and not is_blank and not fence:
            blocks[-1].append(line)  # a paragraph's lazy continuation
        else:
            blocks.append([line])
            is_listed = False
        is_blank = not line.strip() or bool(was_fenced and not fence)
    return blocks


def _follow_fence(line: str, fence: str) -> str:
    """Give the fence that is open after a line."""
    found = _FENCE.match(line)
    if fence:
        return "" if found and found[1] == fence and not line.strip().strip(fence[0]) else fence
    return found[1] if found else ""


def _align(lines: list[str]) -> str:
    """Move lines to the margin, as far as the least indented one allows."""
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:] if line.strip() else "" for line in lines).strip("\n")
