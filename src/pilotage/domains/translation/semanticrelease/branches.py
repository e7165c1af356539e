"""semantic-release's branches as channels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.translation.channels import Channel, add_channel, read_channel

if TYPE_CHECKING:
    from pilotage.domains.translation.notes import Notes
    from pilotage.domains.translation.table import Table

__all__ = ["read_branches"]

_MAINTENANCE = re.compile(r"\d+(?:\.\d+)?\.x|\d+\.x\.x", re.ASCII)
_LINES = {
    "+([0-9])?(.{+([0-9]),x}).x": "*.x",
    "+([0-9]).x": "*.x",
    "+([0-9])?(.+([0-9])).x": "*.x",
    "([0-9])?(.{+([0-9]),x}).x": "*.x",
}
"""The globs that the tool's documentation shows for maintenance branches."""


def read_branches(table: Table, notes: Notes) -> dict[str, Channel]:
    """Translate the branches that make pre-releases, and those of older versions.

    The first branch that makes final versions is the one that releases anyway.
    """
    value = table.raw("branches")
    place = table.name_of("branches")
    found: dict[str, Channel] = {}
    is_main_found = False
    for entry in [value] if isinstance(value, str | dict) else value if isinstance(value, list) else []:
        options = entry if isinstance(entry, dict) else {"name": entry}
        name = str(options.get("name", ""))
        mark = options.get("prerelease")
        if mark:
            word = mark if isinstance(mark, str) else name
            channel = read_channel(word)
            if channel is None:
                notes.add(place, name, f"no pre-releases of PEP 440 are called {word!r}: a, b, rc and dev are")
            else:
                add_channel(found, name, channel, place=place, notes=notes)
        elif name in _LINES or _MAINTENANCE.fullmatch(name) or options.get("range"):
            add_channel(found, _LINES.get(name, name), "maintenance", place=place, notes=notes)
        elif is_main_found:
            notes.add(place, name, "a second branch of final versions has no equivalent: make pre-releases on it")
        else:
            is_main_found = True
    return found
