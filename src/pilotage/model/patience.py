"""How long to wait for a remote."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec


class Patience(msgspec.Struct, frozen=True):
    """Bounds on trying again.

    Args:
        attempts: How often a thing is tried at the most.
        first_wait: Seconds before the second try; doubled for each further one.
        longest_wait: The longest single wait in seconds, also for a rate limit.
    """

    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 60.0

    def waits(self) -> Iterator[float]:
        """Give the seconds to wait before each further try: one fewer than there are tries."""
        wait = self.first_wait
        for _ in range(self.attempts - 1):
            yield min(wait, self.longest_wait)
            wait *= 2
