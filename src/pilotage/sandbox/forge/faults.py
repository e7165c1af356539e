"""What can go wrong between a client and the forge, on demand and exactly counted."""

from __future__ import annotations

import enum
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.sandbox.forge.log import Request


class FaultKind(enum.Enum):
    """How a request fails.

    `LOST_BEFORE` cuts the connection without an effect, `LOST_AFTER` after it. `SERVER_ERROR` answers 502 with an
    HTML page without an effect, `SERVER_ERROR_AFTER` after it; `BROKEN_UPLOAD` does so after the upload of a file has
    begun, which leaves one without content in the state `starter`. `SECONDARY_LIMIT` and `RATE_LIMIT` answer 403 in
    GitHub's words without an effect. `SLOW` waits first. `CUT_BODY` has its effect, then sends half of the body.
    `DEAD_BEFORE` and `DEAD_AFTER` cut this request and every one after it, git included, until `Forge.revive`.
    """

    LOST_BEFORE = "lost-before"
    LOST_AFTER = "lost-after"
    SERVER_ERROR = "server-error"
    SERVER_ERROR_AFTER = "server-error-after"
    BROKEN_UPLOAD = "broken-upload"
    SECONDARY_LIMIT = "secondary-limit"
    RATE_LIMIT = "rate-limit"
    SLOW = "slow"
    CUT_BODY = "cut-body"
    DEAD_BEFORE = "dead-before"
    DEAD_AFTER = "dead-after"


@dataclass(slots=True)
class Fault:
    """One planned fault.

    Args:
        kind: What happens.
        at: Strike the API request of this number since `Forge.mark`, from 1; None to go by `match`.
        match: Strike requests for which this is true; with neither, any request.
        times: How often; the fault is removed from the list after that.
        seconds: How long `SLOW` waits, and what `SECONDARY_LIMIT` names as `Retry-After`.
    """

    kind: FaultKind
    at: int | None = None
    match: Callable[[Request], bool] | None = None
    times: int = 1
    seconds: float = 1

    def is_due(self, request: Request, count: int) -> bool:
        """Tell whether it strikes this request, the `count`-th API request since the mark."""
        if self.at is not None:
            return self.at == count
        return self.match is None or self.match(request)


class Weather:
    """The planned faults and the one count of API requests that they go by."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.is_dead = False
        self._count = 0
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """Give the number of API requests since the mark."""
        return self._count

    def mark(self) -> None:
        """Count from 1 again."""
        with self._lock:
            self._count = 0

    def count_request(self) -> int:
        """Count one API request and give its number."""
        with self._lock:
            self._count += 1
            return self._count

    def take(self, request: Request, count: int) -> Fault | None:
        """Give the fault that strikes a request, and use it up."""
        with self._lock:
            due = next((fault for fault in self.faults if fault.is_due(request, count)), None)
            if due is None:
                return None
            due.times -= 1
            if due.times <= 0:
                self.faults.remove(due)
            return due
