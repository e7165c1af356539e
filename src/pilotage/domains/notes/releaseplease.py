"""Notes as release-please 17 writes them (`changelog-notes/default.ts`, conventional-changelog's preset 6.1.0).

Like the original: text is kept but for `<` and `>`, `#12` and `@name` become links, no author is named, and changes are
sorted by the root collation of scope and subject. Unlike it, what a foreign text could do to the page it stands on is
taken away: control characters, links of its own, headings and lists at its start, and mentions that stay mentions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from pilotage.domains.markdown import escape_start, strip_invisible, write_plain
from pilotage.domains.message import read_header
from pilotage.domains.notes.blocks import UpgradePaths, render_thanks
from pilotage.domains.notes.collation import collation_key
from pilotage.domains.notes.links import SHORT_SHA, other_references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.model.change import Change
    from pilotage.model.notes import NotesData

_MENTION = re.compile(r"\B@([a-z0-9](?:-?[a-z0-9/]){0,38})")
_ISSUE = re.compile(r"(?<!&)#([0-9]{1,10})")
_SUFFIX = re.compile(r"\(#([0-9]{1,10})\)")
_RELEASE_AS = re.compile(r"^release-as: ", re.IGNORECASE | re.MULTILINE)
_LISTED = ("#### ", "* ", "- ")
"""How a line starts from which on release-please keeps the lines of a breaking change's text apart."""


class _Wording(NamedTuple):
    """A change in the words of its commit."""

    scope: str
    description: str


def render_heading(data: NotesData) -> str:
    """Write the version's heading, which links to the comparison with the release before."""
    if not data.repository_url or not data.previous_tag:
        return f"## {data.version} ({data.date})"
    between = f"{quote(data.previous_tag)}...{quote(data.tag)}"
    return f"## [{data.version}]({data.repository_url}/compare/{between}) ({data.date})"


def render_body(data: NotesData) -> str:
    """Write what stands below the heading; empty when there is nothing to say."""
    parts: list[str] = []
    paths = UpgradePaths()
    breaking = [line for change in data.changes if change.breaking for line in _breaking_lines(change, data, paths)]
    if breaking:
        parts.append("\n".join(["### ⚠ BREAKING CHANGES", "", *breaking]).rstrip("\n"))
    groups = ["\n".join([f"### {title}", "", *lines]) for title, lines in _groups(data)]
    groups += render_thanks(data)
    return "\n\n".join([*parts, "\n\n\n".join(groups)] if groups else parts)


def _groups(data: NotesData) -> Iterator[tuple[str, list[str]]]:
    """Give the groups in the order of the table.

    A hidden type has one where it breaks or asks for a version by `Release-As`; that of an unknown type comes first.
    """
    titles = {name: row.section or name.capitalize() for name, row in data.types.items()}
    shown = {name for name, row in data.types.items() if not row.hidden}
    grouped: dict[str, list[Change]] = {}
    for change in data.changes:
        if change.breaking or change.type in shown or _asks_for_version(change, data):
            grouped.setdefault(titles.get(change.type, change.type), []).append(change)
    order = {title: place for place, title in enumerate(dict.fromkeys(titles.values()))}
    for title in sorted(grouped, key=lambda title: (order.get(title, -1), title)):
        pairs = [(_sort_text(change, data), change) for change in grouped[title]]
        pairs.sort(key=lambda pair: collation_key(pair[0]))
        yield write_plain(title), [_line(change, data) for _, change in pairs]


def _asks_for_version(change: Change, data: NotesData) -> bool:
    return change.type in data.types and _RELEASE_AS.search(data.messages.get(change.sha, "")) is not None


def _word(change: Change, data: NotesData) -> _Wording:
    """Give scope and description as the commit has them, the appended number included; else as they were read."""
    for line in data.messages.get(change.sha, "").splitlines():
        header = read_header(line) if change.subject in line else None
        if header is not None and header.subject == change.subject and header.scope == change.scope:
            scope = line.partition("(")[2].partition(")")[0] if header.scope else ""
            return _Wording(strip_invisible(scope), line[line.rindex(change.subject) :].strip())
    number = "" if change.pull_request is None else f" (#{change.pull_request})"
    return _Wording(strip_invisible(",".join(change.scope)), f"{change.subject}{number}")


def _sort_text(change: Change, data: NotesData) -> str:
    wording = _word(change, data)
    return ("" if wording.scope == "*" else wording.scope) + _link(write_plain(wording.description), data)


def _lead(scope: str) -> str:
    return f"* **{write_plain(scope)}:** " if scope not in {"", "*"} else "* "


def _link(plain: str, data: NotesData) -> str:
    """Make links of the issues and the people that a text names."""
    url = data.repository_url
    if not url:
        return plain
    host = url.rsplit("/", 2)[0]
    linked = _ISSUE.sub(rf"[#\1]({url}/issues/\1)", plain)
    return _MENTION.sub(lambda found: found[0] if "/" in found[1] else f"[@{found[1]}]({host}/{found[1]})", linked)


def _line(change: Change, data: NotesData) -> str:
    url = data.repository_url
    wording = _word(change, data)
    sha = f"[{change.sha[:SHORT_SHA]}]({url}/commit/{change.sha})" if url else change.sha[:SHORT_SHA]
    numbers = [f"[#{number}]({url}/issues/{number})" if url else f"#{number}" for number in other_references(change)]
    lead = _lead(wording.scope)
    subject = _link(write_plain(wording.description), data)
    refs = f", refs {' '.join(numbers)}" if numbers else ""
    return f"{lead}{subject if len(lead) > len('* ') else escape_start(subject)} ({sha}){refs}"


def _breaking_lines(change: Change, data: NotesData, paths: UpgradePaths) -> Iterator[str]:
    """Write what a change breaks; `!` alone repeats the description."""
    wording = _word(change, data)
    lead = _lead(wording.scope)
    for text in change.breaking_notes or (wording.description,):
        first, *rest = _fold(text)
        if data.repository_url:
            first = _SUFFIX.sub(rf"([#\1]({data.repository_url}/issues/\1))", first, count=1)
        yield lead + (first if len(lead) > len("* ") else escape_start(first))
        yield from rest
    yield from paths.take(change)


def _fold(text: str) -> list[str]:
    """Join the lines of a text's first paragraph, but keep a list in it as an indented one."""
    lines = text.strip().splitlines() or [""]
    lines = lines[: next((place for place, line in enumerate(lines) if not line.strip()), len(lines))]
    listed = next((place for place, line in enumerate(lines) if place and line.startswith(_LISTED)), len(lines))
    return [write_plain(" ".join(lines[:listed])), *(f"    {write_plain(line)}" for line in lines[listed:])]
