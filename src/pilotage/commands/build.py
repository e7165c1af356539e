"""`pilotage build`: the sdist and the wheel of the checked-out commit, checked, with their manifest and digests."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import click

from pilotage.commands.options import shared_options, tell, tracer, write_json
from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.building import build_head
from pilotage.reconcile.strangers import refuse_strangers


@click.command("build", epilog="Example: pilotage build --out dist")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("dist"), show_default=True)
@click.option("--component", metavar="NAME", help="Which package, where the repository holds several.")
@shared_options
def command(*, repo: Path, config_path: str, as_json: bool, verbose: int, out: Path, component: str | None) -> None:
    """Build the committed files (never uncommitted ones), isolated and reproducible, and check what is in them."""
    refuse_strangers(os.environ, verb="build", is_writing=False)
    surroundings = Surroundings(repo, os.environ, config_path, trace=tracer(verbose))
    manifest = build_head(surroundings, out, component=component, tell=partial(tell, as_json=as_json))
    if as_json:
        write_json(manifest)
    else:
        tell(f"{manifest.project} {manifest.version} from {manifest.commit[:10]} in {out}")
        for file in manifest.files:
            tell(f"  {file.name} ({file.size} bytes, sha256 {file.sha256})")
