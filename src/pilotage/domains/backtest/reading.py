"""Read the commits of a past release as the tool of that day did: our reader, under that tool's quirks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.changes import read_changes
from pilotage.domains.footers import split_body
from pilotage.domains.message import read_header, read_message
from pilotage.model.change import Change, Changes, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pilotage.model.commit import Commit
    from pilotage.model.config import Config
    from pilotage.model.translation import Quirks

__all__ = ["read_past_changes"]

_BREAKING_LINE = re.compile(r"BREAKING[ -]CHANGE(?:\([^()\n]*+\))?!?:[ \t]*(.*)")
_SPLITS = re.compile(r"(?:feat|fix|docs|style|refactor|perf|test|build|ci|chore|revert)(?:\([^()\n]*+\))?: ")
"""Where release-please parts a body into messages: a closed list, and never at one that is marked as breaking."""

_NESTED = ("BEGIN_NESTED_COMMIT", "END_NESTED_COMMIT")
_BULLET = re.compile(r"[ \t]*[*-][ \t]+(.*)")


def read_past_changes(commits: Sequence[Commit], config: Config, *, tool: str, quirks: Quirks) -> Changes:
    """Read commits, newest first, as changes.

    Our own commits are read by `read_changes`, and so are those of other tools, after what makes a difference was
    put right: a header that the tool passes over is put behind a dash, one that it finds elsewhere goes to a line of
    its own.

    Args:
        commits: The commits.
        config: The tool's configuration in our words.
        tool: Whose it is.
        quirks: What our words do not say.
    """
    if tool == "pilotage":
        return read_changes(commits, config)
    if quirks.messages == "every-line":
        return _read_lines(commits, quirks)
    prepared = [msgspec.structs.replace(commit, message=_prepare(commit, tool, quirks)) for commit in commits]
    found = read_changes(prepared, config)
    if tool != "semantic-release":
        return found
    return msgspec.structs.replace(found, changes=(*found.changes, *_read_unread_breaks(commits, found)))


def _prepare(commit: Commit, tool: str, quirks: Quirks) -> str:
    """Rewrite a message so that our reader finds in it what the tool finds."""
    lines = commit.message.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if quirks.messages == "first-line":
        kept = [_hidden(line) if index != first else line for index, line in enumerate(lines)]
    elif quirks.only_types:
        kept = [*lines[: first + 1], *(_unbulleted(line) for line in lines[first + 1 :])]
    elif tool == "release-please":
        kept = [_tamed(line) for line in _closing_only(_without_merge_title(lines, first))]
    else:
        kept = lines
    return "\n".join(line if _is_read(line, quirks) else f"- {line}" for line in kept)


def _hidden(line: str) -> str:
    return f"- {line}" if read_header(line) is not None else line


def _unbulleted(line: str) -> str:
    """Give a squash commit's list item a paragraph of its own: python-semantic-release reads it as a commit."""
    match = _BULLET.fullmatch(line)
    return f"\n{match[1]}" if match and read_header(match[1]) is not None else line


def _tamed(line: str) -> str:
    """Make a fix of `Feat: x`: release-please lists it as a feature, and counts as one only `feat` and `feature`."""
    header = read_header(line)
    if header is None or header.type.lower() not in {"feat", "feature"} or header.type == header.type.lower():
        return line
    return "fix" + line[len(header.type) :]


def _without_merge_title(lines: list[str], first: int) -> list[str]:
    """Let the title of the pull request, which GitHub writes into a merge commit's body, speak for the merge."""
    if not lines[first].startswith("Merge "):
        return lines
    start = next((index for index, line in enumerate(lines) if _SPLITS.match(line)), first)
    return lines[start:]


def _closing_only(lines: list[str]) -> list[str]:
    """Hide the headers between the first line and the closing paragraphs: they are read as footers, or not at all."""
    kept: list[str] = []
    start = _find_closing(lines)
    is_nested = False
    for index, line in enumerate(lines):
        is_nested = _NESTED[0] in line or (is_nested and _NESTED[1] not in line)
        is_hidden = 0 < index < start and not is_nested and _SPLITS.match(line)
        kept.append(f"- {line}" if is_hidden else line)
    return kept


def _find_closing(lines: list[str]) -> int:
    """Find the first line of the paragraphs at the end that hold nothing but headers and footers."""
    start = index = len(lines)
    while index and (not lines[index - 1].strip() or read_header(lines[index - 1]) is not None):
        index -= 1
        if lines[index].strip():
            start = index
    return start


def _is_read(line: str, quirks: Quirks) -> bool:
    """Tell whether the tool reads a line that is a header; any other line is left as it is."""
    header = read_header(line)
    if header is None:
        return True
    if header.is_marked and not quirks.reads_mark:
        return False
    if quirks.exact_case and header.type != header.type.lower():
        return False
    return not quirks.only_types or header.type.lower() in quirks.only_types


def _read_unread_breaks(commits: Sequence[Commit], found: Changes) -> Iterator[Change]:
    """Give the breaks that semantic-release reads in the footers of messages without a header."""
    unread = {one.sha for one in found.unread if one.reason == "not-conventional"}
    for commit in commits:
        if commit.sha not in unread:
            continue
        title, _, body = commit.message.strip().partition("\n")
        _, footers = split_body(body.replace("\r\n", "\n").split("\n"))
        notes = tuple(one.value for one in footers if one.token in ("BREAKING CHANGE", "BREAKING-CHANGE"))
        if notes:
            yield Change(commit.sha, "", title.strip(), breaking=True, breaking_notes=notes, author=commit.author)


def _read_lines(commits: Sequence[Commit], quirks: Quirks) -> Changes:
    """Read each line of each message by itself; neither merges nor reverts are anything special."""
    changes: list[Change] = []
    unread: list[Unread] = []
    for commit in commits:
        found = list(_read_commit_lines(commit, quirks))
        changes += found
        if not found:
            unread.append(Unread(commit.sha, commit.message.strip().partition("\n")[0], "not-conventional"))
    return Changes(tuple(changes), tuple(unread))


def _read_commit_lines(commit: Commit, quirks: Quirks) -> Iterator[Change]:
    for line in commit.message.splitlines():
        header = read_message(line)
        if match := _BREAKING_LINE.match(line):
            yield Change(commit.sha, "", match[1].strip() or line, breaking=True, author=commit.author)
        elif header is not None and _is_read(line, quirks):
            yield Change(
                sha=commit.sha,
                type=header.type.lower(),
                subject=header.subject,
                scope=header.scope,
                breaking=header.is_marked,
                pull_request=header.pull_request,
                author=commit.author,
            )
