"""The answer of `pilotage notes` for what is not released yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.notes import render_notes
from pilotage.domains.proposals import propose_all
from pilotage.domains.releasefiles import notes_of
from pilotage.reconcile.scenes import no_component

if TYPE_CHECKING:
    from pilotage.domains.proposal import Proposal
    from pilotage.model.snapshot import Scene, Snapshot


class ComponentNotes(msgspec.Struct, frozen=True):
    """The notes of one component's next release."""

    name: str
    version: str
    tag: str
    notes: str


class NotesReport(msgspec.Struct, frozen=True):
    """The notes of the next release.

    Args:
        version: Its version; null when there is nothing to release, or when several packages have something.
        tag: Its tag; null likewise.
        notes: The Markdown; empty when there is nothing to release.
        components: The notes of each component; empty for a repository that is released as one.
    """

    version: str | None
    tag: str | None
    notes: str
    components: tuple[ComponentNotes, ...] = ()
    format: int = 1


def report_notes(scene: Scene, component: str | None = None) -> NotesReport:
    """Decide what comes next and render its notes.

    Args:
        scene: The repository.
        component: The component that is meant; None for all.

    Raises:
        UsageError: There is no such component.
    """
    pairs = [
        (snapshot, proposal)
        for snapshot, proposal in zip(scene.snapshots, propose_all(scene), strict=True)
        if component is None or snapshot.name == component
    ]
    if not pairs:
        raise no_component(scene, component or "")
    rows = [row for snapshot, proposal in pairs if (row := _render(snapshot, proposal))]
    lonely = rows[0] if len(rows) == 1 else None
    return NotesReport(
        lonely.version if lonely else None,
        lonely.tag if lonely else None,
        "\n\n".join(row.notes if len(rows) == 1 else f"# {row.name}\n\n{row.notes}" for row in rows),
        tuple(row for row in rows if row.name),
    )


def _render(snapshot: Snapshot, proposal: Proposal) -> ComponentNotes | None:
    if proposal.version is None:
        return None
    notes = render_notes(notes_of(snapshot, proposal, version=proposal.version, date=snapshot.today))
    return ComponentNotes(snapshot.name or "", str(proposal.version), proposal.tag, notes)
