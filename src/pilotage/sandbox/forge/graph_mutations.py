"""GraphQL's mutations: refs with compare-and-swap, and pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.graph_objects import pull_node
from pilotage.sandbox.forge.graph_root import enter_holder, enter_repository
from pilotage.sandbox.forge.objects import ZERO
from pilotage.sandbox.forge.protection import check_archive, check_rules
from pilotage.sandbox.forge.pulls import Proposal, create_pull, edit_pull
from pilotage.sandbox.forge.refs import is_ref_name
from pilotage.sandbox.forge.refusals import Refusal
from pilotage.sandbox.forge.rest_git import is_forward
from pilotage.sandbox.forge.rest_pulls import NOT_PERMITTED
from pilotage.sandbox.forge.shapes import node_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.sandbox.forge.call import Call, Visit
    from pilotage.sandbox.forge.shapes import JsonObject


def mutation_root(visit: Visit) -> JsonObject:
    """Give the mutations as resolvers of one request."""

    def guard(permission: str, action: Callable[[Call, JsonObject], JsonObject]) -> Callable[..., JsonObject]:
        def resolve(_info: object, **arguments: object) -> JsonObject:
            given = arguments["input"]
            values: JsonObject = given if isinstance(given, dict) else {}
            call = _enter(visit, values)
            if not call.viewer.may(permission, "write"):
                raise Refusal(403, "Resource not accessible by integration")
            check_archive(call.realm.state)
            return action(call, values) | {"clientMutationId": values.get("clientMutationId")}

        return resolve

    return {
        "updateRefs": guard("contents", _update_refs),
        "updatePullRequest": guard("pull_requests", _update_pull),
        "createPullRequest": guard("pull_requests", _create_pull),
    }


def _enter(visit: Visit, values: JsonObject) -> Call:
    if "pullRequestId" in values:
        return enter_holder(visit, str(values["pullRequestId"]))[0]
    return enter_repository(visit, str(values["repositoryId"]))


def _update_refs(call: Call, values: JsonObject) -> JsonObject:
    """Move refs, all or none; `beforeOid` must be what the ref points at now, 40 zeros for "does not exist"."""
    updates = values["refUpdates"]
    rows = [row for row in updates if isinstance(row, dict)] if isinstance(updates, list) else []
    for row in rows:
        _check_update(call, row)
    before = {str(row["name"]): call.realm.git.refs.read(str(row["name"])) for row in rows}
    for row in rows:
        name, after = str(row["name"]), str(row["afterOid"])
        if after == ZERO:
            call.realm.git.refs.delete(name)
        elif not call.realm.git.refs.write(name, after):
            _restore(call, before)
            raise Refusal(422, f"Reference cannot be updated: {name}")
    call.realm.settle()
    return {}


def _check_update(call: Call, row: JsonObject) -> None:
    git = call.realm.git
    name, after, wanted = str(row["name"]), str(row["afterOid"]), row.get("beforeOid")
    now = git.refs.read(name)
    if not is_ref_name(name):
        raise Refusal(422, f"{name} is not a valid ref name.")
    if wanted is not None and wanted != (now or ZERO):
        raise Refusal(422, f"Reference cannot be updated: {name} is at {now or ZERO} but expected {wanted}")
    check_rules(call.realm.state, name, exists=now is not None, target=after)
    if after == ZERO:
        if now is None:
            raise Refusal(422, f"Reference does not exist: {name}")
        return
    found = git.objects.read(after)
    if found is None or (name.startswith("refs/heads/") and found[0] != "commit"):
        raise Refusal(422, f"Object does not exist: {after}")
    if now is not None and not row.get("force") and not is_forward(git, now, after):
        raise Refusal(422, f"Update is not a fast forward: {name}")


def _restore(call: Call, before: dict[str, str | None]) -> None:
    for name, oid in before.items():
        if oid is None:
            call.realm.git.refs.delete(name)
        else:
            call.realm.git.refs.write(name, oid)


def _update_pull(call: Call, values: JsonObject) -> JsonObject:
    asked = str(values["pullRequestId"])
    pull = next((pull for pull in call.realm.state.pulls if node_id("PR", pull.id) == asked), None)
    if pull is None:
        raise Refusal(404, f"Could not resolve to a node with the global id of '{asked}'")
    state = _text(values, "state")
    edit_pull(
        call.realm,
        pull,
        title=_text(values, "title"),
        body=_text(values, "body"),
        base=_text(values, "baseRefName"),
        state=state.lower() if state else None,
    )
    return {"pullRequest": pull_node(call, pull)}


def _create_pull(call: Call, values: JsonObject) -> JsonObject:
    if call.viewer.permission is Permission.NO_PULL_REQUESTS:
        raise Refusal(403, f"{NOT_PERMITTED.removesuffix('.')} (createPullRequest)")
    proposal = Proposal(
        head=str(values["headRefName"]),
        base=str(values["baseRefName"]),
        title=str(values["title"]),
        body=_text(values, "body"),
        draft=bool(values.get("draft")),
    )
    return {"pullRequest": pull_node(call, create_pull(call.realm, proposal, author=call.viewer.login))}


def _text(values: JsonObject, name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) else None
