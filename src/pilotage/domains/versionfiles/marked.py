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

from pilotage.domains.versionfiles.place import BOM, Part, Place, is_version, line_of
from pilotage.domains.versionfiles.token import DATE, TOKEN
from pilotage.errors import ConfigError
from pilotage.model.version import Version, read_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_MARK = re.compile(
    r"x-(?:pilotage|release-please)-"
    r"(?:(?P<start>start-)?(?P<part>version-date|version|major|minor|patch|date)|(?P<end>end))(?![\w-])"
)
_NUMBER = re.compile(r"\bv?(?P<version>[0-9]{1,20})\b", flags=re.ASCII)
_ASSIGNMENT = re.compile(
    r"^\ufeff?__version__(?:[ \t]*:[^=\n]*+)?[ \t]*=[ \t]*(?P<quote>[\"'])(?P<version>[^\"'\n]*)(?P=quote)",
    flags=re.MULTILINE,
)


class _Marked(msgspec.Struct, frozen=True):
    """A marked line, or a block: the number of the mark's line, and number, start and end of each line meant."""

    number: int
    part: str
    lines: list[tuple[int, int, int]]
    is_block: bool


def find_marked(
    path: str, text: str, *, current: Version | None, unmarked: Callable[[], Sequence[Place]] = tuple
) -> tuple[Place, ...]:
    """Find the places of the version on the marked lines of one file of `version-files`.

    On a line that holds several versions the current one is meant, else the first with three numbers; a line of a block
    may hold none. Without marks, taken are the sole `__version__ = "…"`, or the whole content when it is a version and
    nothing else, or what else is known of the file.

    Args:
        path: The file's path in the repository.
        text: Its text.
        current: The version of the project as it stands now; None when it is dynamic.
        unmarked: Gives the places that are meant in a file without marks, as far as they are known.

    Raises:
        ConfigError: The file has no mark, a mark has no version, a block does not end, or a version is not PEP 440.
    """
    places: list[Place] = []
    for marked in _read_marks(path, text):
        found = [place for line in marked.lines for place in _places_on(path, text, line, marked, current)]
        if not found:
            raise ConfigError(
                f"{path} line {marked.number}: the mark is there, but no {marked.part} to replace",
                hint=f"Write the {marked.part} where the mark points at, as in: {example_line(path, current)}",
            )
        places += found
    places = places or _find_sole(path, text) or list(unmarked())
    if not places:
        raise ConfigError(
            f"{path} stands in [tool.pilotage] version-files, but no line of it is marked",
            hint=f"Mark the line of the version: {example_line(path, current)}",
        )
    return tuple(places)


def has_marks(text: str) -> bool:
    """Tell whether a text has marks."""
    return _MARK.search(text) is not None


def example_line(path: str, current: Version | None) -> str:
    """Return a marked line as a file of this name would hold it."""
    version = current or "1.2.3"
    if path.endswith((".py", ".pyi")):
        return f'__version__ = "{version}"  # x-pilotage-version'
    if path.endswith((".md", ".html", ".xml", ".svg")):
        return f"{version} <!-- x-pilotage-version -->"
    return f"{version}  # x-pilotage-version"


def _find_sole(path: str, text: str) -> list[Place]:
    """Find the one assignment of `__version__`, or the version that is the file's whole content."""
    content = text.removeprefix(BOM).strip()
    if is_version(content):
        start = text.find(content)
        return [Place(path, start, start + len(content), content, line_of(text, start))]
    assigned = list(_ASSIGNMENT.finditer(text))
    if len(assigned) != 1:
        return []
    start, end = assigned[0].span("version")
    place = Place(path, start, end, text[start:end], line_of(text, start))
    read_version(place.text, place=place.name)
    return [place]


def _places_on(
    path: str, text: str, line: tuple[int, int, int], marked: _Marked, current: Version | None
) -> list[Place]:
    number, start, end = line
    found: list[tuple[Part, re.Match[str] | None]] = []
    days = []
    if marked.part in {"date", "version-date"}:
        date = DATE.search(text, start, end)
        found.append(("date", date))
        days = [date.span()] if date else []
    if marked.part in {"version", "version-date"}:
        tokens = [t for t in TOKEN.finditer(text, start, end) if not any(a <= t.start() < b for a, b in days)]
        found.append(("version", _choose(tokens, marked, current)))
    if marked.part in {"major", "minor", "patch"}:
        found.append((cast("Part", marked.part), _NUMBER.search(text, start, end)))
    return [Place(path, *match.span("version"), match["version"], number, part=part) for part, match in found if match]


def _choose(tokens: list[re.Match[str]], marked: _Marked, current: Version | None) -> re.Match[str] | None:
    same = (t for t in tokens if current is not None and Version(t["version"]) == current)
    full = (t for t in tokens if t["release"].count(".") > 1)
    return next(same, None) or next(full, None) or (tokens[0] if tokens and not marked.is_block else None)


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
            block = _Marked(number, mark["part"], [], is_block=True)
        elif mark and mark["part"]:
            yield _Marked(number, mark["part"], [line], is_block=False)
    if block is not None:
        raise ConfigError(
            f"{path} line {block.number}: the block of the version does not end",
            hint="Add a line with x-pilotage-end after the last line that holds the version.",
        )
