"""REST: workflows, their runs, and starting one.

Source: https://docs.github.com/rest/actions
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.call import Answer, Call
from pilotage.sandbox.forge.refusals import not_found
from pilotage.sandbox.forge.routing import REPOSITORY, Routes
from pilotage.sandbox.forge.runs import find_run, pass_look
from pilotage.sandbox.forge.shapes_actions import run_page, run_shape, workflow_shape
from pilotage.sandbox.forge.state import Dispatch
from pilotage.sandbox.forge.workflows import dispatch, find_workflow, is_like, list_workflows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotage.sandbox.forge.runs import Run

routes: Final = Routes()
_WORKFLOW: Final = REPOSITORY + "/actions/workflows/{workflow_id}"


@routes.add("GET", REPOSITORY + "/actions/permissions/workflow")
def read_workflow_permissions(call: Call) -> Answer:
    """Tell whether workflows may open pull requests."""
    may_open = call.viewer.permission is not Permission.NO_PULL_REQUESTS
    return Answer({"default_workflow_permissions": "read", "can_approve_pull_request_reviews": may_open})


@routes.add("GET", REPOSITORY + "/actions/workflows")
def read_workflows(call: Call) -> Answer:
    """List the workflows."""
    found = list_workflows(call.realm)
    rows, headers = call.slice(found)
    shapes = [workflow_shape(call.realm, workflow, call.links) for workflow in rows]
    return Answer({"total_count": len(found), "workflows": shapes}, headers=headers)


@routes.add("GET", _WORKFLOW)
def read_workflow(call: Call, workflow_id: str) -> Answer:
    """Get a workflow by its number or file name."""
    return Answer(workflow_shape(call.realm, find_workflow(call.realm, workflow_id), call.links))


@routes.add("GET", _WORKFLOW + "/runs")
def list_workflow_runs(call: Call, workflow_id: str) -> Answer:
    """List the runs of a workflow, newest first; those shown go on towards their end."""
    file = find_workflow(call.realm, workflow_id).file
    return _list(call, (run for run in call.listing.view.state.runs if run.workflow == file))


@routes.add("GET", REPOSITORY + "/actions/runs")
def list_runs(call: Call) -> Answer:
    """List the runs of all workflows, newest first; those shown go on towards their end."""
    return _list(call, call.listing.view.state.runs)


@routes.add("GET", REPOSITORY + "/actions/runs/{run_id}")
def read_run(call: Call, run_id: int) -> Answer:
    """Get a run; it goes on towards its end."""
    run = find_run(call.realm.state, run_id)
    if run is None:
        raise not_found()
    answer = Answer(run_shape(call.realm, run, call.links))
    pass_look(call.realm.state, run, now=call.realm.now())
    return answer


@routes.add("POST", _WORKFLOW + "/dispatches")
def dispatch_workflow(call: Call, workflow_id: str) -> Answer:
    """Start a workflow, and tell its run when that is asked for."""
    workflow = find_workflow(call.realm, workflow_id)
    given, body = call.body.inner("inputs"), call.body
    ref, inputs = body.need("ref"), dict(given.values) if given else {}
    run = dispatch(call.realm, workflow, ref=ref, inputs=inputs, actor=call.viewer.login)
    call.realm.state.dispatches.append(Dispatch("workflow_dispatch", workflow_id, ref, inputs))
    if not body.flag("return_run_details"):
        return Answer(status=204)
    url = call.links.api(f"actions/runs/{run.id}")
    return Answer({"workflow_run_id": run.id, "run_url": url, "html_url": run_page(run.id, call.links)})


def _list(call: Call, runs: Iterable[Run]) -> Answer:
    found = sorted((run for run in runs if is_like(run, call.query)), key=lambda run: run.id, reverse=True)
    rows, headers = call.slice(found)
    shapes = [run_shape(call.realm, run, call.links) for run in rows]
    for row in rows:  # what was shown may be a copy: the run itself goes on
        run = find_run(call.realm.state, row.id)
        if run is not None:
            pass_look(call.realm.state, run, now=call.realm.now())
    return Answer({"total_count": len(found), "workflow_runs": shapes}, headers=headers)
