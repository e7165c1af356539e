"""Workflows around a release: those that must have succeeded before it, and those that follow it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pilotage.domains.publishflow import find_started, read_calls, start_of
from pilotage.domains.workflowgate import Gate, judge_runs
from pilotage.errors import CheckError, ConfigError, RemoteError, UsageError
from pilotage.model.publishscene import Follower
from pilotage.model.step import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pilotage.model.patience import Patience
    from pilotage.model.publishrules import PublishRules, WorkflowCall
    from pilotage.model.remote import Release, WorkflowRun
    from pilotage.model.step import StartWorkflow
    from pilotage.providers.githubworkflows import GitHubWorkflows

_MINUTE = 60.0


class Workflows:
    """The workflows of a repository as a release needs them.

    Args:
        workflows: The repository's workflows.
        rules: How long they are waited for.
        poll: How long to wait between two looks.
        tell: Hears what happens.
        sleep: Waits a number of seconds.
        now: The seconds of a clock that never goes back.
    """

    def __init__(
        self,
        workflows: GitHubWorkflows,
        *,
        rules: PublishRules,
        poll: Patience,
        tell: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._workflows = workflows
        self._rules = rules
        self._poll = poll
        self._tell = tell
        self._sleep = sleep
        self._now = now

    def ensure_succeeded(self, *, commit: str, tag: str, version: str, own: str = "") -> None:
        """Hold a release until the workflows before it have succeeded for its commit; start those that never ran.

        All are started before the first one is waited for.

        Args:
            commit: The release's commit.
            tag: Its tag.
            version: Its version.
            own: The file name of the workflow that this run is part of; "" where it is part of none.

        Raises:
            CheckError: One of them failed.
            ConfigError: One that was started runs on another commit, or is the one that this run is part of.
            RemoteError: One does not end in time, or GitHub refused.
        """
        waiting: list[tuple[WorkflowCall, int]] = []
        calls = read_calls(self._rules.before)
        if any(call.workflow == own for call in calls):
            raise ConfigError(
                f"[tool.pilotage.publish] before names {own}, the very workflow that this run is part of: it "
                "would wait for itself",
                hint="Name the workflows that test, not the one that publishes.",
            )
        for call in calls:
            verdict = judge_runs(self._workflows.list_runs(call.workflow, commit=commit))
            if verdict.gate is Gate.ABSENT:
                step = start_of(call, tag=tag, version=version)
                runs = self._workflows.list_dispatched(step.workflow, ref=step.ref)
                waiting.append((call, self._start(step, runs)))
            elif verdict.gate is Gate.RUNNING and verdict.run:
                waiting.append((call, verdict.run.id))
            else:
                _expect_success(call, verdict.run, commit)
        for call, run_id in waiting:
            run = self._wait(call.workflow, run_id)
            if run.commit != commit:
                raise ConfigError(
                    f"{call.workflow} ran on {run.commit[:10]}, but the release {tag} is {commit[:10]}: {run.url}",
                    hint="Leave `ref` out in [tool.pilotage.publish] before, so that it runs on the release's tag.",
                )
            _expect_success(call, run, commit)

    def observe_followers(self, *, tag: str) -> tuple[Follower, ...]:
        """Look up the runs of the workflows that follow a release.

        Raises:
            RemoteError: GitHub refused.
        """
        return tuple(
            Follower(call, self._workflows.list_dispatched(call.workflow, ref=call.ref or tag))
            for call in read_calls(self._rules.after)
        )

    def start(self, step: StartWorkflow, release: Release | None) -> Result:
        """Start a workflow that follows a release, unless it was started already, and wait for it where that is asked.

        Raises:
            CheckError: It was waited for and failed.
            RemoteError: It does not end in time, or GitHub refused.
            UsageError: The configuration at the tag does not name it.
        """
        call = self._call_of(step)
        runs = self._workflows.list_dispatched(step.workflow, ref=step.ref)
        found = find_started(Follower(call, runs), release)
        run_id = found.id if found else self._start(step, runs)
        if step.wait and run_id:
            run = self._wait(step.workflow, run_id)
            if judge_runs((run,)).gate is not Gate.PASSED:
                raise CheckError(
                    f"{step.workflow}, which follows {step.tag}, ended with {run.conclusion}: {run.url}",
                    hint="The release itself is out. Look at the workflow's run and run it again there.",
                )
        return Result.UNCHANGED if found else Result.DONE

    def _call_of(self, step: StartWorkflow) -> WorkflowCall:
        for call in read_calls(self._rules.after):
            if (call.workflow, call.ref or step.tag) == (step.workflow, step.ref):
                return call
        raise UsageError(
            f"the plan starts {step.workflow} on {step.ref}, which [tool.pilotage.publish] after does not name",
            hint="Make and review a new plan: pilotage plan publish --tag TAG --out plan.json",
        )

    def _start(self, step: StartWorkflow, before: Iterable[WorkflowRun]) -> int:
        run_id = self._workflows.dispatch(step.workflow, ref=step.ref, inputs=step.inputs)
        self._tell(f"started the workflow {step.workflow} on {step.ref}")
        return run_id or self._find_new(step, {run.id for run in before})

    def _find_new(self, step: StartWorkflow, known: set[int]) -> int:
        """Find the run that a dispatch made, where GitHub did not name it."""
        for wait in self._waits():
            new = [run for run in self._workflows.list_dispatched(step.workflow, ref=step.ref) if run.id not in known]
            if new:
                return new[-1].id
            self._sleep(wait)
        raise RemoteError(
            f"{step.workflow} was started on {step.ref}, but GitHub shows no run of it",
            hint="Look at the repository's Actions page, and run again once the run is there.",
        )

    def _wait(self, workflow: str, run_id: int) -> WorkflowRun:
        self._tell(f"waiting for the workflow {workflow}, at most {self._rules.wait_minutes} minutes")
        told, begun = self._now(), self._now()
        for wait in self._waits():
            run = self._workflows.find_run(run_id)
            if run is None:
                raise RemoteError(f"the run {run_id} of {workflow} is gone", hint="Run again.")
            if run.is_done:
                self._tell(f"the workflow {workflow} ended with {run.conclusion}: {run.url}")
                return run
            if self._now() - told >= _MINUTE:
                told = self._now()
                self._tell(f"the workflow {workflow} has been waited for {(told - begun) / _MINUTE:.0f} min: {run.url}")
            self._sleep(wait)
        raise RemoteError(
            f"{workflow} did not end within {self._rules.wait_minutes} minutes",
            hint="Run again when it has: Pilotage goes on where it stopped. [tool.pilotage.publish] wait-minutes says "
            "how long it waits.",
        )

    def _waits(self) -> Iterable[float]:
        """Give the seconds between two looks until the time is up; at least one look is taken."""
        until = self._now() + self._rules.wait_minutes * _MINUTE
        wait = self._poll.first_wait
        while True:
            yield wait
            if self._now() >= until:
                return
            wait = min(wait * 1.5, self._poll.longest_wait)


def read_own_workflow(environment: Mapping[str, str]) -> str:
    """Read which workflow file this run is part of (`OWNER/NAME/.github/workflows/FILE@REF`); "" for none."""
    path = environment.get("GITHUB_WORKFLOW_REF", "").partition("@")[0]
    return path.rpartition("/")[2]


def _expect_success(call: WorkflowCall, run: WorkflowRun | None, commit: str) -> None:
    verdict = judge_runs((run,) if run else ())
    if verdict.gate is not Gate.PASSED:
        raise CheckError(
            f"{call.workflow} must have succeeded before the release of {commit[:10]}, but ended with "
            f"{run.conclusion if run else 'nothing'}: {run.url if run else ''}",
            hint="Nothing was built or published. Make that workflow succeed (run it again there), and run this again.",
        )
