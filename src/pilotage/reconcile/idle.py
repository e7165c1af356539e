"""Waiting until nothing runs any more, for a bounded time; what is not known is never taken for idle."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.safetext import code_span
from pilotage.errors import UsageError
from pilotage.providers.actions import Runner
from pilotage.providers.githubidle import GitHubIdle, Running
from pilotage.reconcile.bootstrap import open_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.model.patience import Patience
    from pilotage.reconcile.bootstrap import Surroundings

_MINUTE = 60.0
LONGEST = dt.timedelta(days=36)
"""No run of GitHub Actions lasts longer than 35 days, so an older deployment that says "in progress" was left behind.

Source: https://docs.github.com/actions/reference/limits
"""


class Watched(msgspec.Struct, frozen=True):
    """What is to be idle.

    Args:
        workflows: Workflows, by their files below `.github/workflows/`.
        environments: Environments, by their names.
        minutes: How long they are waited for; 0 looks once.
    """

    workflows: tuple[str, ...]
    environments: tuple[str, ...]
    minutes: int


class Waiter:
    """Waits with a clock.

    Args:
        poll: How long to wait between two looks; its attempts say nothing here.
        tell: Hears what is waited for.
        sleep: Waits a number of seconds.
        now: The seconds of a clock that never goes back.
    """

    def __init__(
        self,
        *,
        poll: Patience,
        tell: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._poll = poll
        self._tell = tell
        self._sleep = sleep
        self._now = now

    def wait(self, look: Callable[[], tuple[Running, ...]], *, minutes: int) -> tuple[Running, ...]:
        """Look until nothing runs or the time is up, at least once; give what still runs."""
        until = self._now() + minutes * _MINUTE
        next_wait, tell_at = self._poll.first_wait, self._now()
        while running := look():
            left = until - self._now()
            if left <= 0:
                return running
            if self._now() >= tell_at:
                tell_at = self._now() + _MINUTE
                self._tell(f"{len(running)} still running, such as {describe_running(running[0])}")
            self._sleep(min(next_wait, left))
            next_wait = min(next_wait * 1.5, self._poll.longest_wait)
        return ()


def wait_idle(surroundings: Surroundings, watched: Watched, *, waiter: Waiter) -> tuple[Running, ...]:
    """Wait until nothing of a repository runs that was named; give what still runs when the time is up.

    The run that waits is not counted itself. The job's summary says the same.

    Raises:
        RemoteError: GitHub does not say, or knows nothing of that name: then it is not known, and not idle.
        UsageError: Nothing is named.
    """
    if not (watched.workflows or watched.environments):
        raise UsageError(
            "what is to be idle? Neither a workflow nor an environment is named",
            hint="Name it: pilotage idle --workflow flows.yml --environment production",
        )
    environment = surroundings.environment
    repository = environment.get("GITHUB_REPOSITORY", "")
    if not repository:
        raise UsageError("which repository is this? GITHUB_REPOSITORY is empty", hint="Set it to owner/name.")
    call = open_call(surroundings, surroundings.token)
    try:
        idle = GitHubIdle(
            call,
            repository=repository,
            own_run=environment.get("GITHUB_RUN_ID", ""),
            server_url=surroundings.server_url,
        )
        running = waiter.wait(lambda: _look(idle, watched), minutes=watched.minutes)
    finally:
        call.close()
    Runner(environment, write_line=lambda _: None).write_summary(render_summary(watched, running))
    return running


def _look(idle: GitHubIdle, watched: Watched) -> tuple[Running, ...]:
    """Look until something is found that runs: one is enough to go on waiting."""
    for workflow in watched.workflows:
        found = idle.list_runs(workflow)
        if found:
            return found
    if not watched.environments:
        return ()
    since = (dt.datetime.now(dt.UTC) - LONGEST).strftime("%Y-%m-%dT%H:%M:%SZ")
    return idle.list_deployments(watched.environments, since=since)


def describe_running(running: Running) -> str:
    """Say what runs in one line."""
    words = f"{running.name} ({running.state} since {running.since})"
    return f"{words}: {running.url}" if running.url else words


def render_summary(watched: Watched, running: tuple[Running, ...]) -> str:
    """Render what was found for the job's summary, as Markdown."""
    names = ", ".join(code_span(name) for name in (*watched.workflows, *watched.environments))
    if not running:
        return f"### Idle\n\nNothing runs of {names}.\n"
    rows = "\n".join(f"- {code_span(describe_running(one))}" for one in running)
    return f"### Still running\n\n{names} did not become idle within {watched.minutes} minutes:\n\n{rows}\n"
