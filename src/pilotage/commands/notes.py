"""`pilotage notes`: the Markdown notes of what is not released yet, or of a past release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pilotage.commands.options import shared_options, tell, write_json
from pilotage.reconcile.local import observe_local, read_past_notes
from pilotage.reconcile.notesreport import report_notes

if TYPE_CHECKING:
    from pathlib import Path


@click.command("notes", epilog="Example: pilotage notes --tag v1.4.0")
@click.option("--component", metavar="NAME", help="Only this component.")
@click.option("--tag", metavar="TAG", help="The notes of this past release, as its changelog has them.")
@shared_options
def command(
    *, repo: Path, config_path: str, as_json: bool, verbose: int, component: str | None, tag: str | None
) -> None:
    """Show the notes of the unreleased changes, or of one past release."""
    del verbose  # nothing remote is asked
    report = (
        read_past_notes(repo, tag, config_path=config_path)
        if tag
        else report_notes(observe_local(repo, config_path=config_path), component)
    )
    if as_json:
        write_json(report)
    else:
        tell(report.notes)
