"""Notes in the style of python-semantic-release's default reStructuredText template (version 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.markdown import clean_line
from pilotage.domains.notes.links import SHORT_SHA
from pilotage.domains.notes.semanticrelease import BREAKING, sort_breaking, sort_sections, start_sentence
from pilotage.domains.notes.wrapping import wrap_entry
from pilotage.domains.rst import escape_rst, underline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.model.change import Change
    from pilotage.model.notes import NotesData


def render_heading(data: NotesData) -> str:
    """Write the version's anchor, and its title with the date."""
    title = f"v{data.version} ({data.date})"
    return f".. _changelog-v{data.version}:\n\n{title}\n{underline(title, '=')}"


def render_footer(data: NotesData) -> str:
    """Write the targets of the pull requests and commits that the body names."""
    url = data.repository_url
    if not url:
        return ""
    shown = [change for _, changes in sort_sections(data) for change in changes]
    numbers = sorted({change.pull_request for change in shown if change.pull_request is not None})
    shas = {change.sha[:SHORT_SHA]: change.sha for change in shown}
    lines = [f".. _PR#{number}: {url}/pull/{number}" for number in numbers]
    return "\n".join([*lines, *(f".. _{short}: {url}/commit/{sha}" for short, sha in sorted(shas.items()))])


def render_body(data: NotesData) -> str:
    """Write the sections, the breaking changes last."""
    blocks = [_block(title, [_entry(change, data) for change in changes]) for title, changes in sort_sections(data)]
    breaking = [
        wrap_entry(_lead(change) + escape_rst(start_sentence(text)))
        for change in sort_breaking(data)
        for text in change.breaking_notes or (change.subject,)
    ]
    blocks += [_block(BREAKING, breaking)] if breaking else []
    return "\n\n".join([*blocks, *_thanks(data)])


def _block(title: str, entries: list[str]) -> str:
    title = escape_rst(title)
    return "\n\n".join([f"{title}\n{underline(title, '-')}", *entries])


def _lead(change: Change) -> str:
    scope = ", ".join(escape_rst(name) for name in change.scope if clean_line(name) not in {"", "*"})
    if not scope:
        return "* "
    # strong text starts and ends at a word
    return f"* **{scope}**: " if scope[0].isalnum() and scope[-1].isalnum() else f"* {scope}: "


def _entry(change: Change, data: NotesData) -> str:
    names = [] if change.pull_request is None else [f"PR#{change.pull_request}"]
    names.append(change.sha[:SHORT_SHA])
    links = ", ".join(f"`{name}`_" if data.repository_url else name for name in names)
    return wrap_entry(f"{_lead(change)}{escape_rst(start_sentence(change.subject))} ({links})")


def _thanks(data: NotesData) -> Iterator[str]:
    names = [escape_rst(author.login or author.name) for author in data.new_contributors]
    if names := [name for name in names if name]:
        yield _block("New Contributors", [f"* {name} made their first contribution" for name in names])
    thanked = [escape_rst(author.login or author.name) for author in data.contributors]
    if thanked := [name for name in thanked if name]:
        yield _block("Contributors", [f"Thanks to {', '.join(thanked)}."])
