"""Notes in the style of Keep a Changelog 1.1.0: six kinds of changes, and link definitions for the versions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from pilotage.domains.markdown import clean_line, escape_line
from pilotage.domains.notes.blocks import UpgradePaths, render_block, render_thanks
from pilotage.domains.notes.links import commit_link, issue_link, other_references, pull_request_link
from pilotage.domains.notes.sections import order_change

if TYPE_CHECKING:
    from pilotage.model.change import Change
    from pilotage.model.config import ChangeType
    from pilotage.model.notes import NotesData

KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
"""The headings, in the order in which Keep a Changelog names them."""

_BY_TYPE = {
    "feat": "Added",
    "feature": "Added",
    "add": "Added",
    "fix": "Fixed",
    "hotfix": "Fixed",
    "bugfix": "Fixed",
} | {
    "deprecate": "Deprecated",
    "remove": "Removed",
    "revert": "Removed",
    "sec": "Security",
}


def render_heading(data: NotesData) -> str:
    """Write the version, linked by a definition where there is one, and the date."""
    return f"## [{data.version}] - {data.date}" if data.repository_url else f"## {data.version} - {data.date}"


def render_footer(data: NotesData) -> str:
    """Write the link definition of the version; "" when the repository's address is unknown."""
    if not data.repository_url:
        return ""
    page = (
        f"compare/{quote(data.previous_tag)}...{quote(data.tag)}"
        if data.previous_tag
        else f"releases/tag/{quote(data.tag)}"
    )
    return f"[{data.version}]: {data.repository_url}/{page}"


def render_body(data: NotesData) -> str:
    """Write a list for each kind of change; one that breaks users says so, whatever its type."""
    changes = sorted(data.changes, key=order_change)
    paths = UpgradePaths()
    blocks: list[str] = []
    for kind in KINDS:
        lines = [line for change in changes if _kind(change, data) == kind for line in _lines(change, data, paths)]
        blocks += [render_block(kind, lines)] if lines else []
    return "\n\n".join([*blocks, *render_thanks(data, bullet="-")])


def _kind(change: Change, data: NotesData) -> str:
    """Give the heading of a change; "" for one that is not shown."""
    row = data.types.get(change.type)
    if not change.breaking and (row is None or row.hidden):
        return ""
    return _named_kind(row) or _BY_TYPE.get(change.type) or _spelled_kind(change.type) or "Changed"


def _named_kind(row: ChangeType | None) -> str:
    """Give the kind that the table of types names as the section."""
    return _spelled_kind(row.section) if row else ""


def _spelled_kind(word: str) -> str:
    return word.capitalize() if word.capitalize() in KINDS else ""


def _lines(change: Change, data: NotesData, paths: UpgradePaths) -> list[str]:
    texts = change.breaking_notes or (change.subject,) if change.breaking else (change.subject,)
    tail = _tail(change, data.repository_url)
    lines = [f"{_lead(change)}{escape_line(text, repository_url=data.repository_url)}{tail}" for text in texts]
    return [*lines, *paths.take(change)] if change.breaking else lines


def _lead(change: Change) -> str:
    scope = ", ".join(escape_line(name) for name in change.scope if clean_line(name) not in {"", "*"})
    mark = "**Breaking:** " if change.breaking else ""
    return f"- {mark}**{scope}:** " if scope else f"- {mark}"


def _tail(change: Change, url: str) -> str:
    number = change.pull_request
    proof = commit_link(change.sha, url) if number is None else pull_request_link(number, url)
    return f" ({', '.join([proof, *(issue_link(other, url) for other in other_references(change))])})"
