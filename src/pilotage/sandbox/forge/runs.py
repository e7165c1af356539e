"""Runs of workflows: plain records that come to their end by being looked at, so that waiting needs no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pilotage.sandbox.forge.state import State

QUEUED: Final = "queued"
IN_PROGRESS: Final = "in_progress"
COMPLETED: Final = "completed"


@dataclass(slots=True)
class Run:
    """A run of a workflow.

    Args:
        id: Its number among all runs.
        number: Its number among those of its workflow, from 1.
        workflow: The workflow's file name.
        event: What started it.
        head_branch: The branch or tag that it runs on.
        head_sha: The commit that it runs on.
        actor: Who started it.
        created_at: When.
        updated_at: When it last changed.
        status: `queued`, `in_progress`, `completed`, or another of GitHub's.
        conclusion: How it ended; empty while it has not.
        looks: How often it was looked at before its end.
        attempt: Which attempt it is.
        inputs: What it was started with.
    """

    id: int
    number: int
    workflow: str
    event: str
    head_branch: str
    head_sha: str
    actor: str
    created_at: str
    updated_at: str
    status: str = QUEUED
    conclusion: str = ""
    looks: int = 0
    attempt: int = 1
    inputs: dict[str, object] = field(default_factory=dict)

    def finish(self, conclusion: str, *, now: str) -> None:
        """Bring it to its end."""
        self.status, self.conclusion, self.updated_at = COMPLETED, conclusion, now


def pass_look(state: State, run: Run, *, now: str) -> None:
    """Let a run go on after it was looked at: it is seen unfinished `runs_take` times, and then ends as `runs_end`."""
    if run.status == COMPLETED:
        return
    run.looks += 1
    if state.runs_take is not None and run.looks >= state.runs_take:
        run.finish(state.runs_end, now=now)
    elif run.status == QUEUED:
        run.status, run.updated_at = IN_PROGRESS, now


def find_run(state: State, run_id: int) -> Run | None:
    """Give a run by its number; None when there is none."""
    return next((run for run in state.runs if run.id == run_id), None)
