"""Commits by their order in a history: what a release contains that the release before it does not."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from pilotage.model.commit import Commit


class Span(msgspec.Struct, frozen=True):
    """What leads to a commit.

    Args:
        positions: The commits that it contains and none of the stops does, newest first, by their position.
        stops: The nearest of the given commits that it contains.
    """

    positions: tuple[int, ...]
    stops: tuple[int, ...]


class Lineage:
    """A history whose commits are known by their position: 0 is the newest, no parent stands before its child.

    Args:
        commits: The commits in that order.
    """

    def __init__(self, commits: Sequence[Commit]) -> None:
        self.commits = commits
        self._position = {commit.sha: position for position, commit in enumerate(commits)}
        self._parents = [
            tuple(self._position[parent] for parent in commit.parents if parent in self._position) for commit in commits
        ]

    def position_of(self, sha: str) -> int | None:
        """Give a commit's position; None when it is not in the history."""
        return self._position.get(sha)

    def first_parent(self, position: int) -> int | None:
        """Give the position of a commit's first parent; None for a root."""
        parents = self._parents[position]
        return parents[0] if parents else None

    def span(self, head: int, stops: Collection[int]) -> Span:
        """Walk back from a commit until nothing is left that none of some older commits contains.

        The walk looks at each commit between the head and the oldest one that belongs to it once.

        Args:
            head: Where it begins; it is never a stop itself.
            stops: Commits at which it ends.
        """
        found: list[int] = []
        reached: list[int] = []
        for position in self._walk(head, stops):
            (reached if position in stops and position != head else found).append(position)
        return Span(tuple(found), tuple(reached))

    def _walk(self, head: int, stops: Collection[int]) -> Iterable[int]:
        """Give the commits that no stop contains, and the stops, in order of position."""
        heap = [head]
        is_open = {head: True}  # False: a stop contains it
        left = 1  # how many open ones wait
        while left:
            position = heappop(heap)
            is_free = is_open[position]
            left -= is_free
            passes_on = is_free and (position == head or position not in stops)
            if is_free:
                yield position
            for parent in self._parents[position]:
                known = is_open.get(parent)
                if known is None:
                    heappush(heap, parent)
                    is_open[parent] = passes_on
                    left += passes_on
                elif known and not passes_on:
                    is_open[parent] = False
                    left -= 1
