"""Decide by a workflow's runs whether it has succeeded for a commit."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec

from pilotage.model.remote import WorkflowRun  # noqa: TC001 - msgspec reads annotations at run time

if TYPE_CHECKING:
    from collections.abc import Sequence

_PASSED = ("success", "neutral")


class Gate(enum.StrEnum):
    """Whether a workflow lets a release pass."""

    PASSED = "passed"
    FAILED = "failed"
    RUNNING = "running"
    ABSENT = "absent"


class Verdict(msgspec.Struct, frozen=True):
    """What a workflow's runs say.

    Args:
        gate: Whether it lets a release pass.
        run: The run that decides; None when there is none.
    """

    gate: Gate
    run: WorkflowRun | None = None


def judge_runs(runs: Sequence[WorkflowRun]) -> Verdict:
    """Judge the runs of one workflow for one commit, newest first: the newest that was not cancelled decides.

    A run that was cancelled (by hand, or because a newer one took its place) says nothing, unless there is no other.
    """
    run = next((run for run in runs if run.conclusion != "cancelled"), next(iter(runs), None))
    if run is None:
        return Verdict(Gate.ABSENT)
    if not run.is_done:
        return Verdict(Gate.RUNNING, run)
    return Verdict(Gate.PASSED if run.conclusion in _PASSED else Gate.FAILED, run)
