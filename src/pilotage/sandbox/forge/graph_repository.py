"""The GraphQL node of the repository: its settings, refs, objects, pull requests, releases and all else of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.graph_actors import actor_node
from pilotage.sandbox.forge.graph_connections import connection, read_order
from pilotage.sandbox.forge.graph_deployments import deployment_fields
from pilotage.sandbox.forge.graph_issues import issue_fields
from pilotage.sandbox.forge.graph_objects import object_node, pull_node
from pilotage.sandbox.forge.graph_pulls import repository_name
from pilotage.sandbox.forge.refusals import Refusal
from pilotage.sandbox.forge.releases import latest_release, published_release
from pilotage.sandbox.forge.shapes import node_id, stable_id
from pilotage.sandbox.forge.shapes_releases import release_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pilotage.sandbox.forge.call import Call
    from pilotage.sandbox.forge.shapes import JsonObject
    from pilotage.sandbox.forge.state import Asset, PullRequest, Release, Settings

Resolver = dict[str, "Callable[..., object]"]


def repository_node(call: Call) -> JsonObject:
    """Spell the repository with all that can be asked of it."""
    settings = call.realm.state.settings
    plain: JsonObject = {
        "viewerPermission": "WRITE" if call.viewer.is_writer else "READ",
        "deleteBranchOnMerge": settings.delete_branch_on_merge,
        "squashMergeCommitTitle": settings.squash_merge_commit_title,
        "squashMergeCommitMessage": settings.squash_merge_commit_message,
        "mergeCommitAllowed": settings.allow_merge_commit,
        "squashMergeAllowed": settings.allow_squash_merge,
        "rebaseMergeAllowed": settings.allow_rebase_merge,
    }
    lists = _git_fields(call) | _pull_fields(call) | _release_fields(call) | issue_fields(call)
    return repository_name(call, call.links) | plain | _standing(settings) | lists | deployment_fields(call)


def ref_node(call: Call, name: str, oid: str, *, prefix: str = "") -> JsonObject:
    """Spell a ref; its name stands without its prefix, `refs/heads/` or the one asked for."""
    prefix = prefix or "/".join(name.split("/")[:2]) + "/"
    return {
        "__typename": "Ref",
        "id": node_id("REF", name),
        "name": name.removeprefix(prefix),
        "prefix": prefix,
        "target": lambda _info: object_node(call, oid),
    }


def _standing(settings: Settings) -> JsonObject:
    """Spell what can be done with the repository, and what it is about."""

    def topics(_info: object, **arguments: object) -> JsonObject:
        return connection(settings.topics, _topic_node, arguments, name="repositoryTopics")

    return {
        "description": settings.description or None,
        "isArchived": settings.archived,
        "isDisabled": settings.disabled,
        "isLocked": settings.locked,
        "hasIssuesEnabled": settings.has_issues,
        "repositoryTopics": topics,
    }


def _git_fields(call: Call) -> Resolver:
    git = call.realm.git

    def one(name: str) -> JsonObject | None:
        full = next((n for n in (name, f"refs/heads/{name}", f"refs/tags/{name}") if git.refs.read(n)), name)
        oid = git.refs.read(full)
        return ref_node(call, full, oid) if oid is not None else None

    def many(_info: object, **arguments: object) -> JsonObject:
        prefix, query = str(arguments["refPrefix"]), str(arguments.get("query") or "")
        prefix = prefix if prefix.endswith("/") else f"{prefix}/"
        found = [(n, o) for n, o in call.listing.view.refs.items() if n.startswith(prefix)]
        found = [(n, o) for n, o in found if query in n.removeprefix(prefix)]
        order = read_order(arguments) or ("ALPHABETICAL", str(arguments.get("direction") or "ASC"))
        if order[0] == "TAG_COMMIT_DATE":
            found.sort(key=lambda row: (_seconds(call, row[1]), row[0]))
        if order[1] == "DESC":
            found.reverse()
        return connection(found, lambda row: ref_node(call, *row, prefix=prefix), arguments, name="refs")

    def read_object(_info: object, **arguments: object) -> JsonObject | None:
        expression = str(arguments.get("oid") or arguments.get("expression") or "")
        revision, colon, path = expression.partition(":")
        if not colon:
            oid = git.resolve(revision)
            return object_node(call, oid) if oid is not None else None
        commit = git.resolve_commit(revision)
        entry = git.entry(commit.tree, path) if commit is not None else None
        return object_node(call, entry.oid) if entry is not None else None

    return {
        "defaultBranchRef": lambda _info: one(f"refs/heads/{call.realm.state.default_branch}"),
        "ref": lambda _info, **arguments: one(str(arguments["qualifiedName"])),
        "refs": many,
        "object": read_object,
    }


def _pull_fields(call: Call) -> Resolver:
    def one(_info: object, **arguments: object) -> JsonObject:
        number = arguments["number"]
        pull = call.realm.pull(number) if isinstance(number, int) else None
        if pull is None:
            raise Refusal(404, f"Could not resolve to a PullRequest with the number of {number}.")
        return pull_node(call, pull)

    def many(_info: object, **arguments: object) -> JsonObject:
        found = [pull for pull in call.listing.view.state.pulls if _is_wanted(pull, arguments)]
        field, direction = read_order(arguments) or ("CREATED_AT", "ASC")
        key = "updated_at" if field == "UPDATED_AT" else "created_at"
        found.sort(key=lambda pull: (str(getattr(pull, key)), pull.number), reverse=direction == "DESC")
        return connection(found, lambda pull: pull_node(call, pull), arguments, name="pullRequests")

    return {"pullRequest": one, "pullRequests": many}


def _release_fields(call: Call) -> Resolver:
    def node(release: Release | None) -> JsonObject | None:
        return _release_node(call, release) if release is not None else None

    def many(_info: object, **arguments: object) -> JsonObject:
        found = [r for r in call.listing.view.state.releases if call.viewer.is_writer or not r.draft]
        field, direction = read_order(arguments) or ("CREATED_AT", "DESC")
        found.sort(key=lambda r: (str(r.name) if field == "NAME" else r.created_at, r.id), reverse=direction == "DESC")
        return connection(found, lambda release: _release_node(call, release), arguments, name="releases")

    return {
        "release": lambda _info, **arguments: node(published_release(call.realm, str(arguments["tagName"]))),
        "releases": many,
        "latestRelease": lambda _info: node(latest_release(call.realm)),
    }


def _release_node(call: Call, release: Release) -> JsonObject:
    tag = call.realm.git.refs.read(f"refs/tags/{release.tag_name}")
    commit = call.realm.git.resolve_commit(f"refs/tags/{release.tag_name}")
    latest = latest_release(call.realm)

    def assets(_info: object, **arguments: object) -> JsonObject:
        found = [asset for asset in release.assets if arguments.get("name") in {None, asset.name}]
        return connection(found, _asset_node, arguments, name="releaseAssets")

    return {
        "__typename": "Release",
        "id": node_id("RE", release.id),
        "databaseId": release.id,
        "tagName": release.tag_name,
        "tagCommit": object_node(call, commit.oid) if commit is not None else None,
        "tag": ref_node(call, f"refs/tags/{release.tag_name}", tag) if tag is not None else None,
        "isDraft": release.draft,
        "isPrerelease": release.prerelease,
        "isLatest": latest is not None and latest.id == release.id,
        "name": release.name,
        "description": release.body,
        "url": release_page(release, call.links),
        "createdAt": release.created_at,
        "updatedAt": release.created_at,
        "publishedAt": release.published_at or None,
        "author": actor_node(call, release.author),
        "releaseAssets": assets,
    }


def _topic_node(name: str) -> JsonObject:
    return {"id": node_id("RT", stable_id(name)), "topic": {"id": node_id("T", stable_id(name)), "name": name}}


def _asset_node(asset: Asset) -> JsonObject:
    return {"__typename": "ReleaseAsset", "id": node_id("RA", asset.id), "name": asset.name, "size": asset.size}


def _is_wanted(pull: PullRequest, arguments: Mapping[str, object]) -> bool:
    state = "MERGED" if pull.is_merged else pull.state.upper()
    states, labels = arguments.get("states"), arguments.get("labels")
    return (
        (not isinstance(states, list) or state in states)
        and arguments.get("headRefName") in {None, pull.head}
        and arguments.get("baseRefName") in {None, pull.base}
        and (not isinstance(labels, list) or bool(set(labels) & set(pull.labels)))
    )


def _seconds(call: Call, oid: str) -> int:
    commit = call.realm.git.resolve_commit(oid)
    return commit.committer.seconds if commit is not None else 0
