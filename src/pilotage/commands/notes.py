"""`pilotage notes`: the Markdown notes of what is not released yet, or of a past release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pilotage.commands.options import shared_options, tell, write_json
from pilotage.reconcile.notesreport import Asked, read_notes

if TYPE_CHECKING:
    from pathlib import Path


STYLES = ("pilotage", "release-please", "keep-a-changelog", "commitizen", "python-semantic-release")


@click.command("notes", epilog="Example: pilotage notes --tag v1.4.0")
@click.option("--component", metavar="NAME", help="Only this component.")
@click.option("--tag", metavar="TAG", help="The notes of this past release, as its changelog has them.")
@click.option("--from", "since", metavar="TAG", help="Of all that came after this tag, as one release.")
@click.option("--to", "until", metavar="TAG", help="Of all up to this tag, as one release.")
@click.option("--all", "is_whole", is_flag=True, help="The notes of every past release, from its commits.")
@click.option(
    "--style", type=click.Choice(STYLES), default=None, help="The style, where it is not the changelog's own."
)
@shared_options
def command(
    *,
    repo: Path,
    config_path: str,
    as_json: bool,
    verbose: int,
    component: str | None,
    tag: str | None,
    since: str | None,
    until: str | None,
    is_whole: bool,
    style: str | None,
) -> None:
    """Show the notes of the unreleased changes, or of past releases."""
    del verbose  # nothing remote is asked
    asked = Asked(component, tag or "", since or "", until or "", is_whole=is_whole, style=style or "")
    report = read_notes(repo, asked, config_path=config_path)
    if as_json:
        write_json(report)
    else:
        tell(report.notes)
