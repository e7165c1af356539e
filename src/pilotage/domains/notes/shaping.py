"""Bring the facts of a version into the form that `[tool.pilotage.notes]` asks for, before they are rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.notes.folding import fold_dependencies

if TYPE_CHECKING:
    from pilotage.model.commit import Author
    from pilotage.model.config import NotesRules
    from pilotage.model.notes import NotesData


def shape_notes(data: NotesData, rules: NotesRules) -> NotesData:
    """Fold the updates of dependencies, and name those whom the notes shall thank.

    Args:
        data: The facts as they were found; `new_contributors` whether or not they are wanted.
        rules: What is wanted.
    """
    changes = fold_dependencies(data.changes) if rules.fold_dependencies else data.changes
    new = () if rules.contributors == "off" else tuple(who for who in data.new_contributors if not is_bot(who))
    everybody = _find_people(data) if rules.contributors == "all" else ()
    return msgspec.structs.replace(data, changes=changes, new_contributors=new, contributors=everybody)


def is_bot(author: Author) -> bool:
    """Tell whether an author is a program, as GitHub marks them: `dependabot[bot]`."""
    return author.login.endswith("[bot]") or author.name.endswith("[bot]")


def _find_people(data: NotesData) -> tuple[Author, ...]:
    """Give the people behind the changes once each, by their names."""
    found = {(who.login or who.name).casefold(): who for who in (change.author for change in reversed(data.changes))}
    return tuple(who for name, who in sorted(found.items()) if name and not is_bot(who))
