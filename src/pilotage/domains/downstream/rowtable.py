"""The repositories for a terminal or a log: a table that keeps to the width, and one line about one of them."""

from __future__ import annotations

import unicodedata
from itertools import accumulate
from typing import TYPE_CHECKING

from pilotage.domains.safetext import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.downstream import Row

__all__ = ["describe_state", "order_rows", "render_table"]

_HEAD = ("REPOSITORY", "BEFORE", "AFTER", "HOW", "STATE", "WHY")
_MOST = (40, 24, 16, 12, 8)
"""The most columns of all cells but the last, which takes what is left."""

_GAP = "  "
_LEAST_LAST = 24
_NARROWEST = 20
_ORDER = ("failed", "open", "running", "planned", "done", "nothing")


def order_rows(rows: Sequence[Row]) -> list[Row]:
    """Order rows: what people have to see to first, then by name."""
    return sorted(rows, key=lambda row: (_ORDER.index(row.state), row.repository.casefold(), row.repository))


def render_table(rows: Sequence[Row], *, width: int = 120) -> str:
    """Render a table, plain text; where the reasons have no room behind a repository they stand below it.

    Args:
        rows: The repositories.
        width: How many columns a line has; at least 20 are taken.
    """
    width = max(width, _NARROWEST)
    cells = [_HEAD, *(_cells(row) for row in order_rows(rows))]
    sizes = [min(most, max(_columns(row[index]) for row in cells)) for index, most in enumerate(_MOST)]
    left = width - sum(sizes) - len(_GAP) * len(sizes)
    lines: list[str] = []
    for row in cells:
        line = _GAP.join(_fit(cell, size) for cell, size in zip(row[:-1], sizes, strict=True))
        if left >= _LEAST_LAST:
            lines.append(f"{line}{_GAP}{_cut(row[-1], left)}")
        else:
            lines += [_cut(line, width), *([_cut(f"{_GAP}{row[-1]}", width)] if row[-1] and row is not _HEAD else [])]
    return "\n".join(line.rstrip() for line in lines)


def describe_state(row: Row) -> str:
    """Say on one line how a repository stands."""
    parts = (f"{row.how}, {row.state}", show(row.reason, limit=700), show(row.url))
    return " · ".join(filter(None, parts))


def _cells(row: Row) -> tuple[str, ...]:
    texts = (row.repository, row.before or "-", row.after or "-", row.how, row.state, row.reason)
    return tuple(show(text, limit=700) for text in texts)


def _fit(text: str, size: int) -> str:
    cut = _cut(text, size)
    return cut + " " * (size - _columns(cut))


def _cut(text: str, size: int) -> str:
    """Cut a text to a number of columns, with a mark where something is missing."""
    if _columns(text) <= size:
        return text
    ends = accumulate(map(_columns, text))
    kept = "".join(character for character, end in zip(text, ends, strict=True) if end < size)
    return f"{kept}…"


def _columns(text: str) -> int:
    """Give how many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
