"""The overview of a release's way to the repositories that use it: for an issue, a terminal, and machines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.downstream.names import is_name
from pilotage.domains.downstream.pulltext import table_span
from pilotage.domains.downstream.rowtable import describe_state, order_rows, render_table
from pilotage.domains.downstream.tally import render_totals, totals
from pilotage.domains.markdown import escape_line
from pilotage.domains.safetext import code_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pilotage.model.downstream import Rollout, Row

__all__ = [
    "FORMAT",
    "MARKER",
    "describe_rows",
    "describe_state",
    "render_overview",
    "render_table",
    "render_totals",
    "totals",
]

MARKER = "<!-- pilotage:downstream -->"
"""The first line of the overview; what begins with it is the one that is kept up to date."""

FORMAT = 1
"""The number of the machine format: it changes when a field goes or means something else."""

_LIMIT = 60_000
_FAILURES = 20_000
"""How much of the overview may say what people have to do; the table has the rest."""

_ICONS = {"failed": "❌", "open": "🔀", "running": "🔄", "planned": "🕒", "done": "✅", "nothing": "⚪"}
_WORDS = {
    ("dispatch", "planned"): "to be rebuilt",
    ("dispatch", "running"): "being rebuilt",
    ("dispatch", "done"): "rebuilt",
    ("dispatch", "failed"): "rebuild failed",
    ("pull-request", "planned"): "to be proposed",
    ("pull-request", "open"): "pull request to merge",
    ("pull-request", "failed"): "not proposed",
    ("respect", "nothing"): "left as it is",
    ("skip", "nothing"): "nothing to do",
    ("skip", "failed"): "not looked at",
}
_URL = re.compile(r"https?://[^\s<>()\[\]|\\\"'`]{1,500}")
_MORE = 60
"""Room for the line that says how many more there are."""


def render_overview(rollout: Rollout, rows: Sequence[Row], *, limit: int = _LIMIT) -> str:
    """Render the overview, Markdown: the totals, what people have to do, and a table of all repositories.

    Args:
        rollout: The release.
        rows: The repositories.
        limit: The most characters; GitHub takes 65536. What does not fit is counted.
    """
    version = str(rollout.wanted.version)
    release = f"[{version}]({rollout.url})" if _URL.fullmatch(rollout.url) else version
    head = f"{MARKER}\n## {escape_line(rollout.package)} {version} downstream\n\n"
    head += f"Release {release} · {render_totals(rows)}\n"
    ordered = order_rows(rows)
    server = rollout.web_url.removesuffix(f"/{rollout.repository}")
    failed = [row for row in ordered if row.state == "failed"]
    todo = _join((_render_todo(row, server) for row in failed), len(failed), room=min(_FAILURES, limit // 3))
    if todo:
        head += f"\n### For people to do\n\n{todo}\n"
    if not ordered:
        return head
    head += "\n| | Repository | Before | After | What | Why |\n| --- | --- | --- | --- | --- | --- |\n"
    return f"{head}{_join((_render_row(row, server) for row in ordered), len(ordered), room=limit - len(head) - 1)}\n"


def _render_todo(row: Row, server: str) -> str:
    page = f": [look there]({row.url})" if _URL.fullmatch(row.url) else ""
    return f"- {_link(row.repository, server)}: {code_span(row.reason, limit=700)}{page}"


def _render_row(row: Row, server: str) -> str:
    words = _WORDS.get((row.how, row.state), f"{row.how}, {row.state}")
    what = f"[{words}]({row.url})" if _URL.fullmatch(row.url) else words
    before, after = table_span(row.before, limit=60), table_span(row.after, limit=60)
    why = table_span(row.reason, limit=160)
    return f"| {_ICONS[row.state]} | {_link(row.repository, server)} | {before} | {after} | {what} | {why} |"


def _link(name: str, server: str) -> str:
    return f"[{escape_line(name)}]({server}/{name})" if is_name(name) else table_span(name)


def _join(lines: Iterable[str], count: int, *, room: int) -> str:
    """Join as many lines as have room, and say how many have not."""
    kept: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < _MORE:
            break
        kept.append(line)
    if len(kept) < count:
        kept.append(f"\n… and {count - len(kept)} more")
    return "\n".join(kept)


def describe_rows(rollout: Rollout, rows: Sequence[Row]) -> dict[str, object]:
    """Give the overview for machines: JSON values only, the repositories by name."""
    return {
        "format": FORMAT,
        "package": rollout.package,
        "version": str(rollout.wanted.version),
        "tag": rollout.wanted.tag,
        "rows": [
            {
                "repository": row.repository,
                "before": row.before,
                "after": row.after,
                "how": row.how,
                "state": row.state,
                "reason": row.reason,
                "url": row.url,
            }
            for row in sorted(rows, key=lambda row: (row.repository.casefold(), row.repository))
        ],
        "totals": totals(rows),
    }
