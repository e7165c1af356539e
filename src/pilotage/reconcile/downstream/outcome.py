"""What came of a rollout: for people, the action's outputs, the job summary and the machine format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pilotage.domains.downstream.overview import (
    describe_rows,
    describe_state,
    render_overview,
    render_table,
    render_totals,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.model.downstream import Row
    from pilotage.reconcile.downstream.session import RolledOut


def render_rolled(rolled: RolledOut, *, width: int = 120) -> str:
    """Render what came of a run for people.

    Args:
        rolled: What came of it.
        width: How many characters a line has.
    """
    if rolled.notice:
        return rolled.notice
    wanted = rolled.rollout.wanted
    lines = [f"{rolled.rollout.package} {wanted.version} ({wanted.tag}): {render_totals(rolled.rows)}"]
    if rolled.rows:
        lines.append(render_table(rolled.rows, width=width))
    if rolled.overview_url:
        lines.append(f"overview: {rolled.overview_url}")
    return "\n".join([*lines, *(f"warning: {warning}" for warning in rolled.warnings)])


def summarise_rolled(rolled: RolledOut) -> str:
    """Render the job summary, Markdown."""
    if rolled.notice:
        return f"## Pilotage\n\n{rolled.notice}\n"
    return render_overview(rolled.rollout, rolled.rows)


def describe_rolled(rolled: RolledOut) -> dict[str, object]:
    """Give the machine format: the rows with their totals, the overview's page, and why nothing was done."""
    told = describe_rows(rolled.rollout, rolled.rows)
    return {**told, "overview": rolled.overview_url or None, "notice": rolled.notice or None}


def rollout_outputs(rolled: RolledOut) -> dict[str, str]:
    """Compute the action's outputs."""
    return {
        "downstream": json.dumps(describe_rolled(rolled), separators=(",", ":"), sort_keys=True),
        "downstream-matrix": json.dumps([{"shard": shard} for shard in rolled.shards], separators=(",", ":")),
        "downstream-failed": "true" if any(row.state == "failed" for row in rolled.rows) else "false",
    }


class RolloutLog:
    """Says a line whenever a repository moves on.

    Args:
        write_line: Writes one line.
    """

    def __init__(self, write_line: Callable[[str], None]) -> None:
        self._write_line = write_line
        self._told: dict[str, str] = {}

    def __call__(self, row: Row) -> None:
        """Hear how a repository stands."""
        line = f"{row.repository}: {describe_state(row)}"
        if self._told.get(row.repository) != line:
            self._told[row.repository] = line
            self._write_line(line)
