"""Refusing to act for strangers: what writes, or runs code, has no place on the event of a fork's pull request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pilotage.domains.events import read_event
from pilotage.errors import UsageError
from pilotage.model.event import TitleEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

_BASE_S_RIGHTS = "pull_request_target"


def refuse_strangers(environment: Mapping[str, str], *, verb: str, is_writing: bool = True) -> None:
    """Refuse a command on an event that somebody without any right can cause.

    `pull_request_target` gives the base's rights and secrets to a run about a stranger's pull request, so nothing is
    built or sent there. On `pull_request` a build has no rights and is fine; what writes is refused for forks.

    Args:
        environment: The job's variables.
        verb: What is refused, for the error's text.
        is_writing: Whether the command sends anything.

    Raises:
        UsageError: The event is such a one.
    """
    event = environment.get("GITHUB_EVENT_NAME", "")
    if environment.get("GITHUB_ACTIONS") != "true" or not event.startswith("pull_request"):
        return
    if event == _BASE_S_RIGHTS or (is_writing and _is_of_fork(event, environment)):
        raise UsageError(
            f"`pilotage {verb}` refuses to run for the event {event}, which strangers cause with a pull request",
            hint="Publish from a push or a release of the repository itself; build pull requests on `pull_request`.",
        )


def _is_of_fork(event: str, environment: Mapping[str, str]) -> bool:
    """Tell whether a pull request comes from another repository; one that cannot be read counts as such."""
    path = environment.get("GITHUB_EVENT_PATH", "")
    try:
        found = read_event(event, Path(path).read_text(encoding="utf-8"), place=path)
    except (OSError, UnicodeDecodeError, UsageError):
        return True
    return not isinstance(found, TitleEvent) or found.is_fork
