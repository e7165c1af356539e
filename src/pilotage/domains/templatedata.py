"""What a template of notes can name: plain data with a number, described field by field in docs/notes.md."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from pilotage.domains.markdown import clean_line, defuse_block
from pilotage.domains.notes import render_notes, render_release_body
from pilotage.domains.notes.links import SHORT_SHA
from pilotage.domains.notes.pilotage import render_entry
from pilotage.domains.notes.sections import order_change, select_sections
from pilotage.model.notes import NotesStyle
from pilotage.model.template import ReleaseNames

if TYPE_CHECKING:
    from pilotage.model.change import Change
    from pilotage.model.commit import Author
    from pilotage.model.notes import NotesData

FORMAT = 1
"""The number of this description: it changes when a field goes or means something else."""


def describe_notes(
    data: NotesData, *, style: NotesStyle = NotesStyle.PILOTAGE, names: ReleaseNames | None = None
) -> dict[str, object]:
    """Describe the notes of a version for a template: JSON values only, all text without invisible characters.

    Args:
        data: The facts, shaped as the configuration asks.
        style: The style of the built-in notes in `notes` and `body`.
        names: Who is released.
    """
    changes = sorted(data.changes, key=order_change)
    url = data.repository_url
    compare = f"{url}/compare/{quote(data.previous_tag)}...{quote(data.tag)}" if url and data.previous_tag else ""
    return describe_title(data, names=names) | {
        "repository_url": url,
        "compare_url": compare,
        "sections": [
            {"title": clean_line(title), "changes": [_change(one, data) for one in changes if one.type in names]}
            for title, names in select_sections(data).items()
            if any(one.type in names for one in changes)
        ],
        "breaking": [_change(one, data) for one in changes if one.breaking],
        "changes": [_change(one, data) for one in data.changes],
        "new_contributors": [_author(who, url) for who in data.new_contributors],
        "contributors": [_author(who, url) for who in data.contributors],
        "notes": render_notes(data, style=style),
        "body": render_release_body(data, style=style),
    }


def describe_title(data: NotesData, *, names: ReleaseNames | None = None) -> dict[str, object]:
    """Describe a version for the template of a title: who is released, and as what."""
    names = names or ReleaseNames()
    return {
        "format": FORMAT,
        "version": data.version,
        "tag": data.tag,
        "previous_tag": data.previous_tag,
        "date": data.date,
        "package": clean_line(names.package),
        "component": clean_line(names.component),
        "branch": clean_line(names.branch),
    }


def _change(change: Change, data: NotesData) -> dict[str, object]:
    url = data.repository_url
    number = change.pull_request
    return {
        "type": change.type,
        "scopes": [clean_line(scope) for scope in change.scope],
        "subject": clean_line(change.subject),
        "markdown": render_entry(change, data),
        "breaking": change.breaking,
        "breaking_notes": [clean_line(text) for text in change.breaking_notes],
        "upgrade_path": defuse_block(change.upgrade_path),
        "pull_request": number,
        "pull_request_url": f"{url}/pull/{number}" if url and number is not None else "",
        "references": list(change.references),
        "sha": change.sha,
        "short_sha": change.sha[:SHORT_SHA],
        "commit_url": f"{url}/commit/{change.sha}" if url else "",
        "author": _author(change.author, url),
    }


def _author(author: Author, url: str) -> dict[str, object]:
    host = url.rsplit("/", 2)[0] if url else ""
    login = clean_line(author.login)
    profile = f"{host}/{quote(login)}" if host and login and not login.endswith("[bot]") else ""
    return {"name": clean_line(author.name), "login": login, "url": profile}
