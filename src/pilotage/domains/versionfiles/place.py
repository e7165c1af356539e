"""A place: the characters of a file that hold the version, and nothing around them."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import msgspec

from pilotage.model.version import Version, read_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

BOM = "\ufeff"
"""The byte order mark: parsers refuse it, an edit keeps it."""

Part = Literal["version", "major", "minor", "patch", "date"]
"""What a place holds: the whole version, one of its numbers, or the day of its release."""


class Place(msgspec.Struct, frozen=True):
    """The characters that hold the version, or one number of it.

    Args:
        path: The file's path in the repository.
        start: The index of the first character in the file's text.
        end: The index after the last one.
        text: What stands there.
        line: The number of its line, from 1.
        table: What holds it: a table such as `[project]`, a name such as `__version__`; empty on a marked line.
        part: Which part of the version stands there.
    """

    path: str
    start: int
    end: int
    text: str
    line: int
    table: str = ""
    part: Part = "version"

    @property
    def source(self) -> str:
        """Name the table for `Project.source`: `pyproject.toml [project]`."""
        return f"{self.path} {self.table}"

    @property
    def name(self) -> str:
        """Name the place for people: `pyproject.toml line 3 ([project] version)`."""
        held = f"{self.table} version" if self.table.endswith("]") else self.table
        return f"{self.path} line {self.line}" + (f" ({held})" if held else "")

    def is_at(self, version: Version) -> bool:
        """Tell whether the place holds this version, or its number, in any spelling; a date fits each version.

        Raises:
            ConfigError: What stands there is not a PEP 440 version.
        """
        if self.part == "version":
            return read_version(self.text, place=self.name) == version
        return self.part == "date" or int(self.text) == int(self._number(version))

    def render(self, version: Version, *, date: str = "") -> str:
        """Return what the place shall hold: what it holds when that is this version in another spelling.

        Args:
            version: The version to write.
            date: The day of its release, ISO 8601; "" leaves dates as they are.
        """
        if self.part == "date":
            return date or self.text
        if self.is_at(version):
            return self.text
        return str(version) if self.part == "version" else self._number(version)

    def _number(self, version: Version) -> str:
        return str({"major": version.major, "minor": version.minor, "patch": version.micro}[self.part])


class Pointer(msgspec.Struct, frozen=True):
    """Where a dynamic version is written, as a build backend is told.

    Args:
        paths: The files that may be meant, seen from the repository's root; the first one that exists is.
        names: The names of which one is assigned the version there; none when the whole content is the version.
        is_guess: Whether nobody says so outright: what is no version there is no error then.
    """

    paths: tuple[str, ...]
    names: tuple[str, ...] = ()
    is_guess: bool = False


class Declared(msgspec.Struct, frozen=True):
    """What one file says about the package.

    Args:
        name: The distribution's name; empty when the file does not say.
        places: Where its version is written.
        dynamic: The place that says that the version is dynamic; empty when none does.
        pointers: Where a dynamic version is written; empty when it comes from the tag, or is computed.
    """

    name: str = ""
    places: tuple[Place, ...] = ()
    dynamic: str = ""
    pointers: tuple[Pointer, ...] = ()


def join_path(folder: str, name: str) -> str:
    """Give the path of a file of a folder; "." is the repository's root.

    `.` and `..` in the name are resolved; a name that leads out of the repository gives "", which is no path.
    """
    parts = [] if folder in {"", "."} else folder.split("/")
    for part in name.replace("\\", "/").split("/"):
        if part == ".." and not parts:
            return ""
        if part == "..":
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts) or "."


def normalise_name(name: str) -> str:
    """Give a distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def is_version(text: str) -> bool:
    """Tell whether a text is a PEP 440 version as a whole."""
    try:
        return bool(Version(text)) and text == text.strip()
    except ValueError:  # as in read_version
        return False


def line_of(text: str, index: int) -> int:
    """Return the number of the line that an index of a text lies in, from 1."""
    return text.count("\n", 0, index) + 1


class Lines:
    """The numbers of the lines of a text, for many indices at the cost of one pass."""

    def __init__(self, text: str) -> None:
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def number(self, index: int) -> int:
        """Give the number of the line that an index lies in, from 1."""
        return bisect_left(self._ends, index) + 1


def render_text(text: str, places: Sequence[Place], contents: Iterable[str]) -> str:
    """Return the text with other contents at some places, which are sorted and do not overlap."""
    edges = [0, *(edge for place in places for edge in (place.start, place.end)), len(text)]
    kept = [text[start:end] for start, end in list(pairwise(edges))[::2]]
    return kept[0] + "".join(content + rest for content, rest in zip(contents, kept[1:], strict=True))


def find_spans(
    text: str, pattern: re.Pattern[str], read: Callable[[str], Sequence[str | None]]
) -> list[tuple[int, int] | None]:
    """Find where values that a parser reads stand in a text, by asking the parser itself.

    Each match of the pattern is a candidate; all of them get a name of their own in a copy of the text, and the names
    that the parser then reads tell which candidates are the real ones. One parse, whatever the number of candidates.

    Args:
        text: The file's text.
        pattern: What a candidate looks like; its group `version` is the span.
        read: Reads the wanted values from a text.

    Returns:
        The span of each value that `read` gives; None for one that stands at no candidate.
    """
    spans = [match.span("version") for match in pattern.finditer(text)]
    names = {f"pilotage{number}": span for number, span in enumerate(spans)}
    candidates = [Place("", start, end, "", 0) for start, end in spans]
    return [names.get(value or "") for value in read(render_text(text, candidates, names))]
