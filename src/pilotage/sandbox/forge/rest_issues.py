"""REST: issues, and the comments and labels of issues and pull requests (which are issues there).

Source: https://docs.github.com/rest/issues
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.call import Answer, Call
from pilotage.sandbox.forge.issues import check_enabled, create_issue, edit_issue
from pilotage.sandbox.forge.pulls import MAX_BODY, check_body
from pilotage.sandbox.forge.records import Issue
from pilotage.sandbox.forge.refusals import Refusal, invalid, not_found
from pilotage.sandbox.forge.routing import REPOSITORY, Routes
from pilotage.sandbox.forge.shapes_issues import issue_shape, pull_issue_shape
from pilotage.sandbox.forge.shapes_pulls import comment_shape, label_shape
from pilotage.sandbox.forge.state import Comment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.sandbox.forge.shapes import JsonObject
    from pilotage.sandbox.forge.state import PullRequest

routes: Final = Routes()
_ONE: Final = REPOSITORY + "/issues/{issue_number}"


@routes.add("GET", REPOSITORY + "/issues")
def list_issues(call: Call) -> Answer:
    """List issues and, as GitHub does, pull requests; newest first, open ones unless asked otherwise."""
    check_enabled(call.realm.state)
    wanted, state = call.query.get("state", "open"), call.listing.view.state
    labels = set(filter(None, call.query.get("labels", "").split(",")))
    known: list[Issue | PullRequest] = [*state.issues, *state.pulls]
    found = [
        row
        for row in known
        if wanted in {"all", row.state}
        and call.query.get("creator", row.author) == row.author
        and labels <= set(row.labels)
        and row.updated_at >= call.query.get("since", "")
    ]
    key = "updated_at" if call.query.get("sort") == "updated" else "created_at"
    is_ascending = call.query.get("direction") == "asc"
    found.sort(key=lambda row: (str(getattr(row, key)), row.number), reverse=not is_ascending)
    return call.page(found, lambda row: _shape(call, row))


@routes.add("POST", REPOSITORY + "/issues")
def open_issue(call: Call) -> Answer:
    """Open an issue."""
    title, body, author = call.body.need("title"), call.body.text("body"), call.viewer.login
    issue = create_issue(call.realm, title, body=body, author=author, labels=_names(call.body.rows("labels")))
    return Answer(issue_shape(call.realm, issue, call.links), 201)


@routes.add("GET", _ONE)
def read_issue(call: Call, issue_number: int) -> Answer:
    """Get an issue, or a pull request as one."""
    return Answer(_shape(call, _need(call, issue_number)))


@routes.add("PATCH", _ONE)
def update_issue(call: Call, issue_number: int) -> Answer:
    """Change an issue's title, text, state or labels."""
    issue, body = call.realm.issue(issue_number), call.body
    if issue is None:
        raise not_found()
    check_enabled(call.realm.state)
    edit_issue(
        call.realm,
        issue,
        title=body.text("title"),
        body=body.text("body"),
        state=body.text("state"),
        reason=body.text("state_reason"),
    )
    if body.has("labels"):
        issue.labels = _names(body.rows("labels"))
    return Answer(issue_shape(call.realm, issue, call.links))


@routes.add("GET", REPOSITORY + "/issues/{issue_number}/comments")
def list_comments(call: Call, issue_number: int) -> Answer:
    """List comments, oldest first."""
    _need(call, issue_number)
    found = [comment for comment in call.listing.view.state.comments if comment.number == issue_number]
    return call.page(found, lambda comment: comment_shape(comment, call.links, page=_page(call, comment.number)))


@routes.add("POST", REPOSITORY + "/issues/{issue_number}/comments")
def create_comment(call: Call, issue_number: int) -> Answer:
    """Add a comment."""
    _need(call, issue_number)
    text, now = _comment_text(call), call.realm.now()
    comment = Comment(call.realm.state.next_id(), issue_number, text, call.viewer.login, now, now)
    call.realm.state.comments.append(comment)
    return Answer(comment_shape(comment, call.links, page=_page(call, comment.number)), 201)


@routes.add("PATCH", REPOSITORY + "/issues/comments/{comment_id}")
def update_comment(call: Call, comment_id: int) -> Answer:
    """Change a comment's text."""
    comment = _need_comment(call, comment_id)
    comment.body, comment.updated_at = _comment_text(call), call.realm.now()
    return Answer(comment_shape(comment, call.links, page=_page(call, comment.number)))


@routes.add("DELETE", REPOSITORY + "/issues/comments/{comment_id}")
def delete_comment(call: Call, comment_id: int) -> Answer:
    """Delete a comment."""
    call.realm.state.comments.remove(_need_comment(call, comment_id))
    return Answer(status=204)


@routes.add("GET", REPOSITORY + "/issues/{issue_number}/labels")
def list_labels(call: Call, issue_number: int) -> Answer:
    """List the labels of an issue or a pull request."""
    return call.page(_need(call, issue_number).labels, lambda name: label_shape(name, call.links))


@routes.add("POST", REPOSITORY + "/issues/{issue_number}/labels")
def add_labels(call: Call, issue_number: int) -> Answer:
    """Add labels; unknown ones come into being."""
    found = _need(call, issue_number)
    rows = call.visit.json if isinstance(call.visit.json, list) else call.body.rows("labels")
    found.labels = tuple(dict.fromkeys([*found.labels, *_names(rows)]))
    return _labels(call, found)


@routes.add("DELETE", REPOSITORY + "/issues/{issue_number}/labels/{name}")
def remove_label(call: Call, issue_number: int, name: str) -> Answer:
    """Take one label off."""
    found = _need(call, issue_number)
    if name not in found.labels:
        raise Refusal(404, "Label does not exist")
    found.labels = tuple(label for label in found.labels if label != name)
    return _labels(call, found)


def _need(call: Call, number: int) -> Issue | PullRequest:
    found = call.realm.issue(number) or call.realm.pull(number)
    if found is None:
        raise not_found()
    return found


def _shape(call: Call, found: Issue | PullRequest) -> JsonObject:
    if isinstance(found, Issue):
        return issue_shape(call.realm, found, call.links)
    return pull_issue_shape(call.realm, found, call.links)


def _page(call: Call, number: int) -> str:
    return "pull" if call.realm.issue(number) is None else "issues"


def _names(rows: Sequence[object]) -> tuple[str, ...]:
    names = [row.get("name") if isinstance(row, dict) else row for row in rows]
    if any(not isinstance(name, str) or not name for name in names):
        raise invalid("Label", "invalid", field="name")
    return tuple(str(name) for name in names)


def _labels(call: Call, found: Issue | PullRequest) -> Answer:
    return Answer([label_shape(name, call.links) for name in found.labels])


def _comment_text(call: Call) -> str:
    text = call.body.need("body")
    if not text.strip():
        raise invalid("IssueComment", "missing_field", field="body")
    check_body("IssueComment", text, limit=MAX_BODY)
    return text


def _need_comment(call: Call, number: int) -> Comment:
    found = next((comment for comment in call.realm.state.comments if comment.id == number), None)
    if found is None:
        raise not_found()
    return found
