"""Read the commits of a range as the changes that a release ships."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.message import read_message, split_suffix
from pilotage.domains.nested import read_override, split_messages
from pilotage.domains.reverts import Cancelled, Entry, Revert, bare_title, find_cancelled, read_revert, read_reverted
from pilotage.domains.upgradepath import read_upgrade_path
from pilotage.model.change import Change, Changes, Message, Unread
from pilotage.model.commit import Author, Commit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pilotage.model.config import Config

_MERGE = re.compile(r"Merge (?:pull request #|branch |branches |remote-tracking branch |tag |tags |commit |commits )")
_REFERENCE = re.compile(r"(?<![\w/])#(\d{1,10})\b")
_RELEASE_AS = "release-as"
_RELEASE_AS_LINE = re.compile(r"(?i:^release-as): +(\S+)[ \t]*$", re.MULTILINE)


class _Reading(msgspec.Struct, frozen=True):
    """A commit with what it carries: its own message, further ones, and what its own message reverts."""

    commit: Commit
    header: str
    own: Message | None = None
    others: tuple[Message, ...] = ()
    revert: Revert | None = None
    reason: str = "not-conventional"

    @property
    def pull_request(self) -> int | None:
        if self.commit.pull_request is not None:
            return self.commit.pull_request.number
        return split_suffix(self.header.strip())[1]


def read_changes(commits: Sequence[Commit], config: Config) -> Changes:
    """Read the commits of a range, newest first and with both sides of its merges, as changes.

    - An override block in the pull request's body replaces the messages of all commits of that pull request; the
      newest of them stands for it. Nested blocks and further headers of known types are changes of their own.
    - A merge counts only when its own first line is a header; its branch's commits are in the range and count anyway.
    - A commit with a header inside counts even when its first line is not one, as in release-please.
    - A revert and what it reverts vanish together when both are in the range. A revert of something released is a
      change of type `revert` with that title as its subject; a revert of such a revert brings the reverted change back.
      With `reverts = "count"` every revert is a change of type `revert` that takes nothing back.
    - The types are in lower case; the bump of a type that the configuration does not know is none.
    """
    readings = _read_commits(commits, config.types)
    counts = config.reverts == "count"
    cancelled = Cancelled() if counts else find_cancelled([_read_entry(reading) for reading in readings])
    changes: list[Change] = []
    unread: list[Unread] = []
    release_as = release_as_commit = ""
    for position, reading in enumerate(readings):
        is_undone, is_spent = position in cancelled.undone, position in cancelled.spent
        messages = () if is_undone else _select_messages(reading, is_spent=is_spent, counts=counts)
        if not release_as and (release_as := _read_release_as(messages)):
            release_as_commit = reading.commit.sha
        changes.extend(_build_changes(reading, messages))
        if not messages:
            reason = "cancelled" if is_undone or is_spent else reading.reason
            unread.append(Unread(reading.commit.sha, reading.header, reason))
    return Changes(tuple(changes), tuple(unread), release_as, release_as_commit)


def _select_messages(reading: _Reading, *, is_spent: bool, counts: bool) -> tuple[Message, ...]:
    own = reading.own
    if reading.revert is not None and counts:
        own = own or Message(type="revert", subject=reading.revert.title, pull_request=reading.pull_request)
    elif reading.revert is not None:
        own = None if is_spent else _restate(reading, reading.revert)
    return reading.others if own is None else (own, *reading.others)


def _read_commits(commits: Sequence[Commit], types: Collection[str]) -> list[_Reading]:
    readings: list[_Reading] = []
    overridden: set[int] = set()
    for commit in commits:
        header = commit.message.strip().partition("\n")[0].rstrip()
        pull_request = commit.pull_request
        override = read_override(pull_request.body) if pull_request else ""
        if pull_request and override and pull_request.number in overridden:
            readings.append(_Reading(commit, header, reason="overridden"))
            continue
        if pull_request and override:
            overridden.add(pull_request.number)
        readings.append(_read_commit(commit, override or commit.message, header=header, types=types))
    return readings


def _read_commit(commit: Commit, text: str, *, header: str, types: Collection[str]) -> _Reading:
    first, *others = split_messages(text, types)
    message = read_message(first)
    if message is None and _is_merge(commit, first):
        return _Reading(commit, header, reason="merge")
    read = tuple(other for other in map(read_message, others) if other is not None)
    return _Reading(commit, header, message, read, read_revert(first, message))


def _is_merge(commit: Commit, text: str) -> bool:
    return len(commit.parents) > 1 or _MERGE.match(text) is not None


def _read_entry(reading: _Reading) -> Entry:
    title = bare_title(reading.header)
    return Entry(
        sha=reading.commit.sha,
        titles=(title, reading.own.subject) if reading.own else (title,),
        pull_request=reading.pull_request,
        parents=reading.commit.parents,
        revert=reading.revert,
    )


def _restate(reading: _Reading, revert: Revert) -> Message | None:
    """Say what a revert of something released ships."""
    title, comes_back = read_reverted(revert.otherwise or revert.title)
    if comes_back:
        return read_message(title)
    own = reading.own or Message(type="revert", subject=title, pull_request=reading.pull_request)
    return msgspec.structs.replace(own, subject=title)


def _read_release_as(messages: Sequence[Message]) -> str:
    """Give the version that is asked for: in a footer, or on a line of its own anywhere in the body."""
    for message in messages:
        values = [footer.value for footer in message.footers if footer.token.lower() == _RELEASE_AS]
        values += _RELEASE_AS_LINE.findall(message.body)
        if values:
            return values[0].split("\n")[0].strip()
    return ""


def _build_changes(reading: _Reading, messages: Sequence[Message]) -> Iterator[Change]:
    pull_request = reading.commit.pull_request
    author = reading.commit.author
    login = (pull_request.author if pull_request else "") or author.login
    upgrade_path = read_upgrade_path(pull_request.body) if pull_request and messages else ""
    for message in messages:
        yield Change(
            sha=reading.commit.sha,
            type=message.type.lower(),
            subject=message.subject,
            scope=message.scope,
            breaking=message.is_breaking,
            breaking_notes=message.breaking_notes,
            upgrade_path=upgrade_path,
            pull_request=message.pull_request if reading.pull_request is None else reading.pull_request,
            references=_read_references(message),
            author=Author(author.name, login),
        )


def _read_references(message: Message) -> tuple[int, ...]:
    values = (footer.value for footer in message.footers if not footer.token.startswith("BREAKING"))
    return tuple(dict.fromkeys(int(number) for value in values for number in _REFERENCE.findall(value)))
