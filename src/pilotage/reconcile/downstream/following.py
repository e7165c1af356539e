"""Rebuilds on their way: at most so many at the same time, all of them watched by one request, for a bounded time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable  # noqa: TC003 - msgspec reads annotations at run time
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.downstream.deciding import judge_rebuild
from pilotage.model.remote import WorkflowRun

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pilotage.model.downstreamrules import DownstreamRules
    from pilotage.model.patience import Patience

_MINUTE = 60.0


class Clock(msgspec.Struct, frozen=True):
    """Time as a run has it.

    Args:
        sleep: Waits a number of seconds.
        now: The seconds of a clock that never goes back.
    """

    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic


CLOCK = Clock()


class Rebuild(msgspec.Struct, frozen=True):
    """A rebuild of one repository.

    Args:
        repository: `OWNER/NAME`.
        start: Starts it and gives its run; None when that failed, which was told already.
        run: The run, when it is on its way already.
    """

    repository: str
    start: Callable[[], WorkflowRun | None]
    run: WorkflowRun | None = None


class Follower:
    """Starts rebuilds and follows them to their end.

    Args:
        watch: Looks at runs: their node ids, each with its repository and number, to what is seen of them.
        rules: How many run at the same time, and how long they are waited for.
        poll: How long to wait between two looks.
        hear: Hears of a run that began, moved on or ended, with its repository.
        clock: Its time.
    """

    def __init__(
        self,
        watch: Callable[[Mapping[str, tuple[str, int]]], Mapping[str, WorkflowRun]],
        *,
        rules: DownstreamRules,
        poll: Patience,
        hear: Callable[[str, WorkflowRun], None],
        clock: Clock = CLOCK,
    ) -> None:
        self._watch = watch
        self._rules = rules
        self._poll = poll
        self._hear = hear
        self._clock = clock

    def follow(self, rebuilds: Iterable[Rebuild]) -> bool:
        """Start what is not on its way, and wait for all; without a time to wait, everything is just started.

        Returns:
            Whether everything came to its end, or nothing was to be waited for.
        """
        rows = list(rebuilds)
        running = {row.run.node_id: (row, row.run.id) for row in rows if row.run is not None}
        waiting = deque(row for row in rows if row.run is None)
        if not self._rules.wait_minutes:
            for row in waiting:
                self._start(row)
            return True
        until = self._clock.now() + self._rules.wait_minutes * _MINUTE
        wait = self._poll.first_wait
        while waiting or running:
            while waiting and len(running) < self._rules.at_once:
                row = waiting.popleft()
                run = self._start(row)
                if run is not None and not run.is_done:
                    running[run.node_id] = (row, run.id)
                    wait = self._poll.first_wait
            if not running:
                continue
            if self._clock.now() >= until:
                return False
            self._clock.sleep(wait)
            wait = min(wait * 1.5, self._poll.longest_wait)
            self._look(running)
        return True

    def _start(self, row: Rebuild) -> WorkflowRun | None:
        run = row.start()
        if run is not None:
            self._hear(row.repository, run)
        return run

    def _look(self, running: dict[str, tuple[Rebuild, int]]) -> None:
        seen = self._watch({node_id: (row.repository, number) for node_id, (row, number) in running.items()})
        for node_id, (row, _) in list(running.items()):
            run = seen.get(node_id)
            if run is None:
                run = WorkflowRun(0, "", "", "", is_done=True, conclusion="gone")
            if judge_rebuild(run) != "running":
                del running[node_id]
                self._hear(row.repository, run)
