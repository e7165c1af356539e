"""Which jobs of a workflow run for an event: conditions are evaluated, jobs themselves are told how they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from workflows.expressions import Expression, is_true

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workflows.workflowfiles import Workflow

_STATUS = ("success(", "failure(", "cancelled(", "always(")


class Ending(msgspec.Struct, frozen=True):
    """How a job ends when it runs."""

    outputs: dict[str, str] = {}
    result: str = "success"


def run_jobs(
    workflow: Workflow,
    github: Mapping[str, object],
    endings: Mapping[str, Ending] | None = None,
    *,
    inputs: Mapping[str, object] | None = None,
) -> dict[str, str]:
    """Give the result of each job: `success`, `failure` or `skipped`.

    A job without a status function in its condition waits for the success of all that comes before it, however far: as
    GitHub does it, one that was skipped counts as none.
    """
    needs: dict[str, object] = {}
    results: dict[str, str] = {}
    for name in _in_order(workflow):
        job = workflow.jobs[name]
        before = [results[one] for one in _ancestors(workflow, name)]
        functions = _status_functions(before)
        condition = job.condition or "success()"
        if not any(word in condition for word in _STATUS):
            condition = f"success() && ({condition.strip().removeprefix('${{').removesuffix('}}')})"
        contexts = {"github": github, "needs": {one: needs[one] for one in job.needed}, "inputs": inputs or {}}
        runs = is_true(Expression(condition, contexts, functions).evaluate())
        ending = (endings or {}).get(name, Ending()) if runs else Ending(result="skipped")
        results[name] = ending.result
        needs[name] = {"result": ending.result, "outputs": ending.outputs}
    return results


def _status_functions(before: list[str]) -> dict[str, Callable[[], bool]]:
    return {
        "success": lambda: all(result == "success" for result in before),
        "failure": lambda: "failure" in before,
        "cancelled": lambda: False,
        "always": lambda: True,
    }


def ran(results: Mapping[str, str]) -> list[str]:
    return [name for name, result in results.items() if result != "skipped"]


def _ancestors(workflow: Workflow, name: str) -> set[str]:
    direct = workflow.jobs[name].needed
    return {*direct, *(far for one in direct for far in _ancestors(workflow, one))}


def _in_order(workflow: Workflow) -> list[str]:
    return sorted(workflow.jobs, key=lambda name: len(_ancestors(workflow, name)))
