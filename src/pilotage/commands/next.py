"""`pilotage next`: the next version, from the local history alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pilotage.commands.options import shared_options, tell, write_json
from pilotage.errors import UsageError
from pilotage.reconcile.local import observe_local
from pilotage.reconcile.nextreport import NextReport, render_next, report_next

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.reconcile.nextreport import ComponentReport


@click.command("next", epilog="Example: pilotage next --json")
@click.option("--component", metavar="NAME", help="Only this component.")
@shared_options
def command(*, repo: Path, config_path: str, as_json: bool, verbose: int, component: str | None) -> None:
    """Show the next version, the bump, and the changes that cause it."""
    del verbose  # nothing remote is asked
    report = report_next(observe_local(repo, config_path=config_path))
    chosen = _choose(report, component)
    if as_json:
        write_json(chosen)
    else:
        tell(render_next(chosen))


def _choose(report: NextReport, component: str | None) -> NextReport:
    if component is None:
        return report
    found: list[ComponentReport] = [row for row in report.components if row.name == component]
    if not found:
        raise UsageError(
            f"--component {component!r}: this repository has no such component",
            hint="Leave the option out: the repository is released as one.",
        )
    return NextReport(found)
