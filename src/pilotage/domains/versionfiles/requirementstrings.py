"""The requirement strings of pyproject.toml, with the place of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from pilotage.domains.versionfiles.locate import Keys, locate_strings, read_at
from pilotage.domains.versionfiles.tomltext import parse_toml, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTS = (
    ("project", "dependencies"),
    ("build-system", "requires"),
    ("tool", "uv", "dev-dependencies"),
    ("tool", "uv", "constraint-dependencies"),
    ("tool", "uv", "override-dependencies"),
)
_TABLES_OF_LISTS = (("project", "optional-dependencies"), ("dependency-groups",), ("tool", "pdm", "dev-dependencies"))
_POETRY = (("tool", "poetry", "dependencies"), ("tool", "poetry", "dev-dependencies"))
_POETRY_GROUPS = ("tool", "poetry", "group")


class Written(msgspec.Struct, frozen=True):
    """A requirement as written: the whole of PEP 508's, or Poetry's specifier with the name beside it.

    Args:
        value: The text.
        start: Where it begins in the file; None when it is not one run of characters there.
        table: What holds it, such as `[project] dependencies`.
        name: The name of the package for Poetry's, else empty.
    """

    value: str
    start: int | None
    table: str
    name: str = ""


def read_pyproject_requirements(text: str, path: str) -> list[Written]:
    """Read the requirement strings of a pyproject.toml.

    A list or table that holds something else is passed over: that is for the build backend to complain about.

    Raises:
        ConfigError: The text is not TOML.
    """
    data = parse_toml(text, path)
    found = [*_read_lists(data), *_read_poetry(data)]
    spans = locate_strings(text, [(keys, value) for keys, value, _ in found], parse=lambda copy: parse_toml(copy, path))
    return [
        Written(value, span[0] if span else None, _name_table(keys, name), name)
        for (keys, value, name), span in zip(found, spans, strict=True)
    ]


def _read_lists(data: dict[str, object]) -> Iterator[tuple[Keys, str, str]]:
    tables = ((*keys, group) for keys in _TABLES_OF_LISTS for group in read_table(data, *keys))
    for keys in (*_LISTS, *tables):
        listed = read_at(data, keys)
        for index, value in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(value, str):
                yield (*keys, index), value, ""


def _read_poetry(data: dict[str, object]) -> Iterator[tuple[Keys, str, str]]:
    groups = ((*_POETRY_GROUPS, group, "dependencies") for group in read_table(data, *_POETRY_GROUPS))
    for keys in (*_POETRY, *groups):
        for name, value in read_table(data, *keys).items():
            if name != "python":
                yield from ((at, text, name) for at, text in _read_constraints((*keys, name), value))


def _read_constraints(keys: Keys, value: object) -> Iterator[tuple[Keys, str]]:
    """Give Poetry's constraints: a text, a table with `version`, a list of both; a path or URL gives an empty one."""
    if isinstance(value, str):
        yield keys, value
    elif isinstance(value, dict):
        version = cast("dict[str, object]", value).get("version")
        yield (*keys, "version"), version if isinstance(version, str) else ""
    elif isinstance(value, list):
        for index, one in enumerate(cast("list[object]", value)):
            if not isinstance(one, list):
                yield from _read_constraints((*keys, index), one)


def _name_table(keys: Keys, name: str) -> str:
    """Name the table for people: `[project] dependencies`, `[tool.poetry.group.dev.dependencies]`."""
    if name:
        return "[" + ".".join(str(key) for key in keys[: keys.index(name)]) + "]"
    return "[" + ".".join(map(str, keys[:-2])) + f"] {keys[-2]}"
