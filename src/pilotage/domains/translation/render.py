"""A translation as the `[tool.pilotage]` to paste, with what has no equivalent in comments."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.model.config import DEFAULT_TYPES, Config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.model.translation import Translation, Unmatched

__all__ = ["render_translation"]

_ROOT = "tool.pilotage"
_INLINE = ("extend-types",)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def render_translation(translation: Translation) -> str:
    """Render `[tool.pilotage]`: only what differs from the defaults; `read_config` reads it back to the same record.

    Comments before it name what has no equivalent.
    """
    lines = [f"# Translated from {_one_line(translation.source)} ({translation.tool})."]
    if translation.notes:
        lines.append("# What has no equivalent:")
        lines += [f"# - {render_unmatched(note)}" for note in translation.notes]
    lines += _render_table(_ROOT, _differences(translation.config, Config()))
    return "\n".join([*lines, ""])


def render_unmatched(note: Unmatched) -> str:
    """Render one setting without an equivalent as one line."""
    value = f" = {_one_line(note.value)}" if note.value else ""
    return f"{_one_line(note.key)}{value}: {_one_line(note.why)}"


def _one_line(text: str) -> str:
    shown = _CONTROL.sub(" ", text)
    return shown if len(shown) <= 300 else f"{shown[:297]}..."  # noqa: PLR2004 - a comment that can be read


def _differences(record: msgspec.Struct, default: msgspec.Struct) -> dict[str, object]:
    """Give what differs from the defaults, by the keys of the file."""
    found: dict[str, object] = {}
    for field in msgspec.structs.fields(record):
        value, usual = getattr(record, field.name), getattr(default, field.name)
        if isinstance(value, msgspec.Struct):
            if inner := _differences(value, usual):
                found[field.encode_name] = inner
        elif value != usual:
            found[field.encode_name] = _plain(field.encode_name, value)
    return found


def _plain(key: str, value: object) -> object:
    """Give a value as tables and lists, records by what differs from their defaults."""
    if isinstance(value, dict) and key == "extend-types":
        return {name: _differences(row, DEFAULT_TYPES.get(name, type(row)())) for name, row in value.items()}
    if isinstance(value, dict):
        return {name: _plain("", one) for name, one in value.items()}
    if isinstance(value, tuple):
        return [_plain("", one) for one in value]
    if isinstance(value, msgspec.Struct):
        return {
            field.encode_name: _plain("", getattr(value, field.name))
            for field in msgspec.structs.fields(value)
            if field.required or getattr(value, field.name) != field.default
        }
    return value


def _render_table(name: str, values: Mapping[str, object]) -> list[str]:
    """Render a table and those below it, plain values first."""
    plain = [f"{_key(key)} = {_value(one)}" for key, one in values.items() if not isinstance(one, dict)]
    lines = ["", f"[{name}]", *plain] if plain or name == _ROOT else []
    for key, one in values.items():
        if not isinstance(one, dict):
            continue
        table = f"{name}.{_key(key)}"
        if key in _INLINE:
            lines += ["", f"[{table}]", *(f"{_key(inner)} = {_value(row)}" for inner, row in one.items())]
        else:
            lines += _render_table(table, one)
    return lines


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    # JSON's strings, booleans and integers are TOML's, but for DEL, which TOML wants escaped
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
