"""Find out what reverts take back, and what is left to say where they take back something released."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.message import read_message, split_suffix

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pilotage.model.change import Message

_GIT_TITLE = re.compile(r'(Revert|Reapply) "(.*)"', re.IGNORECASE)
_SHA = re.compile(r"\bThis reverts commit ([0-9a-f]{7,64})\b")
_PULL_REQUEST = re.compile(r"^Reverts (?:[\w.-]++/[\w.-]++)?#(\d{1,10})\b", re.MULTILINE)
_SHA_WORD = re.compile(r"[0-9a-f]{7,64}")
_SHORTEST_SHA = 7
_DEEPEST = 16


class Revert(msgspec.Struct, frozen=True):
    """What a commit says that it takes back.

    Args:
        title: The title of what it takes back, without a pull request's suffix.
        shas: The commits, as far as they are named; at least seven digits each.
        pull_requests: The pull requests, as GitHub's revert button names them.
        otherwise: What it takes back where nothing has that title: `revert: Revert "feat: x"` is nearly always GitHub's
            title made conventional, and seldom the revert of a revert.
    """

    title: str
    shas: tuple[str, ...] = ()
    pull_requests: tuple[int, ...] = ()
    otherwise: str = ""


class Entry(msgspec.Struct, frozen=True):
    """One commit of a range, as far as reverts are concerned.

    Args:
        sha: Its full object id.
        titles: What a revert may call it: its title without suffix, and its subject.
        pull_request: Its pull request's number.
        parents: Its parents' full ids.
        revert: What it takes back, when it is a revert.
    """

    sha: str
    titles: tuple[str, ...] = ()
    pull_request: int | None = None
    parents: tuple[str, ...] = ()
    revert: Revert | None = None


class Cancelled(msgspec.Struct, frozen=True):
    """Which entries of a range cancel each other, by their position.

    Args:
        undone: What was taken back: nothing of it counts.
        spent: The reverts that did it: what they took back was never released, so they need no mention.
    """

    undone: frozenset[int] = frozenset()
    spent: frozenset[int] = frozenset()


def read_revert(text: str, message: Message | None) -> Revert | None:
    """Read what a commit takes back; None when it is no revert.

    Args:
        text: Its message: git's `Revert "TITLE"` and `Reapply "TITLE"`, or `revert: TITLE` (the specification's FAQ).
        message: The same message as `read_message` reads it.
    """
    shas = _SHA.findall(text)
    otherwise = ""
    if message is not None and message.type.lower() == "revert":
        title = _unquote(message.subject)
        quoted = _GIT_TITLE.fullmatch(title)
        otherwise = bare_title(quoted[2]) if quoted and quoted[1].lower() == "revert" else ""
        named = (word for footer in message.footers if footer.token.lower() == "refs" for word in _words(footer.value))
        shas += [word for word in named if _SHA_WORD.fullmatch(word)]
    elif match := _GIT_TITLE.fullmatch(bare_title(text)):
        title = f'Revert "{match[2]}"' if match[1].lower() == "reapply" else bare_title(match[2])
    else:
        return None
    return Revert(title, tuple(shas), tuple(map(int, _PULL_REQUEST.findall(text))), otherwise)


def read_reverted(title: str) -> tuple[str, bool]:
    """Unwrap the title of what a revert takes back: the innermost title, and whether it comes back with the revert."""
    comes_back = False
    for _ in range(_DEEPEST):
        message = read_message(title)
        revert = read_revert(title, message)
        if revert is None:
            break
        title, comes_back = revert.title, not comes_back
    return title, comes_back


def bare_title(text: str) -> str:
    """Give the first line without a pull request's suffix, its blanks trimmed and single."""
    first = text.strip().partition("\n")[0]
    return split_suffix(" ".join(first.split()))[0]


def find_cancelled(entries: Sequence[Entry]) -> Cancelled:
    """Find the reverts and what they take back among the commits of a range, newest first.

    The newest revert is right: one that is itself taken back has no effect, so the revert of a revert restores.
    A revert finds its target among older commits by sha, else by pull request, else by title (the nearest). When a sha
    is a merge's, the commits of its branch go with it. A revert of several commits of which one is not in the range
    still has something to say.
    """
    index = _Index(entries)
    undone: set[int] = set()
    spent: set[int] = set()
    for position, entry in enumerate(entries):
        if entry.revert is None or position in undone:
            continue
        targets, is_whole = index.find(entry.revert, position, undone=undone | spent)
        undone.update(targets)
        if is_whole:
            spent.add(position)
    return Cancelled(frozenset(undone), frozenset(spent))


class _Index:
    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._by_sha: dict[str, list[int]] = {}
        self._by_title: dict[str, list[int]] = {}
        self._by_pull_request: dict[int, list[int]] = {}
        for position, entry in enumerate(entries):
            self._by_sha.setdefault(entry.sha[:_SHORTEST_SHA], []).append(position)
            for title in dict.fromkeys(entry.titles):
                self._by_title.setdefault(title, []).append(position)
            if entry.pull_request is not None:
                self._by_pull_request.setdefault(entry.pull_request, []).append(position)

    def find(self, revert: Revert, position: int, *, undone: set[int]) -> tuple[set[int], bool]:
        """Give what is left to undo, and whether all that is taken back is in the range."""
        found = [self._find_sha(sha) for sha in revert.shas]
        targets = {target for target in found if target is not None and target > position}
        if targets:
            branches = {inner for target in targets for inner in self._find_branch(target)}
            return (targets | branches) - undone, None not in found
        by_number = (target for number in revert.pull_requests for target in self._by_pull_request.get(number, ()))
        if targets := {target for target in by_number if target > position}:
            return targets - undone, True
        by_title = (
            target for title in (revert.title, revert.otherwise) for target in self._by_title.get(title, ()) if title
        )
        nearest = next((target for target in by_title if target > position and target not in undone), None)
        return (set(), False) if nearest is None else ({nearest}, True)

    def _find_sha(self, sha: str) -> int | None:
        candidates = self._by_sha.get(sha[:_SHORTEST_SHA], ())
        return next((target for target in candidates if self._entries[target].sha.startswith(sha)), None)

    def _find_branch(self, merge: int) -> set[int]:
        parents = self._entries[merge].parents
        return self._reach(parents[1:]) - self._reach(parents[:1])

    def _reach(self, shas: Iterable[str]) -> set[int]:
        reached: set[int] = set()
        waiting = list(shas)
        while waiting:
            position = self._find_sha(waiting.pop())
            if position is not None and position not in reached:
                reached.add(position)
                waiting.extend(self._entries[position].parents)
        return reached


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _unquote(title: str) -> str:
    is_quoted = len(title) > 1 and title[0] == title[-1] == '"'
    return bare_title(title[1:-1] if is_quoted else title)
