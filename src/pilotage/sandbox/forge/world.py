"""The world in canonical words, so that two histories of requests can be compared by where they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.history import between, first_parents, merge_base

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.records import Deployment, Issue
    from pilotage.sandbox.forge.runs import Run
    from pilotage.sandbox.forge.state import Comment, PullRequest, Release


def describe_world(realm: Realm) -> dict[str, object]:
    """Describe branches, tags, pull requests, releases, runs and comments without what a retry may change.

    Left out on purpose: ids of commits (they carry times), times, numbers and ids of objects.

    Returns:
        `branches`: name to tree and the messages since the default branch was left (of the default branch: its
        first-parent line), oldest first · `tags`: name to tree, message and whether annotated · `pull_requests`:
        sorted rows · `releases`: sorted rows · `runs`: sorted rows with their inputs, whatever became of them ·
        `comments`: rows per head branch, or per title of an issue, sorted · `issues`, `deployments`: sorted rows.
    """
    refs = realm.git.refs.read_all()
    branches = {n.removeprefix("refs/heads/"): oid for n, oid in refs.items() if n.startswith("refs/heads/")}
    tags = [n.removeprefix("refs/tags/") for n in refs if n.startswith("refs/tags/")]
    return {
        "branches": {name: _branch(realm, name, oid) for name, oid in branches.items()},
        "tags": {name: _tag(realm, name, refs[f"refs/tags/{name}"]) for name in tags},
        "pull_requests": sorted((_pull(realm, pull) for pull in realm.state.pulls), key=repr),
        "releases": sorted((_release(realm, release) for release in realm.state.releases), key=repr),
        "runs": sorted((_run(run) for run in realm.state.runs), key=repr),
        "issues": sorted((_issue(issue) for issue in realm.state.issues), key=repr),
        "deployments": sorted((_deployment(row) for row in realm.state.deployments), key=repr),
        "comments": sorted((_comment(realm, comment) for comment in realm.state.comments), key=repr),
    }


def _run(run: Run) -> tuple[object, ...]:
    return run.workflow, run.event, run.head_branch, sorted(run.inputs.items())


def _issue(issue: Issue) -> dict[str, object]:
    return {
        "title": issue.title,
        "body": issue.body,
        "state": issue.state,
        "author": issue.author,
        "labels": sorted(issue.labels),
    }


def _deployment(row: Deployment) -> tuple[object, ...]:
    return row.environment, row.ref, [status.state for status in row.statuses]


def _comment(realm: Realm, comment: Comment) -> dict[str, object]:
    place: dict[str, object] = {}
    for pull in realm.state.pulls:
        if pull.number == comment.number:
            place = {"pull_request": realm.label(pull) if pull.fork else pull.head}
    for issue in realm.state.issues:
        if issue.number == comment.number:
            place = {"issue": issue.title}
    return place | {"author": comment.author, "body": comment.body}


def _branch(realm: Realm, name: str, oid: str) -> dict[str, object]:
    default = realm.git.branch(realm.state.default_branch)
    if name == realm.state.default_branch or default is None:
        messages = [commit.message for commit in first_parents(realm.git, oid)][::-1]
    else:
        base = merge_base(realm.git, default, oid)
        missing = between(realm.git, base, oid) if base else tuple(first_parents(realm.git, oid))[::-1]
        messages = [commit.message for commit in missing]
    return {"tree": realm.git.need_commit(oid).tree, "messages": messages}


def _tag(realm: Realm, name: str, oid: str) -> dict[str, object]:
    commit = realm.git.resolve_commit(f"refs/tags/{name}")
    known = {"tree": commit.tree, "message": commit.message} if commit is not None else {}
    return known | {"annotated": realm.git.objects.tag(oid) is not None}


def _pull(realm: Realm, pull: PullRequest) -> dict[str, object]:
    return {
        "head": realm.label(pull) if pull.fork else pull.head,
        "base": pull.base,
        "title": pull.title,
        "body": pull.body,
        "state": "merged" if pull.is_merged else pull.state,
        "draft": pull.draft,
        "labels": sorted(pull.labels),
        "tree": realm.git.need_commit(pull.head_sha).tree,
    }


def _release(realm: Realm, release: Release) -> dict[str, object]:
    at = realm.git.resolve_commit(f"refs/tags/{release.tag_name}") or realm.git.resolve_commit(release.target_commitish)
    return {
        "tag": release.tag_name,
        "name": release.name,
        "body": release.body,
        "draft": release.draft,
        "prerelease": release.prerelease,
        "tree": at.tree if at is not None else None,
        "assets": sorted((asset.name, asset.sha256) for asset in release.assets),
    }
