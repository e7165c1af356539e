"""Keys of `version-files`: the part of JSONPath (RFC 9535) that names places in JSON, TOML and YAML files.

    $.info.version                              names, with or without `$.` or `@.` in front
    $["my package"].version                     names in quotes, in brackets
    $.packages[0].version   $.packages[-1]      indices
    $.packages[*].version   $.packages.*        all of an array or object
    $.package[?(@.name=='demo')].version        those whose value at a path is a text; parentheses may be left out

release-please's `@.name.value`, which its own parser asks for, is read as `@.name`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import msgspec

from pilotage.domains.versionfiles.locate import Keys, read_at
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = r"[^\s.\[\]'\"?*()=$@]+"
_QUOTED = r"'[^'\n]*'|\"[^\"\n]*\""
_TOKEN = re.compile(
    rf"""
    \.?\[\s*(?P<quoted>{_QUOTED})\s*\]
    | \.?\[\s*(?P<index>-?[0-9]{{1,9}})\s*\]
    | \.?\[\s*(?P<all>\*)\s*\] | \.(?P<star>\*)
    | \.?\[\s*\?\s*(?P<paren>\(\s*)?@(?P<path>(?:\.{_NAME}|\[(?:{_QUOTED})\])+)\s*==\s*(?P<text>{_QUOTED})\s*
      (?(paren)\)\s*)\]
    | \.?(?P<name>{_NAME})
    """,
    flags=re.VERBOSE,
)
_ARTEFACT = "value"
_MAX_MATCHES = 1000


class _Filter(msgspec.Struct, frozen=True):
    keys: Keys
    text: str


_Step = str | int | _Filter | None
"""A name, an index, those that a filter lets through, or (None) all."""


def read_key(key: str) -> tuple[_Step, ...]:
    """Read a key.

    Raises:
        ConfigError: It is not one of the forms above; the message gives the place in it.
    """
    at = 1 if key.startswith(("$", "@")) else 0
    steps: list[_Step] = []
    while at < len(key):
        match = _TOKEN.match(key, at)
        if match is None or (match["name"] and at and key[at] != "." and steps):
            at = len(key) + 1
            break
        steps.append(_read_step(match))
        at = match.end()
    if not steps or at > len(key):
        raise ConfigError(
            f"[tool.pilotage] version-files: the key {key[:200]!r} cannot be read",
            hint="Write it as in $.info.version, $.packages[0].version or $.package[?(@.name=='demo')].version.",
        )
    return tuple(steps)


def find_keys(data: object, key: str) -> list[Keys]:
    """Find the values that a key names, at most a thousand, as the names and indices that lead to each."""
    found: list[Keys] = [()]
    for step in read_key(key):
        found = [longer for keys in found for longer in _follow(data, keys, step)][:_MAX_MATCHES]
    return found


def _read_step(match: re.Match[str]) -> _Step:
    if match["name"]:
        return match["name"]
    if match["quoted"]:
        return match["quoted"][1:-1]
    if match["index"]:
        return int(match["index"])
    if match["path"]:
        names = re.findall(rf"\.({_NAME})|\[({_QUOTED})\]", match["path"])
        return _Filter(tuple(plain or quoted[1:-1] for plain, quoted in names), match["text"][1:-1])
    return None


def _follow(data: object, keys: Keys, step: _Step) -> Iterator[Keys]:
    value = read_at(data, keys)
    if isinstance(step, int):
        if isinstance(value, list) and -len(value) <= step < len(value):
            yield (*keys, step % len(value))
    elif isinstance(step, str):
        if isinstance(value, dict) and step in value:
            yield (*keys, step)
        elif step == _ARTEFACT and isinstance(value, str):
            yield keys
    else:
        names: list[str | int] = [*range(len(value))] if isinstance(value, list) else []
        if isinstance(value, dict):
            names = list(cast("dict[str, object]", value))
        for name in names:
            if step is None or _passes(read_at(value, (name,)), step):
                yield (*keys, name)


def _passes(value: object, step: _Filter) -> bool:
    found = read_at(value, step.keys)
    if not isinstance(found, str) and step.keys[-1] == _ARTEFACT:
        found = read_at(value, step.keys[:-1])
    return found == step.text
