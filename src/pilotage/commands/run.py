"""`pilotage run`: what a GitHub event asks for, from the event to the outputs."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pilotage.commands.options import shared_options, tell, tracer
from pilotage.commands.progress import watch_uploads
from pilotage.errors import UsageError
from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.runevent import run_event


@click.command("run", epilog="Example: pilotage run --event push --event-path push.json")
@click.option("--event", "event_name", metavar="NAME", help="The event's name; that of the runner when left out.")
@click.option(
    "--event-path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file with the event's payload; that of the runner when left out.",
)
@shared_options
def command(
    *, repo: Path, config_path: str, as_json: bool, verbose: int, event_name: str | None, event_path: Path | None
) -> int:
    """Do what an event asks for: check a title, keep the release pull request, release, publish."""
    environment = os.environ
    name = event_name or environment.get("GITHUB_EVENT_NAME", "")
    path = str(event_path or environment.get("GITHUB_EVENT_PATH", ""))
    if not name or not path:
        raise UsageError(
            "which event is this? Neither --event and --event-path nor GITHUB_EVENT_NAME and GITHUB_EVENT_PATH say it",
            hint="Off GitHub Actions, run: pilotage run --event push --event-path payload.json",
        )
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: the event cannot be read: {error}") from error

    def say(line: str) -> None:
        tell(line, as_json=as_json)

    with watch_uploads(write_line=say) as progress:
        surroundings = Surroundings(repo, environment, config_path, trace=tracer(verbose), progress=progress)
        return run_event(surroundings, name=name, text=text, place=path, tell=say)
