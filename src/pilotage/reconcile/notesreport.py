"""The answer of `pilotage notes` for what is not released yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.changes import read_changes
from pilotage.domains.notes import render_notes
from pilotage.domains.proposal import propose_release
from pilotage.domains.release_pr import notes_of

if TYPE_CHECKING:
    from pilotage.model.snapshot import Snapshot


class NotesReport(msgspec.Struct, frozen=True):
    """The notes of the next release.

    Args:
        version: Its version; null when there is nothing to release.
        tag: Its tag; null when there is nothing to release.
        notes: The Markdown; empty when there is nothing to release.
    """

    version: str | None
    tag: str | None
    notes: str
    format: int = 1


def report_notes(snapshot: Snapshot) -> NotesReport:
    """Decide what comes next and render its notes."""
    proposal = propose_release(
        read_changes(snapshot.commits, snapshot.config),
        project=snapshot.project,
        last_release=snapshot.last_release,
        config=snapshot.config,
    )
    if proposal.version is None:
        return NotesReport(None, None, "")
    notes = render_notes(notes_of(snapshot, proposal, version=proposal.version, date=snapshot.today))
    return NotesReport(str(proposal.version), proposal.tag, notes)
