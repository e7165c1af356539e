"""What has no equivalent: settings of another tool collected while it is translated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.translation.table import shown
from pilotage.model.translation import Unmatched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.domains.translation.table import Table

__all__ = ["Notes"]

_UNKNOWN = "not known to this translation: look it up in the tool's documentation"


class Notes:
    """A list that grows while a configuration is read."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Unmatched] = {}

    def add(self, key: str, value: object, why: str) -> None:
        """Note one setting; the same setting is noted once."""
        text = value if isinstance(value, str) else shown(value)
        self._found.setdefault((key, text), Unmatched(key, text, why))

    def add_unread(self, table: Table, reasons: Mapping[str, str]) -> None:
        """Note each key of a table that was not read; one whose reason is "" means nothing here and is passed over."""
        for key in table.unread():
            why = reasons.get(key, _UNKNOWN)
            if why:
                self.add(table.name_of(key), table.raw(key), why)

    def list(self) -> tuple[Unmatched, ...]:
        """Give what was noted, in its order."""
        return tuple(self._found.values())
