"""GraphQL nodes of workflow runs; looking at one lets it go on, as with REST."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.refusals import Refusal
from pilotage.sandbox.forge.runs import pass_look
from pilotage.sandbox.forge.shapes import node_id
from pilotage.sandbox.forge.shapes_actions import run_page

if TYPE_CHECKING:
    from pilotage.sandbox.forge.call import Call
    from pilotage.sandbox.forge.runs import Run
    from pilotage.sandbox.forge.shapes import JsonObject


def look_at_run(call: Call, run: Run) -> JsonObject:
    """Spell a run as it stands; it goes on towards its end.

    Raises:
        Refusal: 403 when the viewer may not read runs.
    """
    if not call.viewer.may("actions", "read"):
        raise Refusal(403, "Resource not accessible by integration")
    node: JsonObject = {
        "__typename": "WorkflowRun",
        "id": node_id("WFR", run.id),
        "databaseId": run.id,
        "url": run_page(run.id, call.links),
        "createdAt": run.created_at,
        "updatedAt": run.updated_at,
        "runNumber": run.number,
        "event": run.event,
        "checkSuite": {
            "__typename": "CheckSuite",
            "id": node_id("CS", run.id),
            "databaseId": run.id,
            "status": run.status.upper(),
            "conclusion": run.conclusion.upper() or None,
            "createdAt": run.created_at,
            "updatedAt": run.updated_at,
        },
    }
    pass_look(call.realm.state, run, now=call.realm.now())
    return node
