"""A rollout as it goes: on a terminal a table that moves; in a log a line for each change."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from pilotage.domains.safetext import show as show_text
from pilotage.reconcile.downstream.outcome import RolloutLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console
    from rich.live import Live
    from rich.table import Table

    from pilotage.model.downstream import Row

_FOOT = 4
"""Lines of a terminal that the table's head and foot take."""


class RolloutTable:
    """Shows a rollout as a table that is drawn anew whenever a repository moves on.

    Args:
        live: Where it is shown.
        console: The terminal; those that move last are shown where not all have room.
    """

    def __init__(self, live: Live, console: Console) -> None:
        self._live = live
        self._console = console
        self._rows: dict[str, Row] = {}

    def __call__(self, row: Row) -> None:
        """Show how a repository stands."""
        self._rows.pop(row.repository, None)
        self._rows[row.repository] = row
        self._live.update(self.render())

    def render(self) -> Table:
        """Render the table as it is now, in the order of the last changes."""
        from rich.table import Table  # noqa: PLC0415 - only a terminal pays for it

        room = max(self._console.height - _FOOT, 1)
        rows = list(self._rows.values())
        table = Table(box=None, padding=(0, 2, 0, 0), caption=f"{len(rows)} repositories", caption_justify="left")
        for heading in ("repository", "state", "why"):
            table.add_column(heading, no_wrap=True, overflow="ellipsis")
        for row in rows[-room:]:
            table.add_row(show_text(row.repository), row.state, show_text(row.reason))
        return table


@contextlib.contextmanager
def watch_rollout(*, write_line: Callable[[str], None], is_told: bool = True) -> Iterator[Callable[[Row], None]]:
    """Show how far a rollout is while the block runs: a table where stderr is a terminal, lines where it is a log.

    Args:
        write_line: Writes a line of a log.
        is_told: Whether a log has lines too; a run that changes nothing says at its end all that there is to say.
    """
    if not sys.stderr.isatty():
        yield RolloutLog(write_line) if is_told else lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for it
    from rich.live import Live  # noqa: PLC0415 - same

    console = Console(stderr=True, markup=False)
    with Live(console=console, transient=True) as live:
        yield RolloutTable(live, console)
