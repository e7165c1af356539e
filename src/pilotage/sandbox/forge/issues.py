"""The rules of issues: what GitHub accepts, and what it refuses in which words.

Source: https://docs.github.com/rest/issues/issues
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.pulls import MAX_BODY, check_body
from pilotage.sandbox.forge.records import Issue
from pilotage.sandbox.forge.refusals import Refusal, invalid

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.state import State

_REASONS: Final = {"open": ("reopened",), "closed": ("completed", "not_planned", "duplicate")}
_MAX_TITLE: Final = 256


def create_issue(realm: Realm, title: str, *, body: str | None, author: str, labels: tuple[str, ...] = ()) -> Issue:
    """Open an issue.

    Raises:
        Refusal: 410 when the repository has none, 422 for a title that is missing or texts that are too long.
    """
    check_enabled(realm.state)
    _check_texts(title, body)
    now = realm.now()
    state = realm.state
    issue = Issue(state.next_id(), state.next_number(), title, body, author, now, now, labels=labels)
    state.issues.append(issue)
    return issue


def edit_issue(
    realm: Realm,
    issue: Issue,
    *,
    title: str | None = None,
    body: str | None = None,
    state: str | None = None,
    reason: str | None = None,
) -> None:
    """Change what is given of an issue.

    Raises:
        Refusal: 422 for what GitHub does not take; nothing is changed then.
    """
    _check_texts(issue.title if title is None else title, body)
    state = state or issue.state
    if state not in _REASONS:
        raise invalid("Issue", "invalid", field="state")
    if reason is not None and reason not in _REASONS[state]:
        raise invalid("Issue", "invalid", field="state_reason")
    if state != issue.state or reason is not None:
        issue.reason = reason or _REASONS[state][0]
        issue.closed_at = realm.now() if state == "closed" else ""
    issue.state = state
    issue.title = issue.title if title is None else title
    issue.body = issue.body if body is None else body
    issue.updated_at = realm.now()


def check_enabled(state: State) -> None:
    """Refuse everything about issues where they are switched off.

    Raises:
        Refusal: 410 in GitHub's words.
    """
    if not state.settings.has_issues:
        raise Refusal(410, "Issues are disabled for this repo")


def _check_texts(title: str, body: str | None) -> None:
    if not title.strip():
        raise invalid("Issue", "missing_field", field="title")
    if len(title) > _MAX_TITLE:
        raise invalid(
            "Issue", "custom", field="title", message=f"title is too long (maximum is {_MAX_TITLE} characters)"
        )
    check_body("Issue", body, limit=MAX_BODY)
