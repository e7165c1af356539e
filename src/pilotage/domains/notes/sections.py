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


def order_change(change: Change) -> tuple[object, ...]:
    """Sort by scope and subject as people read them; the rest makes the order the same for any order of input."""
    subject = change.subject
    return (
        tuple(scope.casefold() for scope in change.scope),
        subject.casefold(),
        subject,
        change.sha,
        change.scope,
        change.type,
        change.pull_request or 0,
        change.breaking,
        change.breaking_notes,
        change.references,
        change.upgrade_path,
        change.author.login,
        change.author.name,
    )
