"""`pilotage publish`: exactly the absent files, verified."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pilotage.commands.options import shared_options, tell, tracer, write_json
from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.publishing import Publisher, render_publish
from pilotage.reconcile.releasing import ensure_dists, index_of


@click.command("publish", epilog="Example: pilotage publish --dist dist --index testpypi")
@click.option(
    "--dist",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("dist"),
    show_default=True,
    help="The built files; built from the checked-out commit when there is no such folder.",
)
@click.option("--index", metavar="NAME|URL", help="The index; that of the configuration when left out.")
@shared_options
def command(*, repo: Path, config_path: str, as_json: bool, verbose: int, dist: Path, index: str | None) -> None:
    """Put exactly the absent files on the index, verify, and say what was done."""
    surroundings = Surroundings(repo, os.environ, config_path, trace=tracer(verbose))
    ensure_dists(surroundings, dist)
    publisher = Publisher(
        surroundings, index=index or index_of(surroundings), tell=lambda line: tell(line, as_json=as_json)
    )
    report = publisher.publish(dist)
    if as_json:
        write_json(report)
    else:
        tell(render_publish(report))
