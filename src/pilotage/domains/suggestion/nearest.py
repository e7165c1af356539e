"""Find the word that was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LIMITS = (0, 0, 0, 1, 1)
_FARTHEST = 2


def find_nearest(word: str, known: Iterable[str]) -> str:
    """Give the known word that is nearest to a word; empty when none is near enough or two are equally near.

    Near is an edit distance of 2 at most, 1 for words of three or four letters, and a shorter word is near to none.
    Two letters swapped are one edit.
    """
    limit = _LIMITS[len(word)] if len(word) < len(_LIMITS) else _FARTHEST
    distances = [(_count_edits(word, name), name) for name in known if abs(len(name) - len(word)) <= limit]
    near = sorted(pair for pair in distances if pair[0] <= limit)
    is_clear = near and (len(near) == 1 or near[0][0] < near[1][0])
    return near[0][1] if is_clear else ""


def _count_edits(one: str, other: str) -> int:
    """Count insertions, deletions, replacements and swaps (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
