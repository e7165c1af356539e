"""Progress of long work: on a terminal it moves; in a log a long upload says a line now and then."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress, TaskID

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


_LOGGED_FROM = 16 * 1024 * 1024
"""Bytes from which a file's upload is worth lines in a log."""
_QUARTERS = 4


class UploadLog:
    """Says in a log how far the upload of a large file is: a line for each quarter.

    Args:
        write_line: Writes one line.
    """

    def __init__(self, write_line: Callable[[str], None]) -> None:
        self._write_line = write_line
        self._told: dict[str, int] = {}

    def __call__(self, name: str, sent: int, size: int) -> None:
        """Hear how many bytes of a file were sent so far."""
        quarter = sent * _QUARTERS // size if size else 0
        if size >= _LOGGED_FROM and quarter > self._told.get(name, 0):
            self._write_line(f"sent {sent * 100 // size} % of {name} ({size} bytes)")
        self._told[name] = quarter


class UploadBars:
    """Shows on a terminal how far each file's upload is.

    Args:
        progress: Where to show it.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, name: str, sent: int, size: int) -> None:
        """Show how many bytes of a file were sent so far."""
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=size)
        self._progress.update(self._tasks[name], completed=sent)


@contextlib.contextmanager
def watch_uploads(*, write_line: Callable[[str], None]) -> Iterator[Callable[[str, int, int], None]]:
    """Show how far uploads are while the block runs: bars where stderr is a terminal, lines where it is a log."""
    if not sys.stderr.isatty():
        yield UploadLog(write_line)
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for it
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield UploadBars(progress)
