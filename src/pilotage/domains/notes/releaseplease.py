"""Notes as release-please 17 writes them (`changelog-notes/default.ts`, conventional-changelog's preset 6.1.0).

Like the original: text is kept but for `<` and `>`, `#12` and `@name` become links, no author is named, and changes are
sorted by the root collation of scope and subject. Unlike it, what a foreign text could do to the page it stands on is
taken away: control characters, links of its own, headings and lists at its start, and mentions that stay mentions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from pilotage.domains.markdown import escape_start, write_plain
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


class _Entry(NamedTuple):
    """A change in the words of its commit.

    Args:
        change: The change.
        scope: Its scope as Markdown; "" where it says nothing.
        description: The description with the appended number, as written.
        linked: The same as Markdown, with the links.
    """

    change: Change
    scope: str
    description: str
    linked: str

    @property
    def lead(self) -> str:
        return f"* **{self.scope}:** " if self.scope else "* "

    def line(self, text: str) -> str:
        return f"{self.lead}{text}" if self.scope else f"* {escape_start(text)}"


def render_heading(data: NotesData) -> str:
    """Write the version's heading, which links to the comparison with the release before."""
    if not data.repository_url or not data.previous_tag:
        return f"## {data.version} ({data.date})"
    between = f"{quote(data.previous_tag)}...{quote(data.tag)}"
    return f"## [{data.version}]({data.repository_url}/compare/{between}) ({data.date})"


def render_body(data: NotesData) -> str:
    """Write what stands below the heading; empty when there is nothing to say."""
    entries = [_read_entry(change, data) for change in data.changes if _is_shown(change, data)]
    paths = UpgradePaths()
    breaking = [line for entry in entries if entry.change.breaking for line in _breaking_lines(entry, data, paths)]
    parts = ["\n".join(["### ⚠ BREAKING CHANGES", "", *breaking]).rstrip("\n")] if breaking else []
    groups = ["\n".join([f"### {title}", "", *lines]) for title, lines in _groups(entries, data)]
    groups += render_thanks(data)
    return "\n\n".join([*parts, "\n\n\n".join(groups)] if groups else parts)


def _groups(entries: list[_Entry], data: NotesData) -> Iterator[tuple[str, list[str]]]:
    """Give the groups in the order of the table; that of an unknown type comes first."""
    titles = {name: row.section or name.capitalize() for name, row in data.types.items()}
    grouped: dict[str, list[_Entry]] = {}
    for entry in entries:
        grouped.setdefault(titles.get(entry.change.type, entry.change.type), []).append(entry)
    order = {title: place for place, title in enumerate(dict.fromkeys(titles.values()))}
    for title in sorted(grouped, key=lambda title: (order.get(title, -1), title)):
        own = sorted(grouped[title], key=lambda entry: collation_key(entry.scope + entry.linked))
        yield write_plain(title), [_line(entry, data) for entry in own]


def _is_shown(change: Change, data: NotesData) -> bool:
    """Tell whether a change has a line: a hidden type has one where it breaks or asks for a version by `Release-As`."""
    row = data.types.get(change.type)
    return change.breaking or (row is not None and (not row.hidden or _asks_for_version(change, data)))


def _asks_for_version(change: Change, data: NotesData) -> bool:
    return _RELEASE_AS.search(data.messages.get(change.sha, "")) is not None


def _read_entry(change: Change, data: NotesData) -> _Entry:
    scope, description = _word(change, data)
    scope = write_plain(scope)
    return _Entry(change, "" if scope == "*" else scope, description, _link(write_plain(description), data))


def _word(change: Change, data: NotesData) -> tuple[str, str]:
    """Give scope and description as the commit has them, the appended number included; else as they were read."""
    number = "" if change.pull_request is None else f" (#{change.pull_request})"
    scope, description = ",".join(change.scope), f"{change.subject}{number}"
    message = data.messages.get(change.sha, "")
    usual = f"{change.type}({scope}): {description}" if scope else f"{change.type}: {description}"
    if not message or (message.startswith(usual) and message[len(usual) : len(usual) + 1] in {"", "\n"}):
        return scope, description
    for line in message.splitlines():
        header = read_header(line) if change.subject in line else None
        if header is not None and header.subject == change.subject and header.scope == change.scope:
            written = line.partition("(")[2].partition(")")[0] if header.scope else ""
            return written, line[line.rindex(change.subject) :].strip()
    return scope, description


def _link(plain: str, data: NotesData) -> str:
    """Make links of the issues and the people that a text names."""
    url = data.repository_url
    if not url:
        return plain
    if "#" in plain:
        plain = _ISSUE.sub(lambda found: f"[{found[0]}]({url}/issues/{found[1]})", plain)
    if "@" not in plain:
        return plain
    host = url.rsplit("/", 2)[0]
    return _MENTION.sub(lambda found: found[0] if "/" in found[1] else f"[@{found[1]}]({host}/{found[1]})", plain)


def _line(entry: _Entry, data: NotesData) -> str:
    url, change = data.repository_url, entry.change
    sha = f"[{change.sha[:SHORT_SHA]}]({url}/commit/{change.sha})" if url else change.sha[:SHORT_SHA]
    numbers = [f"[#{number}]({url}/issues/{number})" if url else f"#{number}" for number in other_references(change)]
    refs = f", refs {' '.join(numbers)}" if numbers else ""
    return f"{entry.line(entry.linked)} ({sha}){refs}"


def _breaking_lines(entry: _Entry, data: NotesData, paths: UpgradePaths) -> Iterator[str]:
    """Write what a change breaks; `!` alone repeats the description."""
    url = data.repository_url
    for text in entry.change.breaking_notes or (entry.description,):
        first, *rest = _fold(text)
        if url:
            first = _SUFFIX.sub(lambda found: f"([#{found[1]}]({url}/issues/{found[1]}))", first, count=1)
        yield entry.line(first)
        yield from rest
    yield from paths.take(entry.change)


def _fold(text: str) -> list[str]:
    """Join the lines of a text's first paragraph, but keep a list in it as an indented one."""
    lines = text.strip().splitlines() or [""]
    lines = lines[: next((place for place, line in enumerate(lines) if not line.strip()), len(lines))]
    listed = next((place for place, line in enumerate(lines) if place and line.startswith(_LISTED)), len(lines))
    return [write_plain(" ".join(lines[:listed])), *(f"    {write_plain(line)}" for line in lines[listed:])]
