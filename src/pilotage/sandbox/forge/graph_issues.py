"""GraphQL nodes of issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.graph_actors import actor_node
from pilotage.sandbox.forge.graph_connections import connection, read_order
from pilotage.sandbox.forge.graph_pulls import comments_field
from pilotage.sandbox.forge.shapes import node_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pilotage.sandbox.forge.call import Call
    from pilotage.sandbox.forge.records import Issue
    from pilotage.sandbox.forge.shapes import JsonObject


def issue_node(call: Call, issue: Issue) -> JsonObject:
    """Spell an issue."""
    return {
        "__typename": "Issue",
        "id": node_id("I", issue.id),
        "databaseId": issue.id,
        "number": issue.number,
        "title": issue.title,
        "body": issue.body or "",
        "state": issue.state.upper(),
        "stateReason": issue.reason.upper() or None,
        "closed": not issue.is_open,
        "closedAt": issue.closed_at or None,
        "url": call.links.html(f"issues/{issue.number}"),
        "author": actor_node(call, issue.author),
        "viewerDidAuthor": issue.author == call.viewer.login,
        "createdAt": issue.created_at,
        "updatedAt": issue.updated_at,
        "comments": comments_field(call, issue.number),
    }


def issue_fields(call: Call) -> dict[str, Callable[..., JsonObject]]:
    """Give the list of a repository's issues as a resolver; where issues are off there are none."""

    def many(_info: object, **arguments: object) -> JsonObject:
        known = call.listing.view.state.issues if call.realm.state.settings.has_issues else []
        found = [issue for issue in known if _is_wanted(issue, arguments)]
        field, direction = read_order(arguments) or ("CREATED_AT", "ASC")
        key = "updated_at" if field == "UPDATED_AT" else "created_at"
        found.sort(key=lambda issue: (str(getattr(issue, key)), issue.number), reverse=direction == "DESC")
        return connection(found, lambda issue: issue_node(call, issue), arguments, name="issues")

    return {"issues": many}


def _is_wanted(issue: Issue, arguments: Mapping[str, object]) -> bool:
    given = arguments.get("filterBy")
    wanted = given if isinstance(given, dict) else {}
    author = issue.author.removesuffix("[bot]")
    return (
        _is_among(issue.state.upper(), arguments.get("states"))
        and _is_among(issue.state.upper(), wanted.get("states"))
        and str(wanted.get("createdBy") or author).removesuffix("[bot]") == author
    )


def _is_among(state: str, states: object) -> bool:
    return not isinstance(states, list) or state in states
