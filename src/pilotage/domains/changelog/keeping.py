"""What Keep a Changelog asks of its file: the content of `Unreleased` moves along, and versions are links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pilotage.domains.changelog.outline import is_version_link, read_outline

if TYPE_CHECKING:
    from pilotage.model.version import Version

_DEFINITION = re.compile(r"\[(?P<name>[^\]\n]+)\]:[ \t]*(?P<url>\S+)[ \t]*$")
_UNRELEASED = re.compile(r" {0,3}##[ \t]+\[?unreleased\]?[ \t\r]*$", re.IGNORECASE)
_UNRELEASED_LINK = re.compile(
    r"(?P<head> {0,3}\[unreleased\]:[ \t]*\S*?/compare/)(?P<since>\S+?)(?P<tail>\.\.\.?[^.\s]\S*[ \t]*)$", re.IGNORECASE
)
_LONGEST_LINK = 2_000
"""The characters up to which a line can be the link of `Unreleased`: browsers take no longer addresses."""

_HEADING = re.compile(r"### [^\n]+$")


class Definition(NamedTuple):
    """The link definition of a version: its line, and where its address leads."""

    line: str
    url: str

    @property
    def tag(self) -> str:
        """Give the tag at the end of the address, as it is spelled there."""
        return self.url.rpartition("...")[2] if "..." in self.url else self.url.rpartition("/tag/")[2]


def take_definition(section: str, version: Version) -> tuple[str, Definition | None]:
    """Take the link definition of the version off the end of its section."""
    body, _, last = section.rstrip().rpartition("\n")
    match = _DEFINITION.fullmatch(last.strip())
    if match is None or match["name"].removeprefix("v") != str(version):
        return section, None
    return body.rstrip(), Definition(last.strip(), match["url"])


def take_unreleased(text: str, section: str) -> tuple[str, str]:
    """Move what people wrote below `Unreleased` into the section: their entries stand first under each heading."""
    span = _find_unreleased(text)
    if span is None:
        return text, section
    kept = text[span[0] : span[1]]
    content = kept.replace("\r\n", "\n").strip("\n")
    if not content.strip():
        return text, section
    newline = "\r\n" if "\r\n" in kept else "\n"
    heading, _, body = section.partition("\n")
    emptied = f"{text[: span[0]]}{newline}{text[span[1] :]}"
    return emptied, f"{heading}\n\n{_merge(content, body)}"


def _find_unreleased(text: str) -> tuple[int, int] | None:
    """Find the content below the heading `Unreleased`: up to the first version, or to the end."""
    outline = read_outline(text)
    end = outline.headings[0].start if outline.headings else outline.end
    start = 0
    for line in text[:end].splitlines(keepends=True):
        start += len(line)
        if _UNRELEASED.fullmatch(line.rstrip("\n")):
            return start, end
    return None


def _merge(theirs: str, ours: str) -> str:
    """Join two bodies heading by heading: the order is theirs, then ours."""
    merged: dict[str, list[str]] = {}
    for body in (theirs, ours):
        for heading, block in _split(body):
            merged.setdefault(heading, []).append(block)
    parts = [
        "\n".join(part for part in (heading, "", _join(blocks)) if part or heading)
        for heading, blocks in merged.items()
    ]
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())


def _join(blocks: list[str]) -> str:
    return "\n".join(block.strip("\n") for block in blocks if block.strip())


def _split(body: str) -> list[tuple[str, str]]:
    """Split a body at its headings of the third level; what stands above the first has none."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in body.split("\n"):
        if _HEADING.fullmatch(line):
            parts.append((line, []))
        else:
            parts[-1][1].append(line)
    return [(heading, "\n".join(lines)) for heading, lines in parts if heading or "".join(lines).strip()]


def add_definition(text: str, definition: Definition, *, is_new: bool = False) -> str:
    """Add a version's link definition above the others, and let `Unreleased` begin at its tag.

    Args:
        text: The changelog, with LF line ends.
        definition: The definition.
        is_new: Whether the file has just been made, so that `Unreleased` gets a definition too.
    """
    outline = read_outline(text)
    head, links = text[: outline.end], text[outline.end :]
    if is_new and "/compare/" in definition.url:
        since = definition.url.rpartition("/compare/")[0]
        links = f"[unreleased]: {since}/compare/{definition.tag}...HEAD\n"
    name = definition.line.partition("]:")[0]
    lines = [line for line in links.split("\n") if line.partition("]:")[0].strip().lower() != name.lower()]
    lines = [_move(line, definition.tag) for line in lines]
    first = next(
        (place for place, line in enumerate(lines) if is_version_link(line) and not _is_unreleased(line)), None
    )
    place = first if first is not None else sum(map(_is_unreleased, lines))
    lines.insert(place, definition.line)
    gap = "" if head.endswith("\n\n") else "\n" if head.endswith("\n") else "\n\n"
    links = "\n".join(lines).rstrip("\n")
    return f"{head}{gap}{links}\n"


def _is_unreleased(line: str) -> bool:
    return line.strip().lower().startswith("[unreleased]:")


def _move(line: str, tag: str) -> str:
    match = _UNRELEASED_LINK.fullmatch(line) if len(line) <= _LONGEST_LINK else None
    return f"{match['head']}{tag}{match['tail']}" if match else line
