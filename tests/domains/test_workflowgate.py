"""A workflow's runs decide whether a release may go on."""

from __future__ import annotations

import pytest

from pilotage.domains.workflowgate import Gate, judge_runs
from pilotage.model.remote import WorkflowRun


def run(number: int, conclusion: str) -> WorkflowRun:
    return WorkflowRun(number, "push", "main", "c" * 40, is_done=bool(conclusion), conclusion=conclusion)


@pytest.mark.parametrize(
    ("conclusions", "gate", "decides"),
    [
        ([], Gate.ABSENT, None),
        (["success"], Gate.PASSED, 1),
        (["neutral"], Gate.PASSED, 1),
        (["failure"], Gate.FAILED, 1),
        (["skipped"], Gate.FAILED, 1),
        (["timed_out"], Gate.FAILED, 1),
        ([""], Gate.RUNNING, 1),
        (["success", "failure"], Gate.PASSED, 1),
        (["failure", "success"], Gate.FAILED, 1),
        (["cancelled", "success"], Gate.PASSED, 2),
        (["cancelled", ""], Gate.RUNNING, 2),
        (["cancelled", "cancelled"], Gate.FAILED, 1),
    ],
)
def test_the_newest_run_that_was_not_cancelled_decides(conclusions: list[str], gate: Gate, decides: int | None) -> None:
    runs = [run(number, conclusion) for number, conclusion in enumerate(conclusions, start=1)]
    verdict = judge_runs(runs)
    assert (verdict.gate, verdict.run.id if verdict.run else None) == (gate, decides)
