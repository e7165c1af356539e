"""TOML as data: parsed with tomllib, errors in our words. Editors take spans of the text and never write TOML anew."""

from __future__ import annotations

from typing import cast

from pilotage.domains.versionfiles.place import BOM, line_of
from pilotage.errors import ConfigError


def parse_toml(text: str, path: str) -> dict[str, object]:
    """Parse a TOML file.

    Raises:
        ConfigError: The text is not TOML; the message names the line and the column.
    """
    import tomllib  # noqa: PLC0415 - only a repository with a TOML file pays for its import

    try:
        return tomllib.loads(text.removeprefix(BOM))
    except tomllib.TOMLDecodeError as exc:
        last = text.rpartition("\n")[2]
        end = f"at line {line_of(text, len(text))}, column {len(last) + 1}"
        found = str(exc).replace("at end of document", end)
        raise ConfigError(f"{path} is not TOML: {found}", hint="Mend the file at that place.") from exc
    except RecursionError as exc:
        raise ConfigError(f"{path} is nested too deeply to be read", hint="Flatten its arrays and tables.") from exc


def read_table(data: dict[str, object], *keys: str) -> dict[str, object]:
    """Give a table by its keys; empty when there is none or something else stands there."""
    table: object = data
    for key in keys:
        table = cast("dict[str, object]", table).get(key)
        if not isinstance(table, dict):
            return {}
    return cast("dict[str, object]", table)
