"""The commit graph: ancestors, merge bases and logs."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.sandbox.forge.objects import CommitObject
    from pilotage.sandbox.forge.repository import Repository


def walk(repository: Repository, start: str, *, hidden: frozenset[str] = frozenset()) -> Iterator[CommitObject]:
    """Yield the ancestors of a commit with itself, newest committer date first, children before equal-dated parents.

    Args:
        repository: Where the commits are.
        start: The first commit's id.
        hidden: Commits that are neither yielded nor walked through.
    """
    count = 0
    queue: list[tuple[int, int, str]] = [(0, 0, start)]
    seen = set(hidden) | {start}
    if start in hidden:
        return
    while queue:
        commit = repository.need_commit(heapq.heappop(queue)[2])
        yield commit
        for oid in commit.parents:
            if oid not in seen:
                seen.add(oid)
                count += 1
                heapq.heappush(queue, (-repository.need_commit(oid).committer.seconds, count, oid))


def ancestors(repository: Repository, start: str) -> frozenset[str]:
    """Give the ids of a commit and all its ancestors."""
    return frozenset(commit.oid for commit in walk(repository, start))


def is_contained(repository: Repository, inner: str, outer: str) -> bool:
    """Tell whether `inner` is `outer` or one of its ancestors."""
    return inner == outer or any(commit.oid == inner for commit in walk(repository, outer))


def merge_base(repository: Repository, left: str, right: str) -> str | None:
    """Give the newest common ancestor; None for unrelated histories."""
    below = ancestors(repository, right)
    common = [commit for commit in walk(repository, left) if commit.oid in below]
    # the ancestors of a common commit are common too: the best ones are those that are nobody's parent
    inner = {oid for commit in common for oid in commit.parents}
    return next((commit.oid for commit in common if commit.oid not in inner), None)


def between(repository: Repository, base: str, head: str) -> tuple[CommitObject, ...]:
    """Give the commits of `head` that `base` does not contain, oldest first, parents before children."""
    known = repository.ranges.get((base, head))
    if known is None:
        known = repository.ranges[base, head] = tuple(_missing(repository, base, head))
    return known


def _missing(repository: Repository, base: str, head: str) -> Iterator[CommitObject]:
    done = set(ancestors(repository, base))
    stack = [(head, False)]
    while stack:
        oid, is_ready = stack.pop()
        if is_ready:
            yield repository.need_commit(oid)
        elif oid not in done:
            done.add(oid)
            stack.append((oid, True))
            stack += [(parent, False) for parent in reversed(repository.need_commit(oid).parents)]


def first_parents(repository: Repository, start: str) -> Iterator[CommitObject]:
    """Yield a commit and its first-parent line."""
    oid: str | None = start
    while oid is not None:
        commit = repository.need_commit(oid)
        yield commit
        oid = commit.parents[0] if commit.parents else None
