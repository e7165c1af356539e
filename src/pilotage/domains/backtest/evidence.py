"""Commits and changes in few words, as evidence of a cause; strangers wrote them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pilotage.domains.message import read_message
from pilotage.domains.safetext import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.change import Change
    from pilotage.model.commit import Commit

_MOST = 2
_MOST_TYPES = 5
_WIDTH = 60


def list_changes(changes: Sequence[Change]) -> str:
    """Name the first changes: `1a2b3c4 feat!: greet people`; what a merge says again is named once."""
    by_title = {_title(change): change.sha for change in reversed(changes)}
    found = list(reversed(by_title.items()))
    shown = [f"{sha[:7]} {show(title, limit=_WIDTH)}" for title, sha in found[:_MOST]]
    return _join(shown, len(found))


def list_commits(commits: Sequence[Commit]) -> str:
    """Name the first commits by their titles."""
    titles = (commit.message.strip().partition("\n")[0] for commit in commits[:_MOST])
    shown = [f"{commit.sha[:7]} {show(title, limit=_WIDTH)}" for commit, title in zip(commits, titles, strict=False)]
    return _join(shown, len(commits))


def tally(commits: Sequence[Commit]) -> str:
    """Count the types of the commits: `chore 3, docs 1, other 2`."""
    counts: Counter[str] = Counter()
    for commit in commits:
        message = read_message(commit.message)
        counts["other" if message is None else show(message.type.lower(), limit=20)] += 1
    found = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {count}" for name, count in found[:_MOST_TYPES]) + (", …" if found[_MOST_TYPES:] else "")


def plural(count: int, noun: str) -> str:
    """Write a number with its noun."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _title(change: Change) -> str:
    scope = f"({','.join(change.scope)})" if change.scope else ""
    return f"{change.type}{scope}{'!' if change.breaking else ''}: {change.subject}".removeprefix("!: ")


def _join(shown: Sequence[str], count: int) -> str:
    more = f" and {count - len(shown)} more" if count > len(shown) else ""
    return ", ".join(shown) + more
