"""Progress of long work on a terminal; silence where there is none."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress

    from pilotage.reconcile.backtest import Listener


class Silence:
    """Hears how far a backtest is, and says nothing."""

    def on_commits(self, count: int) -> None:
        """Hear how many commits were read so far."""

    def on_release(self, count: int, total: int) -> None:
        """Hear how many releases were decided so far, of how many."""


class Bars:
    """Shows how far a backtest is: the commits that were read, then the releases that were decided.

    Args:
        progress: Where to show it.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._reading = progress.add_task("Reading the history", total=None)
        self._deciding = progress.add_task("Deciding the releases", total=None, visible=False)

    def on_commits(self, count: int) -> None:
        """Show how many commits were read so far."""
        self._progress.update(self._reading, completed=count, description=f"Reading the history: {count} commits")

    def on_release(self, count: int, total: int) -> None:
        """Show how many releases were decided so far, of how many."""
        self._progress.update(self._reading, visible=False)
        self._progress.update(self._deciding, visible=True, completed=count, total=total)


@contextlib.contextmanager
def watch_backtest(*, is_shown: bool) -> Iterator[Listener]:
    """Show how far a backtest is on stderr while the block runs, and take it away at its end."""
    if not is_shown:
        yield Silence()
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for it
    from rich.progress import Progress  # noqa: PLC0415 - same

    with Progress(console=Console(stderr=True), transient=True) as progress:
        yield Bars(progress)
