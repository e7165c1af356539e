"""A table of another tool's configuration: values read by their type, and the keys that nobody asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Table", "shown"]

_NOUNS = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "a table",
    type(None): "null",
}


class Table:
    """A table that remembers which of its keys were read.

    Args:
        values: The keys and values, as JSON, TOML or YAML give them.
        place: Where it stands, for errors and notes: `release-please-config.json: packages.a`.
    """

    def __init__(self, values: Mapping[str, object], place: str) -> None:
        self._values = dict(values)
        self._read: set[str] = set()
        self.place = place

    def __contains__(self, key: object) -> bool:
        """Tell whether a key is set; one that is null is not."""
        return isinstance(key, str) and self._values.get(key) is not None

    def __iter__(self) -> Iterator[str]:
        """Go through the keys that are set."""
        return (key for key in self._values if key in self)

    def name_of(self, key: str) -> str:
        """Give a key with its place."""
        return f"{self.place} {key}" if self.place.endswith((":", "]")) else f"{self.place}.{key}"

    def raw(self, key: str) -> object:
        """Give a value as it is, None when it is not set."""
        self._read.add(key)
        return self._values.get(key)

    def text(self, key: str, default: str = "") -> str:
        """Give a string; a number stands for its text."""
        value = self.raw(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        if value is None or isinstance(value, str):
            return default if value is None else value
        raise self._wrong(key, value, "a string")

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Give a boolean; `true` and `false` may be spelled as strings, as inputs of actions are."""
        value = self.raw(key)
        if isinstance(value, str) and value.strip().lower() in ("true", "false", "yes", "no", "1", "0", "on", "off"):
            return value.strip().lower() in ("true", "yes", "1", "on")
        if value is None or isinstance(value, bool):
            return default if value is None else value
        raise self._wrong(key, value, "a boolean")

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Give strings: a list of them, or one with commas."""
        value = self.raw(key)
        if value is None:
            return default
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        if not isinstance(value, list):
            raise self._wrong(key, value, "a list of strings")
        for one in value:
            if not isinstance(one, str):
                raise self._wrong(key, one, "a list of strings")
        return tuple(value)

    def table(self, key: str, *, place: str = "") -> Table:
        """Give a table, an empty one when it is not set; its place is that of the key unless it has another name."""
        value = self.raw(key)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise self._wrong(key, value, "a table")
        return Table(value, place or self.name_of(key))

    def tables(self, key: str, *, short: str = "") -> tuple[Table, ...]:
        """Give the tables of a list.

        Args:
            key: Where the list stands.
            short: The key of a table that a string alone stands for; "" where none does.
        """
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self._wrong(key, value, "a list of tables")
        entries = [{short: one} if short and isinstance(one, str) else one for one in value]
        for one in entries:
            if not isinstance(one, dict):
                raise self._wrong(key, one, "a list of tables")
        return tuple(Table(one, f"{self.name_of(key)}[{index}]") for index, one in enumerate(entries))

    def choice(self, key: str, choices: Iterable[str], default: str) -> str:
        """Give a string that is one of some."""
        value = self.text(key, default)
        if value not in (known := tuple(choices)):
            raise ConfigError(
                f"{self.name_of(key)} is {shown(value)}, expected one of {', '.join(known)}",
                hint="Correct it there, or take it out.",
            )
        return value

    def unread(self) -> list[str]:
        """Give the keys that are set and that nobody asked for."""
        return [key for key in self._values if key in self and key not in self._read]

    def shown(self, key: str) -> str:
        """Write a value as one short line, without reading it."""
        return shown(self._values.get(key))

    def _wrong(self, key: str, value: object, expected: str) -> ConfigError:
        noun = _NOUNS.get(type(value), f"a {type(value).__name__}")
        return ConfigError(
            f"{self.name_of(key)} is {noun} ({shown(value)}), expected {expected}",
            hint="Correct it there, or take it out.",
        )


def shown(value: object) -> str:
    """Write a value as one short line."""
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004 - a line on a terminal
