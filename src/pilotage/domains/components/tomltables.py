"""Tables of a pyproject.toml, read with the place in each error."""

from __future__ import annotations

from typing import cast

from pilotage.errors import ConfigError


def read_table(data: dict[str, object], *keys: str, path: str, above: str = "") -> dict[str, object]:
    """Give a table below another; empty when there is none.

    Args:
        data: The outer table.
        keys: The way to it.
        path: The file, for the error's text.
        above: The way to the outer table, with a dot at its end.

    Raises:
        ConfigError: Something on the way is no table.
    """
    table: object = data
    for depth, key in enumerate(keys, start=1):
        table = cast("dict[str, object]", table).get(key, {})
        if not isinstance(table, dict):
            where = above + ".".join(keys[:depth])
            raise ConfigError(
                f"{path}: {where} is {type(table).__name__}, expected a table", hint=f"Write it as [{where}]."
            )
    return cast("dict[str, object]", table)


def read_strings(table: dict[str, object], key: str, *, place: str) -> tuple[str, ...]:
    """Give a list of strings; empty when there is none.

    Raises:
        ConfigError: There is something else.
    """
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ConfigError(f"{place} {key} is not a list of strings", hint=f'Write {key} = ["…"].')
    return tuple(value)
