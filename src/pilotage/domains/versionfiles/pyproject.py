"""pyproject.toml: the version in `[project]` (PEP 621) and in `[tool.poetry]`.

The place is a span of the text, found and proven with tomllib. tomlkit would touch more than the version: it refuses a
byte order mark and writes the value in double quotes where single ones stood; and `pilotage next`, which reads the
version through this file, would pay for its import.
"""

from __future__ import annotations

import re
from typing import cast

from pilotage.domains.versionfiles.place import BOM, Declared, Place, find_spans, line_of
from pilotage.errors import ConfigError
from pilotage.model.version import read_version

PATH = "pyproject.toml"

_TABLES = (("project",), ("tool", "poetry"))


def read_pyproject(text: str) -> Declared:
    """Read the name of the package and the places of its version.

    A version that poetry-dynamic-versioning or setuptools-scm computes is dynamic; so is one that `[project]` lists
    under `dynamic`, as long as no other table gives it (PEP 621; Poetry 2 reads it from `[tool.poetry]` then).

    Raises:
        ConfigError: The text is not TOML, a table or value has the wrong type, or a version is not PEP 440.
    """
    data = _parse(text)
    project, poetry = (_table(data, *keys) for keys in _TABLES)
    versions = [_string(project, "version", "[project]"), _string(poetry, "version", "[tool.poetry]")]
    dynamic = _dynamic(data)
    if dynamic == f"{PATH} [tool.poetry-dynamic-versioning]":
        versions[1] = None  # a placeholder such as 0.0.0 that the plugin wants to stay
    name = _string(project, "name", "[project]") or _string(poetry, "name", "[tool.poetry]") or ""
    return Declared(name, _places(text, versions) if any(v is not None for v in versions) else (), dynamic)


def _places(text: str, versions: list[str | None]) -> tuple[Place, ...]:
    names = ["[" + ".".join(keys) + "]" for keys in _TABLES]
    for table, version in zip(names, versions, strict=True):
        if version is not None:
            read_version(version, place=f"{PATH}: {table} version")
    either = "|".join(re.escape(version) for version in versions if version is not None)
    candidate = re.compile(rf"version[\"']?[ \t]*=[ \t]*(?P<quote>\"\"\"|'''|\"|')(?P<version>{either})(?P=quote)")
    spans = find_spans(text, candidate, _read_versions)
    places = []
    for table, version, span in zip(names, versions, spans, strict=True):
        if version is None:
            continue
        if span is None:
            raise ConfigError(
                f"{PATH}: {table} version is {version!r}, written in a way that cannot be edited in place",
                hint=f'Write it on one line, without escapes: version = "{version.strip()}"',
            )
        places.append(Place(PATH, *span, version, line_of(text, span[0]), table))
    return tuple(places)


def _read_versions(text: str) -> list[str | None]:
    data = _parse(text)
    return [cast("str | None", _table(data, *keys).get("version")) for keys in _TABLES]


def _dynamic(data: dict[str, object]) -> str:
    if _table(data, "tool", "poetry-dynamic-versioning").get("enable") is True:
        return f"{PATH} [tool.poetry-dynamic-versioning]"
    listed = _table(data, "project").get("dynamic")
    if isinstance(listed, list) and "version" in listed:
        return f"{PATH} [project] dynamic"
    if "setuptools_scm" in _table(data, "tool"):
        return f"{PATH} [tool.setuptools_scm]"
    return ""


def _parse(text: str) -> dict[str, object]:
    import tomllib  # noqa: PLC0415 - only a repository with a pyproject.toml pays for its import

    try:
        return tomllib.loads(text.removeprefix(BOM))
    except tomllib.TOMLDecodeError as exc:
        last = text.rpartition("\n")[2]
        end = f"at line {line_of(text, len(text))}, column {len(last) + 1}"
        found = str(exc).replace("at end of document", end)
        raise ConfigError(f"{PATH} is not TOML: {found}", hint="Mend the file at that place.") from exc
    except RecursionError as exc:
        raise ConfigError(f"{PATH} is nested too deeply to be read", hint="Flatten its arrays and tables.") from exc


def _table(data: dict[str, object], *keys: str) -> dict[str, object]:
    table: object = data
    for depth, key in enumerate(keys, start=1):
        table = cast("dict[str, object]", table).get(key, {})
        if not isinstance(table, dict):
            where = ".".join(keys[:depth])
            raise ConfigError(
                f"{PATH}: {where} is {type(table).__name__}, expected a table", hint=f"Write it as [{where}]."
            )
    return cast("dict[str, object]", table)


def _string(table: dict[str, object], key: str, where: str) -> str | None:
    value = table.get(key)
    if value is None or isinstance(value, str):
        return value
    raise ConfigError(
        f"{PATH}: {where} {key} is {value!r}, expected a string", hint=f'Put it in quotes: {key} = "{value}"'
    )
