"""The configuration written out: its JSON Schema, and the effective values with their origin."""

from __future__ import annotations

import json
import re

import msgspec

from pilotage.domains.settings import ROOT, fields_of, read_own_table
from pilotage.model.config import Config

__all__ = ["config_schema", "render_config"]


def config_schema() -> dict[str, object]:
    """Give the JSON Schema (2020-12) of `[tool.pilotage]`, described by the docstrings of the records."""
    schema = msgspec.json.schema(Config)
    for definition in schema["$defs"].values():
        summary, _, args = definition.get("description", "").partition("\n\n    Args:\n")
        definition["description"] = summary
        for key, text in _read_args(args):
            definition["properties"][key]["description"] = text
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"[{ROOT}]", **schema}


def render_config(config: Config, *, pyproject_text: str | None = None, path: str = "pyproject.toml") -> str:
    """Render the effective configuration as TOML, each value with its origin in a comment.

    Args:
        config: What is in effect.
        pyproject_text: The file that it was read from; a key that stands there has the path as its origin, any other
            is a default. Without it a value that differs from the default is taken to come from the file.
        path: What the file is called.

    Returns:
        A table that `read_config` reads back to an equal record.
    """
    given = read_own_table(pyproject_text, path) if pyproject_text is not None else _differences(config, Config())
    lines = [f"[{ROOT}]"]
    tables: list[str] = []
    for key, value in fields_of(config):
        if isinstance(value, msgspec.Struct):
            inner = given.get(key)
            tables += ["", f"[{ROOT}.{key}]"]
            tables += [
                _line(name, one, path if isinstance(inner, dict) and name in inner else "default")
                for name, one in fields_of(value)
                if one is not None  # TOML has no null: what is left out is decided elsewhere
            ]
        else:
            lines.append(_line(key, value, path if key in given else "default"))
    return "\n".join([*lines, *tables, ""])


def _read_args(args: str) -> list[tuple[str, str]]:
    """Read the `Args:` of a record's docstring as keys and one-line texts."""
    found = re.findall(r"^ {8}(\w+): (.*(?:\n {12}.*)*)", args, re.MULTILINE)
    return [(name.replace("_", "-"), " ".join(text.split())) for name, text in found]


def _differences(config: msgspec.Struct, default: msgspec.Struct) -> dict[str, object]:
    """Give what differs from the defaults, in the shape of the file's table."""
    found: dict[str, object] = {}
    for (key, value), (_, usual) in zip(fields_of(config), fields_of(default), strict=True):
        if isinstance(value, msgspec.Struct) and isinstance(usual, msgspec.Struct):
            found[key] = _differences(value, usual)
        elif value != usual:
            found[key] = value
    return found


def _line(key: str, value: object, origin: str) -> str:
    """Write one key with its origin."""
    return f"{key} = {_toml(value)}  # {origin}"


def _toml(value: object) -> str:
    """Write a value as TOML on one line (TOML 1.0: basic strings, inline tables)."""
    if isinstance(value, msgspec.Struct):
        value = {key: one for key, one in fields_of(value) if one is not None}
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(key)} = {_toml(one)}" for key, one in value.items()) + " }" if value else "{}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    # JSON's strings, booleans and integers are TOML's, but for DEL, which TOML wants escaped
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
