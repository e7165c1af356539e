"""REST: deployments and what became of them.

Source: https://docs.github.com/rest/deployments
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.refusals import not_found
from pilotage.sandbox.forge.routing import REPOSITORY, Routes
from pilotage.sandbox.forge.shapes import node_id, user_shape
from pilotage.sandbox.forge.shapes_actions import log_page

if TYPE_CHECKING:
    from pilotage.sandbox.forge.call import Answer, Call
    from pilotage.sandbox.forge.records import Deployment, DeploymentStatus
    from pilotage.sandbox.forge.shapes import JsonObject, Links

routes: Final = Routes()


@routes.add("GET", REPOSITORY + "/deployments")
def list_deployments(call: Call) -> Answer:
    """List deployments, newest first; by environment, commit or ref."""
    found = [row for row in call.listing.view.state.deployments if _is_like(call, row)]
    return call.page(found[::-1], lambda row: _deployment(row, call.links))


@routes.add("GET", REPOSITORY + "/deployments/{deployment_id}/statuses")
def list_statuses(call: Call, deployment_id: int) -> Answer:
    """List what a deployment was told to be, newest first."""
    found = next((row for row in call.listing.view.state.deployments if row.id == deployment_id), None)
    if found is None:
        raise not_found()
    return call.page(found.statuses[::-1], lambda status: _status(found, status, call.links))


def _is_like(call: Call, row: Deployment) -> bool:
    known = {"environment": row.environment, "sha": row.sha, "ref": row.ref, "task": "deploy"}
    return all(call.query.get(name, value) == value for name, value in known.items())


def _deployment(row: Deployment, links: Links) -> JsonObject:
    api = links.api(f"deployments/{row.id}")
    return {
        "url": api,
        "id": row.id,
        "node_id": node_id("DE", row.id),
        "sha": row.sha,
        "ref": row.ref,
        "task": "deploy",
        "payload": {},
        "original_environment": row.environment,
        "environment": row.environment,
        "description": None,
        "creator": user_shape(links, row.author),
        "created_at": row.created_at,
        "updated_at": row.statuses[-1].created_at if row.statuses else row.created_at,
        "statuses_url": f"{api}/statuses",
        "repository_url": links.api(),
        "transient_environment": False,
        "production_environment": False,
    }


def _status(row: Deployment, status: DeploymentStatus, links: Links) -> JsonObject:
    api = links.api(f"deployments/{row.id}")
    return {
        "url": f"{api}/statuses/{status.id}",
        "id": status.id,
        "node_id": node_id("DES", status.id),
        "state": status.state,
        "creator": user_shape(links, status.author),
        "description": status.description,
        "environment": row.environment,
        "target_url": "",
        "created_at": status.created_at,
        "updated_at": status.created_at,
        "deployment_url": api,
        "repository_url": links.api(),
        "environment_url": "",
        "log_url": log_page(row.run, links),
    }
