"""Faults that the embedded index plays on purpose: what a network and a busy server do."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass


class FaultKind(enum.StrEnum):
    """What goes wrong."""

    LOST_BEFORE = "lost-before"
    """The connection breaks; nothing was done."""
    LOST_AFTER = "lost-after"
    """It was done, and the connection breaks instead of an answer."""
    SERVER_ERROR = "server-error"
    """503; nothing was done."""
    SERVER_ERROR_AFTER = "server-error-after"
    """It was done, and 502 is answered."""
    SLOW = "slow"
    """The answer waits `Fault.seconds`."""
    CUT_BODY = "cut-body"
    """The answer's body breaks off in the middle."""
    RATE_LIMIT = "rate-limit"
    """429 with `Retry-After: Fault.seconds`; nothing was done."""
    NOT_JSON = "not-json"
    """200 with an HTML page of a proxy; nothing was done."""
    DEAD_BEFORE = "dead-before"
    """As LOST_BEFORE, and every later request is lost too until `Index.revive()`."""
    DEAD_AFTER = "dead-after"
    """As LOST_AFTER, and every later request is lost too until `Index.revive()`."""


AFTER = frozenset(
    {
        FaultKind.LOST_AFTER,
        FaultKind.SERVER_ERROR_AFTER,
        FaultKind.SLOW,
        FaultKind.CUT_BODY,
        FaultKind.DEAD_AFTER,
    }
)
"""The kinds under which the request takes its effect."""


DEAD = frozenset({FaultKind.DEAD_BEFORE, FaultKind.DEAD_AFTER})
"""The kinds after which nothing is answered any more."""


@dataclass
class Fault:
    """One fault to play.

    Args:
        kind: What goes wrong.
        at: The number of the request, from 1, counted since the last `Index.mark()`; None for any.
        match: A regular expression searched in `METHOD /path`; empty for any.
        times: How often it is played. With `at`, the requests from `at` on.
        seconds: How long SLOW waits; what RATE_LIMIT asks to wait.
    """

    kind: FaultKind
    at: int | None = None
    match: str = ""
    times: int = 1
    seconds: float = 1

    def is_due(self, number: int, line: str) -> bool:
        """Tell whether the request `number` since the mark with this `METHOD /path` is hit."""
        if self.times < 1 or (self.at is not None and number < self.at):
            return False
        return re.search(self.match, line) is not None


def take_fault(faults: list[Fault], number: int, line: str) -> Fault | None:
    """Take the first fault that is due, count it down, and drop it when it is used up."""
    for fault in faults:
        if fault.is_due(number, line):
            fault.times -= 1
            if not fault.times:
                faults.remove(fault)
            return fault
    return None
