"""A backtest for people: how far it agrees, then each release that it does not agree on, then what was passed over."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pilotage.domains.backtest.causes import CAUSES
from pilotage.domains.backtest.evidence import list_commits
from pilotage.domains.backtest.skips import SKIPS
from pilotage.domains.safetext import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pilotage.domains.backtest.replay import Replayed
    from pilotage.domains.backtest.report import Report, Row
    from pilotage.reconcile.backtest import Backtest

_HEAD = ("component", "rules of", "releases", "decided", "agreed", "%")


_WORDS = 2
"""So many columns of the table hold words, the others numbers."""


def render_backtest(found: Backtest) -> str:
    """Render the answer for people."""
    pairs = list(zip(found.report.rows, found.replayed, strict=True))
    lines = [*_render_table(found.report, pairs), ""]
    differing = [(row, one) for row, one in pairs if row.skipped is None and not row.agrees]
    if differing:
        lines += ["Decided otherwise, newest first:", ""]
        lines += [line for row, one in differing for line in _render_difference(row, one)]
        lines.append("")
        lines += _render_counts("Causes", (_id_of(row.why or "") for row, _ in differing), CAUSES)
    skipped = [row.skipped for row, _ in pairs if row.skipped]
    lines += _render_counts("Not decided", skipped, SKIPS)
    lines += _render_unreadable([row for row, _ in pairs if row.skipped == "configuration-unreadable"])
    lines.append("The ids are explained in docs/backtest.md.")
    return "\n".join(lines)


def _render_table(report: Report, pairs: Sequence[tuple[Row, Replayed]]) -> list[str]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row, one in pairs:
        if one.tool:
            groups.setdefault((show(row.component or "-", limit=80), one.tool), []).append(row)
    rows = [(*key, *_count(group)) for key, group in sorted(groups.items())]
    if len(rows) != 1 or len(pairs) != report.decided:
        rows.append(("all", "", *_count(row for row, _ in pairs)))
    cells = [_HEAD, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEAD))]
    return [
        "  ".join(
            cell.ljust(width) if column < _WORDS else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]


def _count(rows: Iterable[Row]) -> tuple[str, str, str, str]:
    found = list(rows)
    decided = sum(row.skipped is None for row in found)
    agreed = sum(row.agrees for row in found)
    share = f"{100 * agreed / decided:.1f}" if decided else "-"
    return str(len(found)), str(decided), str(agreed), share


def _render_difference(row: Row, one: Replayed) -> list[str]:
    decided = row.decided or "no release"
    head = f"  {show(row.tag, limit=80)}: {row.previous} → {row.shipped}, decided {decided}"
    return [head, f"    {row.why}", f"    commits: {list_commits(one.commits)}"]


def _render_counts(title: str, ids: Iterable[str], meanings: dict[str, str]) -> list[str]:
    counts = Counter(ids)
    if not counts:
        return []
    width = max(map(len, counts))
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [f"{title}:", *(f"  {count:5}  {name.ljust(width)}  {meanings.get(name, '')}" for name, count in rows), ""]


def _render_unreadable(rows: Sequence[Row]) -> list[str]:
    """Say what is wrong with configurations, the same mistake once."""
    by_problem: dict[str, list[str]] = {}
    for row in rows:
        by_problem.setdefault(show(row.why or ""), []).append(show(row.tag, limit=80))
    found = [
        f"  {problem} ({tags[0]}{f' and {len(tags) - 1} more' if tags[1:] else ''})"
        for problem, tags in by_problem.items()
    ]
    return ["Configurations that cannot be read:", *found, ""] if found else []


def _id_of(why: str) -> str:
    return why.partition(":")[0]
