"""Which changes of a version stand under which heading."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pilotage.model.change import Change
    from pilotage.model.notes import NotesData


def select_sections(data: NotesData) -> dict[str, set[str]]:
    """Give the sections of types that are shown in their order with the types that they hold.

    The order is that of the table of types; types of one title share a section.
    """
    sections: dict[str, set[str]] = {}
    for name, row in data.types.items():
        if not row.hidden:
            sections.setdefault(row.section or name.capitalize(), set()).add(name)
    return sections


def order_change(change: Change) -> tuple[tuple[str, ...], ...]:
    """Sort by scope and subject as people read them; the rest makes the order the same for any order of input."""
    return (
        tuple(scope.casefold() for scope in change.scope),
        (change.subject.casefold(), change.subject, change.sha, repr(change)),
    )
