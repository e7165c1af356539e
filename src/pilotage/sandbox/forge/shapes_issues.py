"""How REST spells issues, and pull requests where they stand among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.shapes import node_id, user_shape
from pilotage.sandbox.forge.shapes_pulls import label_shape

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.records import Issue
    from pilotage.sandbox.forge.shapes import JsonObject, Links
    from pilotage.sandbox.forge.state import PullRequest


def issue_shape(realm: Realm, issue: Issue, links: Links) -> JsonObject:
    """Spell an issue."""
    own: JsonObject = {
        "node_id": node_id("I", issue.id),
        "html_url": links.html(f"issues/{issue.number}"),
        "state_reason": issue.reason or None,
    }
    return _plain(realm, issue, links) | own


def pull_issue_shape(realm: Realm, pull: PullRequest, links: Links) -> JsonObject:
    """Spell a pull request as an issue."""
    html = links.html(f"pull/{pull.number}")
    pages: JsonObject = {
        "url": links.api(f"pulls/{pull.number}"),
        "html_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "merged_at": pull.merged_at or None,
    }
    own: JsonObject = {"node_id": node_id("PR", pull.id), "html_url": html, "state_reason": None, "draft": pull.draft}
    return _plain(realm, pull, links) | own | {"pull_request": pages}


def _plain(realm: Realm, row: Issue | PullRequest, links: Links) -> JsonObject:
    api = links.api(f"issues/{row.number}")
    return {
        "id": row.id,
        "url": api,
        "repository_url": links.api(),
        "labels_url": f"{api}/labels{{/name}}",
        "comments_url": f"{api}/comments",
        "events_url": f"{api}/events",
        "number": row.number,
        "state": row.state,
        "title": row.title,
        "body": row.body,
        "user": user_shape(links, row.author),
        "labels": [label_shape(name, links) for name in row.labels],
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "locked": False,
        "active_lock_reason": None,
        "comments": sum(comment.number == row.number for comment in realm.state.comments),
        "closed_at": row.closed_at or None,
        "closed_by": None,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "author_association": "NONE",
        "performed_via_github_app": None,
    }
