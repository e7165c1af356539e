"""Globs of paths: `*` and `?` within one name, `[…]`, and `**` for any number of folders.

The time is bounded by the product of the lengths: names are matched by `fnmatch`, whose patterns never go back
(atomic groups), and `**` by remembering only the last one.
"""

from __future__ import annotations

import fnmatch
import re
from itertools import takewhile
from typing import TYPE_CHECKING, Final

import msgspec

from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"[*?\[]")
_ANY: Final = re.compile(r"", re.DOTALL)
"""Stands for a name of any kind: it is known by its identity and never matched."""


class PathGlob(msgspec.Struct, frozen=True):
    """A glob, ready to be matched.

    Args:
        anchor: A folder that all that matches lies below: the names before the last one and before any wildcard,
            joined by `/`; empty for the root.
        names: One item a name: the name itself, a pattern, or None for `**`.
        over: The same with everything beneath it.
        needle: The longest text that all that matches holds; it rules most paths out at once.
    """

    anchor: str
    names: tuple[str | re.Pattern[str] | None, ...]
    over: tuple[str | re.Pattern[str] | None, ...]
    needle: str = ""

    def is_match(self, path: str) -> bool:
        """Tell whether a path, without a slash at its ends, is matched."""
        return _is_match(self.names, path.split("/"))

    def is_over(self, path: str) -> bool:
        """Tell whether a path is matched or lies in a folder that is."""
        return self.needle in path and _is_match(self.over, path.split("/"))


def read_glob(text: str, *, place: str) -> PathGlob:
    """Read a glob.

    `src/**` is everything below `src` and not `src` itself; `**/x` is `x` anywhere. The case of letters counts. A `./`
    at the start and a `/` at the end mean nothing.

    Args:
        text: The glob.
        place: Where it stands, for the error's text.

    Raises:
        ConfigError: It is empty, absolute or leaves the repository, `**` does not stand alone between slashes, a `[`
            is not closed, or a backslash stands in it.
    """
    if problem := _find_problem(text):
        raise ConfigError(
            f"{place}: {text[:100]!r} {problem}",
            hint="Write a glob with / between names, such as docs/*.md or src/**, seen from the folder it is for.",
        )
    items = tuple(map(_read_name, _split(text)))
    anchor = "/".join(takewhile(lambda one: isinstance(one, str), items[:-1]))  # type: ignore[arg-type]  # all str
    if items[-1] is None:  # at the end `**` stands for one name at least
        items = (*items[:-1], _ANY, None)
    needle = max((run for name in _split(text) for run in _literal_runs(name)), key=len)
    return PathGlob(anchor, items, items if items[-1] is None else (*items, None), needle)


def read_anchored(
    globs: Iterable[tuple[str, int, str]],
) -> dict[str, tuple[tuple[PathGlob, frozenset[int]], ...]]:
    """Read globs of several owners, each glob once, by the folder that all it matches lies below.

    Args:
        globs: Each glob with its owner and its place.

    Raises:
        ConfigError: As `read_glob`.
    """
    owners: dict[str, frozenset[int]] = {}
    read: dict[str, PathGlob] = {}
    for text, owner, place in globs:
        read[text] = read.get(text) or read_glob(text, place=place)
        owners[text] = owners.get(text, frozenset()) | {owner}
    anchored: dict[str, tuple[tuple[PathGlob, frozenset[int]], ...]] = {}
    for text, glob in read.items():
        anchored[glob.anchor] = (*anchored.get(glob.anchor, ()), (glob, owners[text]))
    return anchored


def is_loose_match(glob: str, path: str) -> bool:
    """Tell whether a glob whose wildcards also stand for `/` matches a path, as uv reads `exclude`."""
    return fnmatch.fnmatchcase(path, "/".join(_split(glob)))


def _split(text: str) -> list[str]:
    return [name for name in text.split("/") if name not in {"", "."}]


def _find_problem(text: str) -> str:
    """Say what is wrong with a glob; empty when nothing is."""
    names = _split(text)
    problems = {
        "names nothing": not names,
        "is an absolute path": text.startswith(("/", "~")) or re.match(r"[A-Za-z]:", text) is not None,
        "has a backslash or a zero byte": "\\" in text or "\0" in text,
        "begins with an exclamation mark": text.startswith("!"),
        "leaves the folder that it is seen from": ".." in names,
        "has a ** that does not stand alone between slashes": any("**" in name and name != "**" for name in names),
        "has a [ that is not closed": any(map(_is_open, names)),
    }
    return next((problem for problem, is_so in problems.items() if is_so), "")


def _is_open(name: str) -> bool:
    """Tell whether a `[` is not closed; a `]` right behind it, or behind its `!`, is a member."""
    position = name.find("[")
    while position >= 0:
        first = position + (2 if name[position + 1 : position + 2] == "!" else 1)
        end = name.find("]", first + 1)
        if end < 0:
            return True
        position = name.find("[", end)
    return False


def _read_name(name: str) -> str | re.Pattern[str] | None:
    if name == "**":
        return None
    if name == "*":
        return _ANY
    return re.compile(fnmatch.translate(name)) if _SPECIAL.search(name) else name


def _literal_runs(name: str) -> list[str]:
    """Give the texts between the wildcards of a name; a class could hold any character, so such a name has none."""
    return [""] if "[" in name else re.split(r"[*?]+", name)


def _is_match(items: tuple[str | re.Pattern[str] | None, ...], names: Sequence[str]) -> bool:
    """Match from the left; where that fails let the last `**` take one name more: no older one has to."""
    item = position = 0
    star, taken = -1, 0
    while position < len(names):
        if item < len(items) and items[item] is None:
            star, taken = item, position
            item += 1
        elif item < len(items) and _is_name(items[item], names[position]):
            item += 1
            position += 1
        elif star >= 0:
            taken += 1
            item, position = star + 1, taken
        else:
            return False
    return all(one is None for one in items[item:])


def _is_name(item: str | re.Pattern[str] | None, name: str) -> bool:
    if isinstance(item, str):
        return item == name
    return item is _ANY or (item is not None and item.match(name) is not None)
