"""REST: comments and labels of pull requests (which are issues there).

Source: https://docs.github.com/rest/issues
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.call import Answer, Call
from pilotage.sandbox.forge.pulls import MAX_BODY, check_body
from pilotage.sandbox.forge.refusals import Refusal, invalid, not_found
from pilotage.sandbox.forge.rest_pulls import need_pull
from pilotage.sandbox.forge.routing import REPOSITORY, Routes
from pilotage.sandbox.forge.shapes_pulls import comment_shape, label_shape
from pilotage.sandbox.forge.state import Comment

if TYPE_CHECKING:
    from pilotage.sandbox.forge.state import PullRequest

routes: Final = Routes()


@routes.add("GET", REPOSITORY + "/issues/{issue_number}/comments")
def list_comments(call: Call, issue_number: int) -> Answer:
    """List comments, oldest first."""
    need_pull(call, issue_number)
    found = [comment for comment in call.listing.view.state.comments if comment.number == issue_number]
    return call.page(found, lambda comment: comment_shape(comment, call.links))


@routes.add("POST", REPOSITORY + "/issues/{issue_number}/comments")
def create_comment(call: Call, issue_number: int) -> Answer:
    """Add a comment."""
    need_pull(call, issue_number)
    text, now = _comment_text(call), call.realm.now()
    comment = Comment(call.realm.state.next_id(), issue_number, text, call.viewer.login, now, now)
    call.realm.state.comments.append(comment)
    return Answer(comment_shape(comment, call.links), 201)


@routes.add("PATCH", REPOSITORY + "/issues/comments/{comment_id}")
def update_comment(call: Call, comment_id: int) -> Answer:
    """Change a comment's text."""
    comment = _need_comment(call, comment_id)
    comment.body, comment.updated_at = _comment_text(call), call.realm.now()
    return Answer(comment_shape(comment, call.links))


@routes.add("DELETE", REPOSITORY + "/issues/comments/{comment_id}")
def delete_comment(call: Call, comment_id: int) -> Answer:
    """Delete a comment."""
    call.realm.state.comments.remove(_need_comment(call, comment_id))
    return Answer(status=204)


@routes.add("GET", REPOSITORY + "/issues/{issue_number}/labels")
def list_labels(call: Call, issue_number: int) -> Answer:
    """List the labels of a pull request."""
    return call.page(need_pull(call, issue_number).labels, lambda name: label_shape(name, call.links))


@routes.add("POST", REPOSITORY + "/issues/{issue_number}/labels")
def add_labels(call: Call, issue_number: int) -> Answer:
    """Add labels; unknown ones come into being."""
    pull = need_pull(call, issue_number)
    rows = call.json if isinstance(call.json, list) else call.body.rows("labels")
    names = [row.get("name") if isinstance(row, dict) else row for row in rows]
    if any(not isinstance(name, str) or not name for name in names):
        raise invalid("Label", "invalid", field="name")
    pull.labels = tuple(dict.fromkeys([*pull.labels, *(str(name) for name in names)]))
    return _labels(call, pull)


@routes.add("DELETE", REPOSITORY + "/issues/{issue_number}/labels/{name}")
def remove_label(call: Call, issue_number: int, name: str) -> Answer:
    """Take one label off."""
    pull = need_pull(call, issue_number)
    if name not in pull.labels:
        raise Refusal(404, "Label does not exist")
    pull.labels = tuple(label for label in pull.labels if label != name)
    return _labels(call, pull)


def _labels(call: Call, pull: PullRequest) -> Answer:
    return Answer([label_shape(name, call.links) for name in pull.labels])


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
