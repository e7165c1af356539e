"""How many repositories came to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.downstream import Row

_WORDS = {
    "rebuilt": ("rebuilt", "rebuilt"),
    "rebuilding": ("being rebuilt", "being rebuilt"),
    "pull-requests": ("pull request", "pull requests"),
    "planned": ("planned", "planned"),
    "respected": ("left as it is", "left as they are"),
    "skipped": ("needs nothing", "need nothing"),
    "failed": ("failed", "failed"),
}
"""Each kind with its words for one and for several, in the order in which they are told."""

_BY_STATE = {"failed": "failed", "planned": "planned", "running": "rebuilding", "open": "pull-requests"}
_BY_HOW = {"dispatch": "rebuilt", "pull-request": "pull-requests", "respect": "respected", "skip": "skipped"}


def totals(rows: Sequence[Row]) -> dict[str, int]:
    """Count the repositories: all of them, and by what became of them; every repository is in exactly one kind."""
    kinds = [_BY_STATE.get(row.state) or _BY_HOW[row.how] for row in rows]
    return {"repositories": len(kinds)} | {kind: kinds.count(kind) for kind in _WORDS}


def render_totals(rows: Sequence[Row]) -> str:
    """Render the counts as one line, without the kinds that there are none of."""
    if not rows:
        return "no repositories"
    counts = totals(rows)
    told = [f"{counts[kind]} {words[counts[kind] != 1]}" for kind, words in _WORDS.items() if counts[kind]]
    return f"{len(rows)} {'repository' if len(rows) == 1 else 'repositories'}: {', '.join(told)}"
