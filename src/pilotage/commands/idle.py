"""`pilotage idle`: wait, for a bounded time, until nothing runs any more."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from pilotage.commands.options import shared_options, tell, tracer, write_json
from pilotage.errors import CheckError
from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.idle import Waiter, Watched, describe_running, wait_idle

if TYPE_CHECKING:
    from pathlib import Path

MINUTES = 30


@click.command("idle", epilog="Example: pilotage idle --workflow flows.yml --minutes 20")
@click.option("--workflow", "workflows", metavar="FILE", multiple=True, help="A workflow that must not run.")
@click.option(
    "--environment", "environments", metavar="NAME", multiple=True, help="An environment that nothing is deployed to."
)
@click.option(
    "--minutes",
    type=click.IntRange(min=0, max=1440),
    metavar="N",
    default=MINUTES,
    show_default=True,
    help="How long to wait; 0 looks once.",
)
@shared_options
def command(
    *,
    repo: Path,
    config_path: str,
    as_json: bool,
    verbose: int,
    workflows: tuple[str, ...],
    environments: tuple[str, ...],
    minutes: int,
) -> None:
    """Wait until nothing runs: exit code 0 when it is idle, 1 when not in time, 5 when it cannot be known."""
    surroundings = Surroundings(repo, os.environ, config_path, trace=tracer(verbose))
    watched = Watched(workflows, environments, minutes)
    waiter = Waiter(poll=surroundings.poll, tell=lambda line: tell(line, as_json=as_json))
    running = wait_idle(surroundings, watched, waiter=waiter)
    if as_json:
        write_json({"format": 1, "idle": not running, "running": running})
    if running:
        raise CheckError(
            f"after {minutes} minutes this still runs: {'; '.join(map(describe_running, running[:10]))}",
            hint="Nothing was changed. Run this again later, or let it wait longer with --minutes (idle-minutes).",
        )
    if not as_json:
        tell("idle: nothing runs of " + ", ".join((*workflows, *environments)))
