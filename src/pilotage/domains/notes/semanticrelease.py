"""Notes in the style of python-semantic-release's default Markdown template (version 10).

Sections stand in alphabetical order, the breaking changes last; entries are wrapped and stand apart. Its headings are
those of the table of types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.markdown import clean_line, escape_line
from pilotage.domains.notes.blocks import UpgradePaths, render_thanks
from pilotage.domains.notes.links import SHORT_SHA, pull_request_link
from pilotage.domains.notes.sections import order_change, select_sections
from pilotage.domains.notes.wrapping import wrap_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.model.change import Change
    from pilotage.model.notes import NotesData

BREAKING = "Breaking Changes"


def render_heading(data: NotesData) -> str:
    """Write the version with a `v`, and the date."""
    return f"## v{data.version} ({data.date})"


def render_body(data: NotesData) -> str:
    """Write the sections, each entry a wrapped paragraph of its own."""
    blocks = [
        "\n\n".join([f"### {escape_line(title)}", *(_entry(change, data) for change in changes)])
        for title, changes in sort_sections(data)
    ]
    paths = UpgradePaths()
    breaking = [entry for change in sort_breaking(data) for entry in _breaking_entries(change, data, paths)]
    blocks += ["\n\n".join([f"### {BREAKING}", *breaking])] if breaking else []
    return "\n\n".join([*blocks, *render_thanks(data, bullet="-")])


def sort_sections(data: NotesData) -> Iterator[tuple[str, list[Change]]]:
    """Give the shown sections in alphabetical order with their changes, by scope and subject."""
    changes = sorted(data.changes, key=order_change)
    for title, names in sorted(select_sections(data).items(), key=lambda pair: pair[0].casefold()):
        if own := [change for change in changes if change.type in names]:
            yield title, own


def sort_breaking(data: NotesData) -> list[Change]:
    """Give the changes that break users, by scope and subject."""
    return sorted((change for change in data.changes if change.breaking), key=order_change)


def start_sentence(text: str) -> str:
    """Write the first letter of a description as a capital."""
    text = clean_line(text)
    return text[:1].upper() + text[1:]


def _lead(change: Change) -> str:
    scope = ", ".join(escape_line(name) for name in change.scope if clean_line(name) not in {"", "*"})
    return f"- **{scope}**: " if scope else "- "


def _entry(change: Change, data: NotesData) -> str:
    url = data.repository_url
    short = f"`{change.sha[:SHORT_SHA]}`"
    links = [] if change.pull_request is None else [pull_request_link(change.pull_request, url)]
    links.append(f"[{short}]({url}/commit/{change.sha})" if url else short)
    text = escape_line(start_sentence(change.subject), repository_url=url)
    return wrap_entry(f"{_lead(change)}{text} ({', '.join(links)})")


def _breaking_entries(change: Change, data: NotesData, paths: UpgradePaths) -> Iterator[str]:
    for text in change.breaking_notes or (change.subject,):
        yield wrap_entry(_lead(change) + escape_line(start_sentence(text), repository_url=data.repository_url))
    if path := "\n".join(paths.take(change)).strip("\n"):
        yield path
