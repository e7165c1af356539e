"""`pilotage publish`: exactly the absent files, verified; with a tag, all that surrounds the upload too."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pilotage.commands.options import shared_options, tell, tracer, write_json
from pilotage.commands.progress import watch_uploads
from pilotage.errors import UsageError
from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.publishoutcome import describe_published
from pilotage.reconcile.publishreport import join_reports, render_publish
from pilotage.reconcile.publishrun import read_options
from pilotage.reconcile.releasing import publish_folder
from pilotage.reconcile.runevent import run_publish
from pilotage.reconcile.strangers import refuse_strangers


@click.command("publish", epilog="Example: pilotage publish --dist dist --index testpypi")
@click.option(
    "--dist",
    type=click.Path(file_okay=False, path_type=Path),
    help="The built files. Without --tag it is dist when left out, built from the checked-out commit if there is no "
    "such folder; with --tag, the release's own files, or a build of the tag's commit.",
)
@click.option(
    "--index",
    "indexes",
    metavar="NAME|URL",
    multiple=True,
    help="The index, or several in the order of their uploads; those of the configuration when left out.",
)
@click.option(
    "--tag",
    metavar="TAG",
    help="Publish the release of this tag: workflows before it, its files on the GitHub release, the indexes, its "
    "publication where Pilotage does that, announcements, and workflows after it.",
)
@shared_options
def command(
    *,
    repo: Path,
    config_path: str,
    as_json: bool,
    verbose: int,
    dist: Path | None,
    indexes: tuple[str, ...],
    tag: str | None,
) -> None:
    """Put exactly the absent files on the index, verify, and say what was done."""

    def say(line: str) -> None:
        tell(line, as_json=as_json)

    refuse_strangers(os.environ, verb="publish")
    with watch_uploads(write_line=say) as progress:
        surroundings = Surroundings(repo, os.environ, config_path, trace=tracer(verbose), progress=progress)
        options = read_options(os.environ, indexes=indexes, dist=dist)
        if tag is None:
            reports = publish_folder(surroundings, options, tell=say)
            if as_json:
                write_json(join_reports(reports))
            else:
                say("\n".join(map(render_publish, reports)))
            return
        published = run_publish(surroundings, tag, options=options, tell=say)
    if published is None:
        raise UsageError(
            f"{tag[:100]!r} is not the tag of a release of this repository",
            hint="Its tag-format says how tags are spelled: pilotage config.",
        )
    if as_json:
        write_json(describe_published(published))
