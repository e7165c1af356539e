"""GraphQL nodes of deployments and of the environments that they go to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.graph_actors import actor_node
from pilotage.sandbox.forge.graph_connections import connection, read_order
from pilotage.sandbox.forge.refusals import Refusal
from pilotage.sandbox.forge.shapes import node_id, stable_id
from pilotage.sandbox.forge.shapes_actions import log_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.sandbox.forge.call import Call
    from pilotage.sandbox.forge.records import Deployment, DeploymentStatus
    from pilotage.sandbox.forge.shapes import JsonObject

_STATES: Final = {"": "PENDING", "success": "ACTIVE"}
"""By what a deployment was told last: its state where that is not the same word."""


def deployment_fields(call: Call) -> dict[str, Callable[..., JsonObject | None]]:
    """Give what is asked of deployments as resolvers; an environment comes into being with its first deployment.

    Source: https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments
    """

    def many(_info: object, **arguments: object) -> JsonObject:
        _check(call, "deployments")
        names = arguments.get("environments")
        found = [
            row
            for row in call.listing.view.state.deployments
            if not isinstance(names, list) or row.environment in names
        ]
        direction = (read_order(arguments) or ("CREATED_AT", "ASC"))[1]
        found.sort(key=lambda row: (row.created_at, row.id), reverse=direction == "DESC")
        return connection(found, lambda row: _deployment_node(call, row), arguments, name="deployments")

    def environment(_info: object, **arguments: object) -> JsonObject | None:
        _check(call, "actions")
        known = {row.environment for row in call.realm.state.deployments}
        name = str(arguments["name"])
        return {"id": node_id("EN", stable_id(name)), "name": name} if name in known else None

    return {"deployments": many, "environment": environment}


def _check(call: Call, permission: str) -> None:
    if not call.viewer.may(permission, "read"):
        raise Refusal(403, "Resource not accessible by integration")


def _deployment_node(call: Call, row: Deployment) -> JsonObject:
    latest = row.statuses[-1] if row.statuses else None
    told = latest.state if latest else ""
    return {
        "__typename": "Deployment",
        "id": node_id("DE", row.id),
        "databaseId": row.id,
        "commitOid": row.sha,
        "environment": row.environment,
        "creator": actor_node(call, row.author),
        "createdAt": row.created_at,
        "updatedAt": latest.created_at if latest else row.created_at,
        "state": _STATES.get(told, told.upper()),
        "latestStatus": _status_node(call, row, latest) if latest else None,
    }


def _status_node(call: Call, row: Deployment, status: DeploymentStatus) -> JsonObject:
    return {
        "__typename": "DeploymentStatus",
        "id": node_id("DES", status.id),
        "state": status.state.upper(),
        "description": status.description,
        "logUrl": log_page(row.run, call.links) or None,
        "createdAt": status.created_at,
    }
