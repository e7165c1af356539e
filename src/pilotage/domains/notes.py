"""The notes of one version: Markdown for the changelog, the release and the release pull request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from pilotage.domains.markdown import clean_line, defuse_block, escape_line

if TYPE_CHECKING:
    from pilotage.model.change import Change
    from pilotage.model.notes import NotesData

__all__ = ["PULL_REQUEST_LIMIT", "RELEASE_LIMIT", "cut_notes", "render_notes", "render_release_body"]

PULL_REQUEST_LIMIT = 65_536
"""The longest body of a pull request or a comment that GitHub takes, in characters."""

RELEASE_LIMIT = 125_000
"""The longest body of a release that GitHub takes, in characters."""

_BREAKING_HEADING = "### ⚠ BREAKING CHANGES"
_NOTHING = "No user-facing changes."
_SHORT_SHA = 7
_NESTED = "  "


def render_notes(data: NotesData) -> str:
    """Render the notes of a version with their heading, for a changelog.

    The breaking changes come first, then the sections in the order of the table of types. A change of a hidden or
    unknown type is named only if it breaks users. Text from commits is escaped; the order of `data.changes` does not
    matter.

    Returns:
        Markdown that starts with `## `, without blank lines at its ends.
    """
    return f"{_heading(data)}\n\n{render_release_body(data)}"


def render_release_body(data: NotesData) -> str:
    """Render the notes without their heading, for a page that has its own: a release, a pull request."""
    changes = sorted(data.changes, key=_order)
    blocks: list[list[str]] = []
    if breaking := _breaking_lines([change for change in changes if change.breaking], data):
        blocks.append([_BREAKING_HEADING, "", *breaking])
    for title, names in _sections(data).items():
        if lines := [_line(change, data) for change in changes if change.type in names]:
            blocks.append([f"### {escape_line(title)}", "", *lines])
    return "\n\n".join("\n".join(block).rstrip("\n") for block in blocks) or _NOTHING


def cut_notes(text: str, limit: int, *, link: str) -> str:
    """Shorten notes to what a page takes, at the end of a line, with a link to the whole.

    Args:
        text: The notes.
        limit: The most characters (code points) of the answer: `PULL_REQUEST_LIMIT`, `RELEASE_LIMIT`.
        link: The address of the full notes.

    Returns:
        The text itself when it fits; never more than `limit` characters.
    """
    if len(text) <= limit:
        return text
    tail = f"… [Full notes]({link})"
    # the tail stands at the margin, so it also ends a nested block (and its fence) that is cut in two
    end = text.rfind("\n", 0, max(0, limit - len(tail) - 1))
    return f"{text[:end].rstrip()}\n\n{tail}" if end > 0 else tail[:limit]


def _heading(data: NotesData) -> str:
    """Write the heading, which links to the comparison with the release before."""
    if not data.repository_url or not data.previous_tag:
        return f"## {data.version} ({data.date})"
    between = f"{quote(data.previous_tag)}...{quote(data.tag)}"
    return f"## [{data.version}]({data.repository_url}/compare/{between}) ({data.date})"


def _sections(data: NotesData) -> dict[str, set[str]]:
    """Give the sections in their order with the types that they hold; types of one title share a section."""
    sections: dict[str, set[str]] = {}
    for name, row in data.types.items():
        if not row.hidden:
            sections.setdefault(row.section or name.capitalize(), set()).add(name)
    return sections


def _order(change: Change) -> tuple[tuple[str, ...], ...]:
    """Sort by scope and subject as people read them; the rest makes the order the same for any order of input."""
    return (
        tuple(scope.casefold() for scope in change.scope),
        (change.subject.casefold(), change.subject, change.sha, repr(change)),
    )


def _line(change: Change, data: NotesData) -> str:
    """Write one change as one line of a list."""
    url = data.repository_url
    parts = [_lead(change), escape_line(change.subject, repository_url=url)]
    if change.pull_request is not None:
        parts.append(f" ({_pull_request(change.pull_request, url)})")
    parts.append(f" ({_commit(change.sha, url)})")
    known = {change.pull_request, *map(int, re.findall(r"#([0-9]{1,10})(?![0-9])", change.subject))}
    if others := [number for number in dict.fromkeys(change.references) if number not in known]:
        parts.append(", refs " + ", ".join(_issue(number, url) for number in others))
    return "".join(parts) + _author(change, url)


def _breaking_lines(changes: list[Change], data: NotesData) -> list[str]:
    """Write what changes break and, beneath the first change of each pull request, how users get over it."""
    lines: list[str] = []
    told: set[tuple[int | None, str]] = set()
    for change in changes:
        lines += _breaking_entries(change, data)
        path = (change.pull_request, defuse_block(change.upgrade_path))
        if path[1] and path not in told:
            lines += ["", *(f"{_NESTED}{line}" if line else "" for line in path[1].split("\n")), ""]
        told.add(path)
    return lines


def _breaking_entries(change: Change, data: NotesData) -> list[str]:
    """Write one line for each text that says what a change breaks."""
    url = data.repository_url
    proof = _commit(change.sha, url) if change.pull_request is None else _pull_request(change.pull_request, url)
    return [
        f"{_lead(change)}{escape_line(text, repository_url=url)} ({proof})"
        for text in change.breaking_notes or (change.subject,)
    ]


def _lead(change: Change) -> str:
    """Write the start of a line: the bullet and the scope in bold."""
    scope = ", ".join(escape_line(name) for name in change.scope if clean_line(name) not in {"", "*"})
    return f"* **{scope}:** " if scope else "* "


def _author(change: Change, url: str) -> str:
    """Write who made a change: a person's account as a link, anybody else by name, nobody when unknown."""
    login = change.author.login
    if url and re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98})", login):
        return f" by [@{login}]({url.rsplit('/', 2)[0]}/{login})"
    name = escape_line(change.author.name or login)
    return f" by {name}" if name else ""


def _commit(sha: str, url: str) -> str:
    """Write a commit by its short id."""
    return f"[{sha[:_SHORT_SHA]}]({url}/commit/{sha})" if url else sha[:_SHORT_SHA]


def _pull_request(number: int, url: str) -> str:
    """Write a pull request by its number."""
    return f"[#{number}]({url}/pull/{number})" if url else f"#{number}"


def _issue(number: int, url: str) -> str:
    """Write an issue by its number."""
    return f"[#{number}]({url}/issues/{number})" if url else f"#{number}"
