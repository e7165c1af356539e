"""pyproject.toml: the version in `[project]` (PEP 621) and in `[tool.poetry]`, or the file that holds a dynamic one.

The place is a span of the text, found and proven with tomllib. tomlkit would touch more than the version: it refuses a
byte order mark and writes the value in double quotes where single ones stood; and `pilotage next`, which reads the
version through this file, would pay for its import.
"""

from __future__ import annotations

from typing import cast

from pilotage.domains.versionfiles.backends import PLUGIN, find_pointers, read_dynamic
from pilotage.domains.versionfiles.locate import Keys, locate_strings
from pilotage.domains.versionfiles.place import Declared, Place, line_of
from pilotage.domains.versionfiles.tomltext import parse_toml
from pilotage.errors import ConfigError
from pilotage.model.version import read_version

PATH = "pyproject.toml"

_TABLES: tuple[tuple[str, ...], ...] = (("project",), ("tool", "poetry"))


def read_pyproject(text: str, path: str = PATH) -> Declared:
    """Read the name of the package, the places of its version, and where a dynamic version is written.

    A version that poetry-dynamic-versioning or setuptools-scm computes is dynamic; so is one that `[project]` lists
    under `dynamic`, as long as no other table gives it (PEP 621; Poetry 2 reads it from `[tool.poetry]` then).

    Args:
        text: The file's text.
        path: Its path in the repository.

    Raises:
        ConfigError: The text is not TOML, a table or value has the wrong type, or a version is not PEP 440.
    """
    data = parse_toml(text, path)
    names, versions = (
        {keys: _string(_table(data, keys, path), key, f"{path}: {_title(keys)} {key}") for keys in _TABLES}
        for key in ("name", "version")
    )
    dynamic = read_dynamic(data)
    if dynamic == PLUGIN:
        versions["tool", "poetry"] = None  # a placeholder such as 0.0.0 that the plugin wants to stay
    found = {keys: version for keys, version in versions.items() if version is not None}
    places = _places(text, path, found) if found else ()
    name = next((name for name in names.values() if name), "")
    pointers = find_pointers(data, name=name, folder=path.rpartition("/")[0]) if dynamic and not places else ()
    return Declared(name, places, f"{path} {dynamic}" if dynamic else "", pointers)


def _places(text: str, path: str, versions: dict[tuple[str, ...], str]) -> tuple[Place, ...]:
    for keys, version in versions.items():
        read_version(version, place=f"{path}: {_title(keys)} version")
    wanted: list[tuple[Keys, str]] = [((*keys, "version"), version) for keys, version in versions.items()]
    spans = locate_strings(text, wanted, parse=lambda copy: parse_toml(copy, path))
    places = []
    for (keys, version), span in zip(versions.items(), spans, strict=True):
        if span is None:
            raise ConfigError(
                f"{path}: {_title(keys)} version is {version!r}, written in a way that cannot be edited in place",
                hint=f'Write it on one line, without escapes: version = "{version.strip()}"',
            )
        places.append(Place(path, *span, version, line_of(text, span[0]), _title(keys)))
    return tuple(places)


def _title(keys: tuple[str, ...]) -> str:
    return "[" + ".".join(keys) + "]"


def _table(data: dict[str, object], keys: tuple[str, ...], path: str) -> dict[str, object]:
    table: object = data
    for depth, key in enumerate(keys, start=1):
        table = cast("dict[str, object]", table).get(key, {})
        if not isinstance(table, dict):
            where = ".".join(keys[:depth])
            raise ConfigError(
                f"{path}: {where} is {type(table).__name__}, expected a table", hint=f"Write it as [{where}]."
            )
    return cast("dict[str, object]", table)


def _string(table: dict[str, object], key: str, where: str) -> str | None:
    value = table.get(key)
    if value is None or isinstance(value, str):
        return value
    raise ConfigError(f"{where} is {value!r}, expected a string", hint=f'Put it in quotes: {key} = "{value}"')
