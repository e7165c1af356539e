"""`pilotage downstream`: a release on its way to the repositories that use the package."""

from __future__ import annotations

import os
import re
from pathlib import Path  # noqa: TC003 - click reads annotations at run time

import click

from pilotage.commands.downstreamview import watch_rollout
from pilotage.commands.options import shared_options, tell, tracer, write_json
from pilotage.errors import UsageError
from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.downstream.job import run_job
from pilotage.reconcile.downstream.outcome import describe_rolled
from pilotage.reconcile.downstream.scope import Scope
from pilotage.reconcile.downstream.session import Order, ensure_success
from pilotage.reconcile.strangers import refuse_strangers

_SHARD = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")


@click.command("downstream", epilog="Example: pilotage downstream --tag v1.4.0 --only acme/flow-a")
@click.option("--tag", metavar="TAG", help="The release; the newest published one when left out.")
@click.option(
    "--only", "only", metavar="OWNER/NAME", multiple=True, help="This repository alone; may be given several times."
)
@click.option("--shard", metavar="I/N", help="One part of the repositories alone, for a job of a matrix: 2/5.")
@click.option("--report", is_flag=True, help="Change nothing there: look, and bring the overview up to date.")
@click.option("--retry", is_flag=True, help="Start rebuilds that failed again.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Only say what would be done: `pilotage plan downstream`.")
@shared_options
def command(
    *,
    repo: Path,
    config_path: str,
    as_json: bool,
    verbose: int,
    tag: str | None,
    only: tuple[str, ...],
    shard: str | None,
    report: bool,
    retry: bool,
    is_dry: bool,
) -> None:
    """Rebuild or update the repositories that use a release, and say how far each is; run again to go on."""
    refuse_strangers(os.environ, verb="downstream")
    part, parts = read_shard(shard)
    order = Order(tag, Scope(only, part, parts, retry=retry), is_dry=is_dry, is_report=report)
    surroundings = Surroundings(repo, os.environ, config_path, trace=tracer(verbose))

    def say(line: str) -> None:
        tell(line, as_json=as_json)

    with watch_rollout(write_line=say, is_told=not (is_dry or report)) as show:
        rolled = run_job(surroundings, order, tell=say, show=show)
    if as_json:
        write_json(describe_rolled(rolled))
    if not is_dry:
        ensure_success(rolled)


def read_shard(text: str | None) -> tuple[int, int]:
    """Read `I/N`; two zeros for none.

    Raises:
        UsageError: It is not so spelled, or I is beyond N.
    """
    if not text:
        return 0, 0
    match = _SHARD.fullmatch(text)
    if match is None or int(match[1]) > int(match[2]):
        raise UsageError(f"--shard {text[:20]!r} is no part of a whole", hint="Write it as 2/5: the second of five.")
    return int(match[1]), int(match[2])
