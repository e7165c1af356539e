"""What whole processes cost: CPU seconds of a program and its children, whatever else the machine does."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What runs of one command cost.

    Args:
        median: CPU seconds (user and system, children included), the median of the runs.
        least: The same of the cheapest run.
        status: The exit status of the last run; None when it took too long.
        output: The last line of its standard output.
    """

    median: float
    least: float
    status: int | None
    output: str


def measure(
    argv: Sequence[str], *, cwd: Path | None = None, runs: int = 5, data: bytes = b"", timeout: float = 300.0
) -> Cost:
    """Run a command once for the caches, then some times more, and give what it costs."""
    seconds: list[float] = []
    status: int | None = None
    output = ""
    for number in range(runs + 1):
        before = _spent()
        try:
            done = subprocess.run(
                argv, cwd=cwd, input=data, capture_output=True, check=False, timeout=timeout, env=environment()
            )
        except subprocess.TimeoutExpired:
            return Cost(_spent() - before, _spent() - before, None, "")
        if number or not runs:
            seconds.append(_spent() - before)
        status = done.returncode
        output = (done.stdout.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
    return Cost(statistics.median(seconds), min(seconds), status, output)


def environment() -> dict[str, str]:
    """Give an environment in which Python keeps its bytecode and git has no settings."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
