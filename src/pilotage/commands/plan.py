"""`pilotage plan`: what would be done; changes nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pilotage.commands.options import shared_options, tell, tracer
from pilotage.errors import UsageError
from pilotage.reconcile.bootstrap import Connection, Surroundings
from pilotage.reconcile.downstream.outcome import render_rolled
from pilotage.reconcile.downstream.place import find_branch
from pilotage.reconcile.downstream.session import Order, RolledOut, roll_out
from pilotage.reconcile.planning import FLOWS_BY_NAME
from pilotage.reconcile.publishrun import PublishOptions, read_options
from pilotage.reconcile.releasing import plan_folder, plan_tag
from pilotage.reconcile.train import run_flows
from pilotage.reconcile.words import render_plan

if TYPE_CHECKING:
    from pilotage.model.plan import Plan


@click.command("plan", epilog="Example: pilotage plan release-pr --out plan.json")
@click.argument("flow", default="all", type=click.Choice(sorted([*FLOWS_BY_NAME, "publish", "downstream"])))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the plan to this file.")
@click.option(
    "--dist",
    type=click.Path(file_okay=False, path_type=Path),
    help="The built files that `plan publish` is about; dist when neither they nor a tag are named.",
)
@click.option("--tag", metavar="TAG", help="The release that `plan publish` or `plan downstream` is about.")
@click.option(
    "--index",
    "indexes",
    metavar="NAME|URL",
    multiple=True,
    help="The index that `plan publish` is about; those of the configuration when left out.",
)
@shared_options
def command(
    *,
    repo: Path,
    config_path: str,
    as_json: bool,
    verbose: int,
    flow: str,
    out: Path | None,
    dist: Path | None,
    tag: str | None,
    indexes: tuple[str, ...],
) -> None:
    """Observe and plan; changes nothing, and a token that may only read is enough."""
    surroundings = Surroundings(repo, os.environ, config_path, trace=tracer(verbose))
    words: str | None = None
    if flow == "downstream":
        rolled = _plan_downstream(surroundings, tag)
        plan, words = rolled.plan, render_rolled(rolled, width=shutil.get_terminal_size((120, 24)).columns)
    elif flow == "publish":
        plan = _plan_publish(surroundings, read_options(os.environ, indexes=indexes, dist=dist), tag=tag)
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
        tell(render_plan(plan) if words is None else words)


def _plan_downstream(surroundings: Surroundings, tag: str | None) -> RolledOut:
    with Connection(surroundings, branch=find_branch(surroundings)) as connection:
        return roll_out(connection, Order(tag, is_dry=True), tell=lambda _: None, show=lambda _: None)


def _plan_publish(surroundings: Surroundings, options: PublishOptions, *, tag: str | None) -> Plan:
    if tag is None:
        return plan_folder(surroundings, options)
    with Connection(surroundings, branch=tag) as connection:
        plan = plan_tag(connection, tag, options=options)
    if plan is None:
        raise UsageError(
            f"{tag[:100]!r} is not the tag of a release of this repository",
            hint="Its tag-format says how tags are spelled: pilotage config.",
        )
    return plan
