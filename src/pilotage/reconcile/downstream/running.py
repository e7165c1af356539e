"""A release on its way to the repositories that use it: each is looked at, decided, changed and followed by itself."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.downstream.decision import join_reason
from pilotage.domains.downstream.rebuilding import explain_failure, judge_rebuild
from pilotage.domains.downstream.selection import count_shards, rule_of
from pilotage.errors import DriftError, RemoteError
from pilotage.model.downstream import Found, Row
from pilotage.model.plan import Plan
from pilotage.model.step import Notice, RaiseRequirement, StartRebuild
from pilotage.providers.githubcall import GitHubRefusalError
from pilotage.providers.githubdownstream import GitHubDownstream
from pilotage.reconcile.downstream.acting import propose, start_rebuild
from pilotage.reconcile.downstream.following import CLOCK, Clock, Follower, Rebuild
from pilotage.reconcile.downstream.looking import Looked, Looker
from pilotage.reconcile.downstream.reasons import FAILURES, explain, hide
from pilotage.reconcile.downstream.scope import find_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pilotage.model.remote import WorkflowRun
    from pilotage.model.step import Step
    from pilotage.reconcile.bootstrap import Surroundings
    from pilotage.reconcile.downstream.calls import Calls
    from pilotage.reconcile.downstream.opening import Opened
    from pilotage.reconcile.downstream.reasons import Failure
    from pilotage.reconcile.downstream.scope import Scope

_IN_A_ROW = 3
"""So many repositories out of reach one after the other are no longer their own trouble."""


def do_nothing() -> None:
    """Take no notice that a rebuild moved on."""


class RolloutRun:
    """One run over the repositories that use a release.

    Args:
        calls: The connections with the token for them.
        opened: The release.
        scope: Which repositories.
        surroundings: Where the command stands.
        show: Hears of each row as soon as it is known, and whenever it changes.
        clock: The run's time.

    Attributes:
        rows: The repositories as they are now, by name.
        names: All repositories of the scope.
        warnings: What people should know.
    """

    def __init__(
        self,
        calls: Calls,
        opened: Opened,
        *,
        scope: Scope,
        surroundings: Surroundings,
        show: Callable[[Row], None],
        clock: Clock = CLOCK,
    ) -> None:
        self._calls = calls
        self._opened = opened
        self._scope = scope
        self._surroundings = surroundings
        self._show = show
        self._clock = clock
        self._looker = Looker(calls, opened.rollout, opened.rules, retry=scope.retry)
        self._looked: dict[str, Looked] = {}
        self._lock = threading.Lock()
        self._lost = 0
        self._last_change = float("-inf")
        self.rows: dict[str, Row] = {}
        self.names: tuple[str, ...] = ()
        self.warnings: tuple[str, ...] = ()

    def look(self) -> None:
        """Find the repositories and look at each; one that cannot be looked at has failed by itself.

        Raises:
            RemoteError: A search failed, GitHub is out of reach or asks for a long rest.
            UsageError: A repository that was asked for is none of them.
        """
        finder = GitHubDownstream(self._calls.here)
        names = find_names(finder, self._scope, self._opened.rules, own=self._opened.rollout.repository)
        refs = {name: rule.ref for name in names if (rule := rule_of(name, self._opened.rules)).ref}
        found = finder.find(names, refs=refs)
        self.names = tuple(found[name].name for name in names)  # as GitHub spells them
        self._calls.map(self._look_at, [found[name] for name in names])

    @property
    def plan(self) -> Plan:
        """Give what is to be done, and a word about each repository that is left as it is."""
        rows = [self._looked[name] for name in self.names if name in self._looked]
        steps = [looked.decision.step for looked in rows if looked.decision.step is not None]
        rest = [row for name in self.names if not self._has_step(name) and (row := self.rows.get(name))]
        notices = tuple(
            Notice("warning" if row.state == "failed" else "info", f"{row.repository}: {row.reason}") for row in rest
        )
        return Plan(self._opened.rollout.repository, branch="", head="", steps=tuple(steps), notices=notices)

    @property
    def shards(self) -> tuple[str, ...]:
        """Give the parts for a matrix of jobs, `1/3` and so on; empty when there is nothing to do or to wait for."""
        is_moving = any(row.state in {"planned", "running"} for row in self.rows.values())
        if not is_moving and not any(map(self._has_step, self.names)):
            return ()
        count = count_shards(self.names, self._opened.rules)
        return tuple(f"{number}/{count}" for number in range(1, count + 1))

    def act(self, steps: Sequence[Step] | None = None, *, on_move: Callable[[], None] = do_nothing) -> bool:
        """Do what is to be done: pull requests first, then the rebuilds, which are followed to their end.

        Args:
            steps: Exactly these, which were reviewed elsewhere; what differs from them by now is left alone.
            on_move: Called whenever a rebuild has begun or ended.

        Returns:
            Whether every rebuild came to its end in time, and could be watched until then.

        Raises:
            RemoteError: GitHub is out of reach while pull requests are made, or asks for a long rest.
        """
        if steps is not None:
            self._expect(steps)
        for name in self.names:
            looked = self._looked.get(name)
            if looked is not None and isinstance(looked.decision.step, RaiseRequirement):
                self._propose(looked)
        rebuilds = [rebuild for name in self.names if (rebuild := self._rebuild_of(name)) is not None]
        finder = GitHubDownstream(self._calls.here)

        def hear(name: str, run: WorkflowRun) -> None:
            self._hear(name, run)
            on_move()

        follower = Follower(
            lambda known: finder.watch_runs(tuple(known), known=known),
            rules=self._opened.rules,
            poll=self._surroundings.poll,
            hear=hear,
            clock=self._clock,
        )
        try:
            return follower.follow(rebuilds)
        except RemoteError as error:  # such as an app's token, which lives for an hour
            self.warnings = (*self.warnings, f"rebuilds are watched no longer: {error.message} {error.hint}".strip())
            return False

    def blame_the_log(self) -> None:
        """Let what is still to be done have failed: whoever should have done it has said why, in a log elsewhere."""
        for row in list(self.rows.values()):
            if row.state == "planned":
                reason = f"it was not done, and the log of its job says why; {row.reason}"
                self._put(msgspec.structs.replace(row, state="failed", reason=reason))

    def _look_at(self, found: Found) -> None:
        try:
            looked = self._looker.look(found)
        except FAILURES as error:
            self._looked.pop(found.name, None)  # at a second look the first one says nothing any more
            self._fail(found.name, error)
            return
        self._reach()
        self._looked[found.name] = looked
        self._put(looked.decision.row)

    def _has_step(self, name: str) -> bool:
        looked = self._looked.get(name)
        return looked is not None and looked.decision.step is not None

    def _expect(self, steps: Sequence[Step]) -> None:
        """Leave alone whatever was not reviewed as it is now."""
        reviewed = {step.repository: step for step in steps if isinstance(step, StartRebuild | RaiseRequirement)}
        for name in self.names:
            looked = self._looked.get(name)
            if looked is None or looked.decision.step is None:
                continue
            if reviewed.get(name) != looked.decision.step:
                row = msgspec.structs.replace(
                    looked.decision.row,
                    state="failed",
                    reason="it is not as it was when the plan was made; make and review a new plan",
                )
                del self._looked[name]
                self._put(row)

    def _propose(self, looked: Looked, *, again: bool = True) -> None:
        step, name = looked.decision.step, looked.found.name
        if not isinstance(step, RaiseRequirement):
            return
        self._keep_pace()
        try:
            url = propose(self._calls.here, step, looked.found, web_url=self._surroundings.server_url)
        except DriftError as error:
            if not again:
                self._fail(name, error)
                return
            self._look_at(looked.found)  # somebody else was there: a newer release, or people
            if name in self._looked:
                self._propose(self._looked[name], again=False)
            return
        except FAILURES as error:
            self._fail(name, error)
            return
        self._reach()
        self._put(msgspec.structs.replace(looked.decision.row, state="open", url=url))

    def _rebuild_of(self, name: str) -> Rebuild | None:
        looked, row = self._looked.get(name), self.rows.get(name)
        if looked is None or row is None:
            return None
        if row.state == "running" and looked.run is not None:
            return Rebuild(name, lambda: None, looked.run)
        step = looked.decision.step
        return Rebuild(name, lambda: self._start(step)) if isinstance(step, StartRebuild) else None

    def _start(self, step: StartRebuild) -> WorkflowRun | None:
        self._keep_pace()
        try:
            run, _ = start_rebuild(self._calls.here, step)
        except FAILURES as error:
            self._fail(step.repository, error)
            return None
        self._reach()
        return run

    def _hear(self, name: str, run: WorkflowRun) -> None:
        row = self.rows[name]
        state, reason = judge_rebuild(run), row.reason
        if state == "failed":
            reason = join_reason(explain_failure(self._looked[name].workflow, run), reason)
        self._put(msgspec.structs.replace(row, state=state, url=run.url or row.url, reason=reason))

    def _put(self, row: Row) -> None:
        reason = hide(row.reason, self._surroundings.token, self._surroundings.downstream_token)
        with self._lock:
            self.rows[row.repository] = row = msgspec.structs.replace(row, reason=reason)
            self._show(row)

    def _reach(self) -> None:
        """Remember that GitHub is within reach: what failed before was the trouble of those repositories."""
        with self._lock:
            self._lost = 0

    def _fail(self, name: str, error: Failure) -> None:
        """Let one repository have failed; raise when it is not its own trouble."""
        is_lost = isinstance(error, RemoteError) and not isinstance(error, GitHubRefusalError)
        with self._lock:
            self._lost = self._lost + 1 if is_lost else 0
            is_hopeless = self._lost >= min(_IN_A_ROW, len(self.names))
        before = self.rows.get(name) or Row(name, "", "", "skip", "failed", "")
        self._put(msgspec.structs.replace(before, state="failed", reason=explain(error)))
        if is_hopeless:
            raise error

    def _keep_pace(self) -> None:
        """Wait until the next change may be sent."""
        rest = self._last_change + self._surroundings.pace - self._clock.now()
        if rest > 0:
            self._clock.sleep(rest)
        self._last_change = self._clock.now()
