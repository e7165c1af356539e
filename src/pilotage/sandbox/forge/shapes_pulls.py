"""How REST spells pull requests, comments and labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.changes import list_changes
from pilotage.sandbox.forge.history import between, merge_base
from pilotage.sandbox.forge.shapes import fork_shape, node_id, repository_shape, stable_id, user_shape

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.shapes import JsonObject, Links
    from pilotage.sandbox.forge.state import Comment, PullRequest

_COLOR: Final = "ededed"


def label_shape(name: str, links: Links) -> JsonObject:
    """Spell a label."""
    return {
        "id": stable_id(name),
        "node_id": node_id("LA", stable_id(name)),
        "url": links.api(f"labels/{name}"),
        "name": name,
        "description": "",
        "color": _COLOR,
        "default": False,
    }


def comment_shape(comment: Comment, links: Links, *, page: str) -> JsonObject:
    """Spell a comment on a page of the repository, `pull` or `issues`."""
    return {
        "id": comment.id,
        "node_id": node_id("IC", comment.id),
        "url": links.api(f"issues/comments/{comment.id}"),
        "html_url": links.html(f"{page}/{comment.number}#issuecomment-{comment.id}"),
        "issue_url": links.api(f"issues/{comment.number}"),
        "user": user_shape(links, comment.author),
        "created_at": comment.created_at,
        "updated_at": comment.updated_at,
        "author_association": "NONE",
        "body": comment.body,
        "performed_via_github_app": None,
    }


def pull_shape(realm: Realm, pull: PullRequest, links: Links) -> JsonObject:
    """Spell a pull request as listings do."""
    api, html = links.api(f"pulls/{pull.number}"), links.html(f"pull/{pull.number}")
    issue = links.api(f"issues/{pull.number}")
    addresses = {
        "self": api,
        "html": html,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{api}/comments",
        "review_comment": links.api("pulls/comments{/number}"),
        "commits": f"{api}/commits",
        "statuses": links.api(f"statuses/{pull.head_sha}"),
    }
    return {
        "url": api,
        "id": pull.id,
        "node_id": node_id("PR", pull.id),
        "html_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "issue_url": issue,
        "number": pull.number,
        "state": pull.state,
        "locked": False,
        "title": pull.title,
        "user": user_shape(links, pull.author),
        "body": pull.body,
        "created_at": pull.created_at,
        "updated_at": pull.updated_at,
        "closed_at": pull.closed_at or None,
        "merged_at": pull.merged_at or None,
        "merge_commit_sha": pull.merge_commit_sha or pull.test_merge_sha or None,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "labels": [label_shape(name, links) for name in pull.labels],
        "milestone": None,
        "draft": pull.draft,
        **{f"{name}_url": addresses[name] for name in addresses if name not in {"self", "html", "issue"}},
        "head": _head(realm, pull, links),
        "base": {
            "label": f"{realm.state.owner}:{pull.base}",
            "ref": pull.base,
            "sha": pull.base_sha,
            "user": user_shape(links, realm.state.owner),
            "repo": repository_shape(realm, links),
        },
        "_links": {name: {"href": address} for name, address in addresses.items()},
        "author_association": _association(realm, pull.author),
        "auto_merge": None,
        "active_lock_reason": None,
    }


def full_pull_shape(realm: Realm, pull: PullRequest, links: Links) -> JsonObject:
    """Spell a pull request as `GET /repos/{owner}/{repo}/pulls/{number}` and webhooks do."""
    base = merge_base(realm.git, pull.base_sha, pull.head_sha) or pull.base_sha
    changes = list_changes(realm.git, base, pull.head_sha)
    return pull_shape(realm, pull, links) | {
        "merged": pull.is_merged,
        "mergeable": None if pull.is_merged else pull.is_open and bool(pull.test_merge_sha),
        "rebaseable": None if pull.is_merged else pull.is_open and bool(pull.test_merge_sha),
        "mergeable_state": "unknown" if not pull.is_open else "clean" if pull.test_merge_sha else "dirty",
        "merged_by": user_shape(links, pull.merged_by) if pull.merged_by else None,
        "comments": sum(comment.number == pull.number for comment in realm.state.comments),
        "review_comments": 0,
        "maintainer_can_modify": bool(pull.fork) and realm.fork(pull.fork) is not None,
        "commits": len(between(realm.git, pull.base_sha, pull.head_sha)),
        "additions": sum(change.additions for change in changes),
        "deletions": sum(change.deletions for change in changes),
        "changed_files": len(changes),
    }


def _head(realm: Realm, pull: PullRequest, links: Links) -> JsonObject:
    repository: JsonObject | None = repository_shape(realm, links)
    if pull.fork:
        fork = realm.fork(pull.fork)
        repository = fork_shape(realm, fork, links) if fork is not None else None  # null once the fork is deleted
    return {
        "label": realm.label(pull),
        "ref": pull.head,
        "sha": pull.head_sha,
        "user": user_shape(links, realm.head_owner(pull)),
        "repo": repository,
    }


def _association(realm: Realm, login: str) -> str:
    """Tell what an account is to the repository: who opens pull requests from a branch of it may push to it."""
    if login == realm.state.owner:
        return "OWNER"
    own = [pull for pull in realm.state.pulls if pull.author == login]
    if not login.endswith("[bot]") and any(not pull.fork for pull in own):
        return "COLLABORATOR"
    return "CONTRIBUTOR" if any(pull.is_merged for pull in own) else "NONE"
