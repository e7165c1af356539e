"""Whether a repository's workflow is started, and what its runs since the release say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.downstream.decision import Decision, join_reason
from pilotage.model.step import StartRebuild

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotage.domains.downstream.decision import Case
    from pilotage.model.downstream import Rollout, State
    from pilotage.model.remote import WorkflowRun

_PASSED = frozenset(("success", "neutral"))


def judge_rebuild(run: WorkflowRun) -> State:
    """Say where a rebuild stands: `running`, `done` or `failed`; one that was cancelled brought nothing either."""
    if not run.is_done:
        return "running"
    return "done" if run.conclusion in _PASSED else "failed"


def find_rebuild(runs: Sequence[WorkflowRun], since: str) -> WorkflowRun | None:
    """Give the newest run since the release, whoever started it; None when there is none, or no release yet.

    Args:
        runs: Runs that were dispatched, newest first.
        since: When the release was published; "" when it is not. Both are UTC in one spelling, so texts compare.
    """
    return next((run for run in runs if since and run.created_at >= since), None)


def decide_rebuild(case: Case, workflow: str, *, inputs: Mapping[str, str], reasons: tuple[str, ...]) -> Decision:
    """Decide about a workflow: it is started once for a release, and again after a failure only when people ask.

    Args:
        case: The repository, with the runs of this workflow.
        workflow: The workflow's file.
        inputs: What it is started with, placeholders included.
        reasons: Why, for people.
    """
    rollout = case.rollout
    run = find_rebuild(case.sight.runs, rollout.since)
    state = judge_rebuild(run) if run else "planned"
    if run is not None and not (case.retry and state == "failed"):
        if state == "failed":
            reasons = (explain_failure(workflow, run), *reasons)
        return Decision(case.row("dispatch", state=state, reason=join_reason(*reasons), url=run.url))
    if run is not None:
        reasons = (f"{workflow} ended with {run.conclusion} and is started again", *reasons)
    reason = join_reason(*reasons)
    step = StartRebuild(
        repository=case.sight.found.name,
        tag=rollout.wanted.tag,
        workflow=workflow,
        ref=case.sight.found.branch,
        inputs={name: fill(value, rollout) for name, value in inputs.items()},
        since=rollout.since,
        before=case.before,
        reason=reason,
        retries=run is not None,
    )
    return Decision(case.row("dispatch", reason=reason), step)


def explain_failure(workflow: str, run: WorkflowRun) -> str:
    """Say what a rebuild that failed asks of people."""
    return f"{workflow} ended with {run.conclusion}: look at it and run it again there"


def fill(text: str, rollout: Rollout) -> str:
    """Put the release's own words in for `{version}`, `{tag}` and `{package}`."""
    words = {"{version}": str(rollout.wanted.version), "{tag}": rollout.wanted.tag, "{package}": rollout.package}
    for placeholder, word in words.items():
        text = text.replace(placeholder, word)
    return text
