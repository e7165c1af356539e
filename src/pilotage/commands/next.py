"""`pilotage next`: the next version, from the local history alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pilotage.commands.options import shared_options, tell, write_json
from pilotage.reconcile.local import observe_local
from pilotage.reconcile.nextreport import NextReport, render_next, report_next
from pilotage.reconcile.scenes import choose_snapshot

if TYPE_CHECKING:
    from pathlib import Path


@click.command("next", epilog="Example: pilotage next --json")
@click.option("--component", metavar="NAME", help="Only this component.")
@shared_options
def command(*, repo: Path, config_path: str, as_json: bool, verbose: int, component: str | None) -> None:
    """Show the next version, the bump, and the changes that cause it."""
    del verbose  # nothing remote is asked
    scene = observe_local(repo, config_path=config_path)
    report = report_next(scene)
    if component is not None:
        choose_snapshot(scene, component)
        report = NextReport([row for row in report.components if row.name == component])
    if as_json:
        write_json(report)
    else:
        tell(render_next(report))
