"""`pilotage apply`: exactly the plan that was made, or nothing."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pilotage.commands.options import shared_options, tell, tracer, write_json
from pilotage.errors import UsageError
from pilotage.model.plan import Plan
from pilotage.reconcile.applyplan import apply_reviewed
from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.strangers import refuse_strangers
from pilotage.reconcile.words import describe_step


@click.command("apply", epilog="Example: pilotage apply plan.json --digest 9f86d0…")
@click.argument("plan_path", metavar="PLAN", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--digest", metavar="SHA256", help="Refuse when the plan is not the one with this digest.")
@click.option(
    "--dist",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("dist"),
    show_default=True,
    help="The built files that the plan uploads.",
)
@shared_options
def command(
    *, repo: Path, config_path: str, as_json: bool, verbose: int, plan_path: Path, digest: str | None, dist: Path
) -> None:
    """Apply a plan; refuses with exit code 4 when the branch moved since, or when the digest differs."""
    refuse_strangers(os.environ, verb="apply")
    try:
        text = plan_path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{plan_path}: cannot be read: {error}") from error
    plan = Plan.from_json(text, place=str(plan_path))
    if plan.to_json() != text:
        raise UsageError(
            f"{plan_path}: not spelled as Pilotage spells a plan, so what would be applied is not all that it says",
            hint="Apply the file exactly as `pilotage plan --out` wrote it.",
        )
    rows = apply_reviewed(
        Surroundings(repo, os.environ, config_path, trace=tracer(verbose)),
        plan,
        digest=digest,
        dist=dist,
        tell=lambda step, outcome: tell(f"{outcome.result.value}: {describe_step(step)}", as_json=as_json),
        say=lambda line: tell(line, as_json=as_json),
    )
    if as_json:
        write_json({"format": 1, "digest": plan.digest, "results": [outcome.result.value for _, outcome in rows]})
