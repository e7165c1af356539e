"""Which branch's head says who uses the package: the default branch, however a run came to be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pilotage.domains.events import read_event
from pilotage.errors import UsageError
from pilotage.model.event import PushEvent, ReconcileEvent, ReleaseEvent
from pilotage.providers.git import Git
from pilotage.reconcile.bootstrap import is_repository

if TYPE_CHECKING:
    from pilotage.reconcile.bootstrap import Surroundings


def find_branch(surroundings: Surroundings) -> str:
    """Find the default branch: as the event says it, else as the clone's remote does, else the one checked out.

    Returns:
        Its name; "" where only a checked-out branch can tell.

    Raises:
        UsageError: The event's payload cannot be read.
    """
    return _read_event_branch(surroundings) or _ask_remote(surroundings)


def _read_event_branch(surroundings: Surroundings) -> str:
    environment = surroundings.environment
    name, path = environment.get("GITHUB_EVENT_NAME", ""), environment.get("GITHUB_EVENT_PATH", "")
    if not name or not path:
        return ""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: the event cannot be read: {error}") from error
    event = read_event(name, text, place=path)
    return event.default_branch if isinstance(event, PushEvent | ReleaseEvent | ReconcileEvent) else ""


def _ask_remote(surroundings: Surroundings) -> str:
    git = Git(surroundings.repo, token=surroundings.token)
    if not is_repository(git) or not git.remote_url("origin"):
        return ""
    return git.default_branch("origin")
