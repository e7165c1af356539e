"""Files of `version-files`: the lines that carry a mark, in Pilotage's spelling or in release-please's.

A mark stands in a comment of the line, or a block is fenced by two marks, each on a line of its own:

    __version__ = "1.4.0"  # x-pilotage-version
    <!-- x-pilotage-start-version -->
    pip install example==1.4.0
    <!-- x-pilotage-end -->
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import msgspec

from pilotage.domains.versionfiles.place import Part, Place, line_of
from pilotage.errors import ConfigError
from pilotage.model.version import Version, read_version

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK = re.compile(
    r"x-(?:pilotage|release-please)-(?:(?P<start>start-)?(?P<part>version|major|minor|patch)|(?P<end>end))(?![\w-])"
)
_TOKEN = re.compile(
    r"(?<![0-9A-Za-z.])v?"
    r"(?P<version>(?:[0-9]{1,9}!)?(?P<release>[0-9]{1,20}(?:\.[0-9]{1,20})*)"
    r"(?:[-_.]?(?:alpha|beta|preview|pre|rc|a|b|c)[-_.]?[0-9]{0,20})?(?:[-_.]?(?:post|rev|r)[-_.]?[0-9]{0,20})?"
    r"(?:[-_.]?dev[-_.]?[0-9]{0,20})?(?:\+[0-9a-z]{1,40}(?:[-_.][0-9a-z]{1,40})*)?)"
    r"(?![0-9A-Za-z]|\.[0-9])",
    flags=re.IGNORECASE | re.ASCII,
)
"""A PEP 440 version inside a text, without the implicit post release `1.0-1`; numbers are bounded, as int() is."""
_NUMBER = re.compile(r"\bv?(?P<version>[0-9]{1,20})\b", flags=re.ASCII)
_ASSIGNMENT = re.compile(
    r"^\ufeff?__version__(?:[ \t]*:[^=\n]*+)?[ \t]*=[ \t]*(?P<quote>[\"'])(?P<version>[^\"'\n]*)(?P=quote)",
    flags=re.MULTILINE,
)


class _Marked(msgspec.Struct, frozen=True):
    """A marked line, or a block: the number of the mark's line, and number, start and end of each line meant."""

    number: int
    part: Part
    lines: list[tuple[int, int, int]]
    is_block: bool


def find_marked(path: str, text: str, *, current: Version | None) -> tuple[Place, ...]:
    """Find the places of the version on the marked lines of one file of `version-files`.

    On a line that holds several versions the current one is meant, else the first with three numbers; a line of a block
    may hold none. A file without marks but with exactly one `__version__ = "…"` is taken as marked there.

    Args:
        path: The file's path in the repository.
        text: Its text.
        current: The version of the project as it stands now; None when it is dynamic.

    Raises:
        ConfigError: The file has no mark, a mark has no version, a block does not end, or a version is not PEP 440.
    """
    places = []
    for marked in _read_marks(path, text):
        found = [place for line in marked.lines if (place := _place_on(path, text, line, marked, current))]
        if not found:
            raise ConfigError(
                f"{path} line {marked.number}: the mark is there, but no {marked.part} to replace",
                hint=f"Write the {marked.part} where the mark points at, as in: {example_line(path, current)}",
            )
        places += found
    if not places and len(assigned := list(_ASSIGNMENT.finditer(text))) == 1:
        start, end = assigned[0].span("version")
        places = [Place(path, start, end, text[start:end], line_of(text, start))]
        read_version(places[0].text, place=places[0].name)
    if not places:
        raise ConfigError(
            f"{path} stands in [tool.pilotage] version-files, but no line of it is marked",
            hint=f"Mark the line of the version: {example_line(path, current)}",
        )
    return tuple(places)


def example_line(path: str, current: Version | None) -> str:
    """Return a marked line as a file of this name would hold it."""
    version = current or "1.2.3"
    if path.endswith((".py", ".pyi")):
        return f'__version__ = "{version}"  # x-pilotage-version'
    if path.endswith((".md", ".html", ".xml", ".svg")):
        return f"{version} <!-- x-pilotage-version -->"
    return f"{version}  # x-pilotage-version"


def _place_on(
    path: str, text: str, line: tuple[int, int, int], marked: _Marked, current: Version | None
) -> Place | None:
    number, start, end = line
    if marked.part == "version":
        tokens = list(_TOKEN.finditer(text, start, end))
        same = (t for t in tokens if current is not None and Version(t["version"]) == current)
        full = (t for t in tokens if t["release"].count(".") > 1)
        match = next(same, None) or next(full, None) or (tokens[0] if tokens and not marked.is_block else None)
    else:
        match = _NUMBER.search(text, start, end)
    return match and Place(path, *match.span("version"), match["version"], number, part=marked.part)


def _read_marks(path: str, text: str) -> Iterator[_Marked]:
    block: _Marked | None = None
    for number, match in enumerate(re.finditer(r"[^\n]*\n|[^\n]+", text), start=1):
        line = (number, *match.span())
        mark = _MARK.search(text, *match.span())
        if block is not None and mark and mark["end"]:
            yield block
            block = None
        elif block is not None:
            block.lines.append(line)
        elif mark and mark["start"]:
            block = _Marked(number, cast("Part", mark["part"]), [], is_block=True)
        elif mark and mark["part"]:
            yield _Marked(number, cast("Part", mark["part"]), [line], is_block=False)
    if block is not None:
        raise ConfigError(
            f"{path} line {block.number}: the block of the version does not end",
            hint="Add a line with x-pilotage-end after the last line that holds the version.",
        )
