"""What GraphQL queries start from: a repository, a search, nodes by their ids, and who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.graph_issues import issue_node
from pilotage.sandbox.forge.graph_objects import pull_node
from pilotage.sandbox.forge.graph_repository import repository_node
from pilotage.sandbox.forge.graph_runs import look_at_run
from pilotage.sandbox.forge.graph_search import search
from pilotage.sandbox.forge.refusals import Refusal
from pilotage.sandbox.forge.runs import find_run
from pilotage.sandbox.forge.shapes import repository_id

if TYPE_CHECKING:
    from pilotage.sandbox.forge.call import Call, Visit
    from pilotage.sandbox.forge.shapes import JsonObject


def query_root(visit: Visit) -> JsonObject:
    """Give the fields of `Query` as resolvers of one request."""

    def repository(_info: object, **arguments: object) -> JsonObject:
        asked = f"{arguments['owner']}/{arguments['name']}"
        call = visit.enter(visit.site.find(asked))
        if call is None:
            raise Refusal(404, f"Could not resolve to a Repository with the name '{asked}'.")
        return repository_node(call)

    def nodes(_info: object, **arguments: object) -> list[object]:
        ids = arguments["ids"]
        return [_find(visit, str(one)) for one in ids] if isinstance(ids, list) else []

    def node(_info: object, **arguments: object) -> object:
        return _find(visit, str(arguments["id"]))

    login = visit.viewer.login
    viewer = {"id": f"U_{login}", "login": login, "name": None, "url": visit.server}
    found = {"repository": repository, "node": node, "nodes": nodes, "viewer": viewer}
    return found | {"search": lambda _info, **arguments: search(visit, arguments)}


def enter_repository(visit: Visit, node_id: str) -> Call:
    """Give the request as the repository of a GraphQL id sees it.

    Raises:
        Refusal: 404 when there is none, or the viewer is not to know of it.
    """
    realm = next((r for r in visit.site.realms if repository_id(r.state.full_name) == node_id), None)
    call = visit.enter(realm)
    if call is None:
        raise _unresolved(node_id)
    return call


def enter_holder(visit: Visit, node_id: str) -> tuple[Call, int]:
    """Give the request as the repository of a GraphQL id such as `PR_1001` sees it, and the number in that id.

    Raises:
        Refusal: as `enter_repository`.
    """
    tail = node_id.rpartition("_")[2]
    number = int(tail) if tail.isdecimal() else 0
    call = visit.enter(visit.site.holder(number))
    if call is None:
        raise _unresolved(node_id)
    return call, number


def _find(visit: Visit, node_id: str) -> JsonObject | Refusal:
    """Give a node by its id; what cannot be found is null in the answer, and an error beside it, as on GitHub."""
    try:
        return _read(visit, node_id)
    except Refusal as refusal:
        return refusal


def _read(visit: Visit, node_id: str) -> JsonObject:
    kind = node_id.rpartition("_")[0]
    if kind == "R":
        return repository_node(enter_repository(visit, node_id))
    call, number = enter_holder(visit, node_id)
    state = call.realm.state
    run = find_run(state, number) if kind == "WFR" else None
    if run is not None:
        return look_at_run(call, run)
    pull = next((pull for pull in state.pulls if kind == "PR" and pull.id == number), None)
    if pull is not None:
        return pull_node(call, pull)
    issue = next((issue for issue in state.issues if kind == "I" and issue.id == number), None)
    if issue is not None:
        return issue_node(call, issue)
    raise _unresolved(node_id)


def _unresolved(node_id: str) -> Refusal:
    return Refusal(404, f"Could not resolve to a node with the global id of '{node_id}'")
