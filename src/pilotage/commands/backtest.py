"""`pilotage backtest`: the past releases, decided again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pilotage.commands.options import shared_options, tell, write_json
from pilotage.commands.progress import watch_backtest
from pilotage.reconcile.backtest import backtest
from pilotage.reconcile.backtestview import render_backtest

if TYPE_CHECKING:
    from pathlib import Path


@click.command("backtest", epilog="Example: pilotage backtest --since v1.0.0")
@click.option("--since", default="", metavar="TAG", help="Only releases made after this tag.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only so many of the newest releases.")
@shared_options
def command(*, repo: Path, config_path: str, as_json: bool, verbose: int, since: str, limit: int | None) -> None:
    """Replay the past releases, and say where Pilotage would have decided otherwise, and why."""
    del verbose  # nothing remote is asked
    with watch_backtest(is_shown=sys.stderr.isatty()) as listener:
        found = backtest(repo, since=since, limit=limit, config_path=config_path, listener=listener)
    if as_json:
        write_json(found.report)
    else:
        tell(render_backtest(found))
