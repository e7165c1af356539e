"""Configuration files of other tools, read from their text: JSON, TOML, YAML and INI.

The files are data of unknown origin: sizes are bounded, and YAML's aliases are followed a bounded number of times.
"""

from __future__ import annotations

import configparser
import json
import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING

from pilotage.domains.translation.table import Table
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["join_path", "read_ini", "read_json", "read_structured", "read_toml", "read_yaml"]

_load_toml = lru_cache(maxsize=4)(tomllib.loads)
"""One pyproject.toml is asked for by several tools."""

_LARGEST = 4_000_000
_LARGEST_YAML = 200_000
_DEEPEST = 60
_MOST_NODES = 200_000


def join_path(folder: str, path: str, *, place: str = "") -> str:
    """Give a path seen from the repository's root; one that begins with `/` is seen from there already.

    Args:
        folder: Where the path is seen from.
        path: The path.
        place: Where it stands, for the error's text.

    Raises:
        ConfigError: It leads out of the repository.
    """
    parts: list[str] = []
    for part in (path if path.startswith("/") else f"{folder}/{path}").split("/"):
        if part == "..":
            if not parts:
                where = f"{place}: " if place else ""
                raise ConfigError(
                    f"{where}the path {path[:200]!r}, seen from {folder[:200]!r}, leads out of the repository",
                    hint="Correct the path.",
                )
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts) or "."


def read_json(text: str, path: str) -> Table:
    """Read a JSON file that holds an object.

    Raises:
        ConfigError: It does not.
    """
    _check_size(text, path, _LARGEST)
    try:
        value: object = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as exc:
        raise _broken(path, "JSON", exc) from exc
    return _as_table(value, path)


def read_toml(text: str, path: str) -> Table:
    """Read a TOML file.

    Raises:
        ConfigError: It is none.
    """
    _check_size(text, path, _LARGEST)
    try:
        value = _load_toml(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as exc:
        raise _broken(path, "TOML", exc) from exc
    return Table(value, f"{path}:")


def read_yaml(text: str, path: str) -> Table:
    """Read a YAML 1.2 file that holds a mapping; an empty one holds an empty mapping.

    Raises:
        ConfigError: It does not, it is too large, or its aliases go round in a circle.
    """
    value = _load_yaml(text, path)
    return _as_table({} if value is None else value, path)


def read_structured(text: str, path: str) -> Table:
    """Read a file that holds JSON or YAML, whichever it is.

    Raises:
        ConfigError: It is neither.
    """
    return read_json(text, path) if text.lstrip("\ufeff \t\r\n").startswith("{") else read_yaml(text, path)


def read_ini(text: str, path: str) -> Mapping[str, Mapping[str, str]]:
    """Read an INI file as `setup.cfg` is one: values by section and key.

    Raises:
        ConfigError: It is none.
    """
    _check_size(text, path, _LARGEST)
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text.removeprefix("\ufeff"), path)
    except configparser.Error as exc:
        raise _broken(path, "INI", exc) from exc
    return {name: dict(parser.items(name)) for name in parser.sections()}


def _load_yaml(text: str, path: str) -> object:
    from ruamel.yaml import YAML  # noqa: PLC0415 - a tenth of a second that most commands do not need
    from ruamel.yaml.error import YAMLError, YAMLStreamError  # noqa: PLC0415 - with its library

    _check_size(text, path, _LARGEST_YAML)
    try:
        value: object = YAML(typ="safe", pure=True).load(text)
        return _plain(value, _Budget(path), depth=0)
    except (YAMLError, YAMLStreamError, ValueError, TypeError, AttributeError, RecursionError) as exc:
        raise _broken(path, "YAML", exc) from exc


class _Budget:
    """How many more values may be looked at: aliases multiply them."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.left = _MOST_NODES


def _plain(value: object, budget: _Budget, *, depth: int) -> object:
    """Copy a value as plain data with string keys, each alias written out."""
    budget.left -= 1
    if depth > _DEEPEST or budget.left < 0:
        raise ConfigError(
            f"{budget.path}: nested too deeply, or an alias holds itself",
            hint="Write the file without aliases (&name, *name).",
        )
    if isinstance(value, dict):
        return {str(key): _plain(one, budget, depth=depth + 1) for key, one in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(one, budget, depth=depth + 1) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _as_table(value: object, path: str) -> Table:
    if not isinstance(value, dict):
        raise ConfigError(
            f"{path}: holds {type(value).__name__}, expected a table of settings",
            hint="Correct the file.",
        )
    return Table(value, f"{path}:")


def _check_size(text: str, path: str, largest: int) -> None:
    if len(text) > largest:
        raise ConfigError(
            f"{path}: {len(text)} characters are more than a configuration has ({largest})", hint="Make it smaller."
        )


def _broken(path: str, kind: str, exc: Exception) -> ConfigError:
    problem = (
        " ".join(str(exc).replace('in "<unicode string>", ', "at ").split())[:300]
        if not isinstance(exc, RecursionError)
        else "nested too deeply"
    )
    return ConfigError(f"{path}: not {kind}: {problem}", hint="Correct the file at that place.")
