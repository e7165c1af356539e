"""`pilotage plan`: what would be done; changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pilotage.commands.options import shared_options, tell, tracer
from pilotage.errors import UsageError
from pilotage.reconcile.bootstrap import Connection, Surroundings
from pilotage.reconcile.planning import FLOWS_BY_NAME
from pilotage.reconcile.releasing import plan_publish
from pilotage.reconcile.train import run_flows
from pilotage.reconcile.words import render_plan


@click.command("plan", epilog="Example: pilotage plan release-pr --out plan.json")
@click.argument("flow", default="all", type=click.Choice(sorted([*FLOWS_BY_NAME, "publish"])))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the plan to this file.")
@click.option(
    "--dist",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("dist"),
    show_default=True,
    help="The built files that `plan publish` is about.",
)
@shared_options
def command(
    *, repo: Path, config_path: str, as_json: bool, verbose: int, flow: str, out: Path | None, dist: Path
) -> None:
    """Observe and plan; changes nothing, and a token that may only read is enough."""
    surroundings = Surroundings(repo, os.environ, config_path, trace=tracer(verbose))
    if flow == "publish":
        plan = plan_publish(surroundings, dist)
    else:
        with Connection(surroundings) as connection:
            plan = run_flows(connection, FLOWS_BY_NAME[flow], is_dry=True, tell=lambda *_: None).plan
    text = plan.to_json()
    if out is not None:
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"--out {out}: cannot be written: {error.strerror}") from error
        tell(f"digest {plan.digest}", as_json=as_json)
    if as_json:
        click.echo(text, nl=False)
    else:
        tell(render_plan(plan))
