"""Files of `version-files` that hold the version at a key: JSON, TOML and YAML, edited without being written anew."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.versionfiles.keypath import find_keys, read_key
from pilotage.domains.versionfiles.locate import Keys, Span, locate_strings, read_at
from pilotage.domains.versionfiles.place import BOM, Lines, Place, is_version
from pilotage.domains.versionfiles.token import find_tokens
from pilotage.domains.versionfiles.tomltext import parse_toml
from pilotage.errors import ConfigError
from pilotage.model.config import VersionFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotage.model.version import Version

_JSON = (".json", ".jsonc", ".webmanifest", ".ipynb")
_TOML = (".toml", ".lock")
_YAML = (".yaml", ".yml", ".cff")


class _Value(msgspec.Struct, frozen=True):
    value: object
    span: Span | None


def check_version_files(files: Iterable[str | VersionFile], *, where: str = "[tool.pilotage] version-files") -> None:
    """Check the entries of `version-files` by themselves, without their files.

    Raises:
        ConfigError: A key cannot be read, or its file is neither JSON nor TOML nor YAML.
    """
    for file in files:
        if isinstance(file, VersionFile) and file.key:
            read_key(file.key)
            if not file.path.endswith((*_JSON, *_TOML, *_YAML)):
                raise ConfigError(
                    f"{where}: {file.path} has the key {file.key!r}, but only JSON, TOML and YAML files have keys",
                    hint="Leave the key out and mark the line of the version with x-pilotage-version.",
                )


def find_keyed(path: str, text: str, key: str, *, current: Version | None) -> tuple[Place, ...]:
    """Find the version at a key of a JSON, TOML or YAML file.

    The value is a version, with or without `v` in front, or a text that holds the current version exactly once, such as
    an image's name. In YAML a version needs no quotes; in JSON and TOML a number is none.

    Args:
        path: The file's path, whose ending says what it is.
        text: Its text.
        key: The key, as for `read_key`.
        current: The version of the project as it stands now; None when it is dynamic.

    Raises:
        ConfigError: The file or the key cannot be read, nothing stands there, or what stands there is no version.
    """
    check_version_files([VersionFile(path, key)])
    values = _read_values(path, text, key)
    if not values:
        raise ConfigError(
            f"{path} stands in [tool.pilotage] version-files, but it has nothing at {key}",
            hint="Correct the key, or take the file out of version-files.",
        )
    lines = Lines(text)
    places = {}
    for value in values:
        start, end = _find_version(path, key, value, text, current=current)
        places[start] = Place(path, start, end, text[start:end], lines.number(start), key)
    return tuple(place for _, place in sorted(places.items()))


def _find_version(path: str, key: str, found: _Value, text: str, *, current: Version | None) -> Span:
    where = f"{path}: {key}"
    if not isinstance(found.value, str):
        raise ConfigError(
            f"{where} is {json.dumps(found.value, default=str)[:100]}, expected a text",
            hint="Put the version in quotes, or name the key that holds it.",
        )
    if found.span is None:
        raise ConfigError(
            f"{where} is {found.value[:100]!r}, written in a way that cannot be edited in place",
            hint="Write it on one line, without escapes.",
        )
    start, end = found.span
    if is_version(found.value):
        return (start + 1 if found.value[0] in "vV" else start), end
    spans = [token.span("version") for token in find_tokens(text, start, end, equal_to=current)] if current else []
    if len(spans) != 1:
        raise ConfigError(
            f"{where} is {found.value[:100]!r}, which is not a version"
            + (f" and does not hold {current} exactly once" if current else ""),
            hint="Write the current version there.",
        )
    return spans[0]


def _read_values(path: str, text: str, key: str) -> list[_Value]:
    if path.endswith(_YAML):
        from pilotage.domains.versionfiles.yamltext import YamlFile  # noqa: PLC0415 - only a key in YAML pays for it

        file = YamlFile(text, path)
        return [
            _Value(value, file.span(number, keys) if isinstance(value, str) else None)
            for number, document in enumerate(file.documents)
            for keys in find_keys(document, key)
            for value in [read_at(document, keys)]
        ]

    def parse(copy: str) -> object:
        return parse_toml(copy, path) if path.endswith(_TOML) else _parse_json(copy, path)

    data = parse(text)
    found = [(keys, read_at(data, keys)) for keys in find_keys(data, key)]
    texts: list[tuple[Keys, str]] = [(keys, value) for keys, value in found if isinstance(value, str)]
    spans = dict(zip((keys for keys, _ in texts), locate_strings(text, texts, parse=parse), strict=True))
    return [_Value(value, spans.get(keys)) for keys, value in found]


def _parse_json(text: str, path: str) -> object:
    try:
        return json.loads(text.removeprefix(BOM))
    except json.JSONDecodeError as exc:
        raise ConfigError(
            f"{path} is not JSON: {exc.msg} (at line {exc.lineno}, column {exc.colno})",
            hint="Mend the file at that place.",
        ) from exc
    except (ValueError, RecursionError) as exc:  # a number of thousands of digits; arrays in arrays in arrays
        raise ConfigError(f"{path} cannot be read as JSON: {exc}", hint="Flatten or shorten what it holds.") from exc
