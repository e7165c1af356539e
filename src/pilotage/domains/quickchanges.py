"""Read the changes of past releases at the cost of a glance at most commits.

A whole history is a hundred thousand messages of which nearly all are one header and a few words of prose. Those are
read by one pattern; all others, and a release in which a revert could take something back, by `read_changes`, whose
answer this module gives in each case.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pilotage.domains.changes import read_changes
from pilotage.domains.message import split_suffix
from pilotage.model.change import Change
from pilotage.model.commit import Author, Commit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pilotage.model.config import Config

_PLAIN = re.compile(r"([a-z]++)(?:\(([A-Za-z0-9_./-]++)\))?: ([^\s(][^\r]*)")
_NUMBERED = re.compile(r"(.+) \(#([0-9]{1,10})\)")
_REVERTS = ("revert", "reappl")


class RawCommit(NamedTuple):
    """A commit as `git log` prints it.

    Args:
        sha: The full id.
        parents: The full ids of its parents, with blanks between.
        author: The author's name.
        when: When it was committed, in seconds since 1970.
        message: The message.
    """

    sha: str
    parents: str
    author: str
    when: str
    message: str


class QuickReader:
    """Reads the changes of releases, one after the other.

    Args:
        config: The configuration.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._counts = config.reverts == "count"
        self._shown = {name for name, row in config.types.items() if not row.hidden}
        self._authors: dict[str, Author] = {}

    def read(self, commits: Sequence[RawCommit]) -> tuple[Change, ...]:
        """Read the changes of a release that notes may show: of all types that are not hidden, and what breaks.

        Args:
            commits: Its commits, newest first.
        """
        odd = [commit for commit in commits if _is_revert(commit.message)]
        if odd and not self._counts and _may_cancel(odd, commits):
            return self._slowly(commits)
        changes: list[Change] = []
        for commit in commits:
            self._add(commit, changes)
        return tuple(changes)

    def _add(self, commit: RawCommit, changes: list[Change]) -> None:
        header, _, body = commit.message.partition("\n")
        match = _PLAIN.fullmatch(header)
        if match is None or ":" in body or " #" in body or "BEGIN_NESTED" in body or "\r" in body:
            if ":" in commit.message or _is_revert(commit.message):
                changes.extend(self._slowly((commit,)))
            return
        name, scope, subject = match.groups()
        if name not in self._shown:
            return
        subject, number = _split_number(subject)
        if name == "revert" and _is_wrapped(subject):
            changes.extend(self._slowly((commit,)))
            return
        author = self._authors.get(commit.author)
        if author is None:
            author = self._authors[commit.author] = Author(commit.author)
        scopes = (scope,) if scope else ()
        changes.append(Change(commit.sha, name, subject, scopes, pull_request=number, author=author))

    def _slowly(self, commits: Iterable[RawCommit]) -> tuple[Change, ...]:
        whole = [Commit(one.sha, one.message, Author(one.author), tuple(one.parents.split())) for one in commits]
        return tuple(
            change
            for change in read_changes(whole, self._config).changes
            if change.breaking or change.type in self._shown
        )


def _split_number(subject: str) -> tuple[str, int | None]:
    """Do what `split_suffix` does, with one glance at the usual subject."""
    if subject[-1] not in ") \t":
        return subject, None
    match = _NUMBERED.fullmatch(subject)
    if match and match[1][-1] not in ") \t":
        return match[1], int(match[2])
    return split_suffix(subject.rstrip())


def _is_revert(message: str) -> bool:
    return message.lstrip()[:6].lower() in _REVERTS


def _is_wrapped(title: str) -> bool:
    """Tell whether a revert's title could itself be read as something else than plain words."""
    return title[0] == '"' or ":" in title or title[:6].lower() in _REVERTS or " ".join(title.split()) != title


def _may_cancel(reverts: Sequence[RawCommit], commits: Sequence[RawCommit]) -> bool:
    """Tell whether one of the reverts may find what it takes back in its own release; rather once too often."""
    if any(_names_commits(commit.message) for commit in reverts):
        return True
    heads = [_head(commit.message) for commit in commits]
    if any("(" in (kind := head.partition(": ")[0]) and ")" not in kind for head in heads):
        return True
    known = Counter(heads)
    known.update([head.partition(": ")[2] for head in heads])
    for commit in reverts:
        head = _head(commit.message)
        title = head.partition(": ")[2] if head[:1].islower() else ""
        if not title or _is_wrapped(title) or known[title] > 1:
            return True
    return False


def _names_commits(message: str) -> bool:
    """Tell whether a revert may name what it takes back by an id or a number."""
    return "everts" in message or "refs" in message.lower()


def _head(message: str) -> str:
    """Give the first line up to the number of a pull request, its blanks single."""
    return " ".join(message.lstrip().partition("\n")[0].split()).partition(" (#")[0]
