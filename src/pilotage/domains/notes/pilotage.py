"""Notes in Pilotage's own style."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from pilotage.domains.markdown import clean_line, escape_line
from pilotage.domains.notes.blocks import UpgradePaths, render_block, render_thanks
from pilotage.domains.notes.links import author_link, commit_link, issue_link, other_references, pull_request_link
from pilotage.domains.notes.releaseplease import render_heading
from pilotage.domains.notes.sections import order_change, select_sections

if TYPE_CHECKING:
    from pilotage.model.change import Change
    from pilotage.model.notes import NotesData

__all__ = ["render_body", "render_entry", "render_heading"]

_BREAKING = "⚠ BREAKING CHANGES"


def render_body(data: NotesData) -> str:
    """Write what stands below the heading: the breaking changes, then the sections of the table, then thanks."""
    sections = select_sections(data)
    places = {name: title for title, names in sections.items() for name in names}
    changes = sorted((one for one in data.changes if one.breaking or one.type in places), key=order_change)
    blocks: list[str] = []
    if breaking := _breaking_lines([change for change in changes if change.breaking], data):
        blocks.append(render_block(_BREAKING, breaking))
    lines: dict[str, list[str]] = {title: [] for title in sections}
    for change in changes:
        if change.type in places:
            lines[places[change.type]].append(_line(change, data))
    blocks += [render_block(escape_line(title), entries) for title, entries in lines.items() if entries]
    return "\n\n".join([*blocks, *render_thanks(data)])


def render_entry(change: Change, data: NotesData) -> str:
    """Write one change as one line of Markdown, without a bullet."""
    return _line(change, data).removeprefix("* ")


def _line(change: Change, data: NotesData) -> str:
    """Write one change as one line of a list."""
    url = data.repository_url
    parts = [_lead(change), escape_line(change.subject, repository_url=url)]
    if change.pull_request is not None:
        parts.append(f" ({pull_request_link(change.pull_request, url)})")
    parts.append(f" ({commit_link(change.sha, url)})")
    if others := other_references(change):
        parts.append(", refs " + ", ".join(issue_link(number, url) for number in others))
    if author := author_link(change.author, url):
        parts.append(f" by {author}")
    return "".join(parts)


def _breaking_lines(changes: list[Change], data: NotesData) -> list[str]:
    """Write what changes break and, beneath the first change of each pull request, how users get over it."""
    paths = UpgradePaths()
    return [line for change in changes for line in (*_breaking_entries(change, data), *paths.take(change))]


def _breaking_entries(change: Change, data: NotesData) -> list[str]:
    """Write one line for each text that says what a change breaks."""
    url = data.repository_url
    number = change.pull_request
    proof = commit_link(change.sha, url) if number is None else pull_request_link(number, url)
    return [
        f"{_lead(change)}{escape_line(text, repository_url=url)} ({proof})"
        for text in change.breaking_notes or (change.subject,)
    ]


def _lead(change: Change) -> str:
    return _lead_of(change.scope) if change.scope else "* "


@functools.lru_cache(maxsize=1024)
def _lead_of(scopes: tuple[str, ...]) -> str:
    """Write the start of a line: the bullet and the scope in bold."""
    scope = ", ".join(escape_line(name) for name in scopes if clean_line(name) not in {"", "*"})
    return f"* **{scope}:** " if scope else "* "
