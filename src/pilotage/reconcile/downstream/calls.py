"""Connections for work side by side: each thread has its own, since one connection is one conversation."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pilotage.providers.githubcall import GitHubCall

Item = TypeVar("Item")
Made = TypeVar("Made")


class Calls:
    """Connections to one GitHub with one token; a context manager that gives all of them back.

    Args:
        open_call: Opens a connection.
        width: How many threads work at the same time.
    """

    def __init__(self, open_call: Callable[[], GitHubCall], *, width: int) -> None:
        self._open_call = open_call
        self._width = width
        self._local = threading.local()
        self._lock = threading.Lock()
        self._opened: list[GitHubCall] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for call in self._opened:
            call.close()

    @property
    def here(self) -> GitHubCall:
        """Give this thread's connection."""
        call: GitHubCall | None = getattr(self._local, "call", None)
        if call is None:
            call = self._local.call = self._open_call()
            with self._lock:
                self._opened.append(call)
        return call

    def map(self, work: Callable[[Item], Made], items: Sequence[Item]) -> list[Made]:
        """Do the same work on all items, several at the same time, and give the results in the order of the items.

        The first error is raised once the work that was begun has ended; what was not begun never is.
        """
        if self._width == 1 or len(items) < 2:  # noqa: PLR2004 - one alone needs no company
            return [work(item) for item in items]
        with ThreadPoolExecutor(min(self._width, len(items)), thread_name_prefix="pilotage") as pool:
            futures = [pool.submit(work, item) for item in items]
            try:
                return [future.result() for future in futures]
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
