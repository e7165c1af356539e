"""The answer of `pilotage notes` for what is not released yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.changelog.style import choose_style
from pilotage.domains.notes import render_notes
from pilotage.domains.notes.shaping import shape_notes
from pilotage.domains.proposals import propose_all
from pilotage.domains.releasetext import notes_of
from pilotage.errors import UsageError
from pilotage.reconcile.local import observe_local, read_past_notes
from pilotage.reconcile.pastnotes import HistoryNotes, PastNotesReader, RangeNotes
from pilotage.reconcile.scenes import no_component

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.domains.proposal import Proposal
    from pilotage.model.snapshot import Scene, Snapshot
    from pilotage.reconcile.local import PastNotes


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


class Asked(msgspec.Struct, frozen=True):
    """Whose notes are asked for: of what is unreleased, when nothing is named.

    Args:
        component: The component; None for all.
        tag: A past release.
        since: The point after which a range begins.
        until: The point at which it ends.
        is_whole: Whether all past releases are asked for.
        style: The style; "" for the changelog's own.
    """

    component: str | None = None
    tag: str = ""
    since: str = ""
    until: str = ""
    is_whole: bool = False
    style: str = ""


def read_notes(
    repo: Path, asked: Asked, *, config_path: str = "pyproject.toml"
) -> NotesReport | PastNotes | RangeNotes | HistoryNotes:
    """Read or render the notes that are asked for, from the clone alone.

    Raises:
        UsageError: Several things are asked for at once, or what is named is not there.
    """
    wanted = [("--tag", asked.tag), ("--from and --to", asked.since or asked.until), ("--all", asked.is_whole)]
    named = [option for option, value in wanted if value]
    if len(named) > 1:
        raise UsageError(f"{named[0]} with {named[1]}: these ask for different notes", hint="Leave one of them out.")
    if asked.tag:
        return read_past_notes(repo, asked.tag, config_path=config_path, style=asked.style, component=asked.component)
    if named and asked.component is not None:
        raise UsageError(
            f"--component {asked.component!r} with {named[0]}: past notes are rendered for a whole repository",
            hint=f"Name one release of {asked.component} with --tag.",
        )
    if not named:
        return report_notes(observe_local(repo, config_path=config_path), asked.component, style=asked.style)
    reader = PastNotesReader(repo, config_path=config_path, style=asked.style)
    return reader.read_all() if asked.is_whole else reader.read_range(asked.since, asked.until or "HEAD")


def report_notes(scene: Scene, component: str | None = None, *, style: str = "") -> NotesReport:
    """Decide what comes next and render its notes.

    Args:
        scene: The repository.
        component: The component that is meant; None for all.
        style: The style; "" for the changelog's own.

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
    rows = [row for snapshot, proposal in pairs if (row := _render(snapshot, proposal, style))]
    lonely = rows[0] if len(rows) == 1 else None
    return NotesReport(
        lonely.version if lonely else None,
        lonely.tag if lonely else None,
        "\n\n".join(row.notes if len(rows) == 1 else f"# {row.name}\n\n{row.notes}" for row in rows),
        tuple(row for row in rows if row.name),
    )


def _render(snapshot: Snapshot, proposal: Proposal, style: str) -> ComponentNotes | None:
    if proposal.version is None:
        return None
    rules = snapshot.config.notes if not style else msgspec.structs.replace(snapshot.config.notes, style=style)
    path = snapshot.config.changelog_path
    chosen = choose_style(rules.style, path=path, text=snapshot.files.get(path) if path else None)
    messages = {commit.sha: commit.message for commit in snapshot.commits}
    data = notes_of(snapshot, proposal, version=proposal.version, date=snapshot.today)
    shaped = shape_notes(msgspec.structs.replace(data, messages=messages), rules)
    notes = render_notes(shaped, style=chosen)
    return ComponentNotes(snapshot.name or "", str(proposal.version), proposal.tag, notes)
