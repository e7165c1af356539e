"""The image as it is built and weighed."""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from container.engine import Engine

IMAGE: Final = "pilotage:test"
PUBLISH_IMAGE: Final = "pilotage:test-publish"
PYTHON_LIMIT: Final = 45_000_000
"""Bytes that the installed Python packages may take, without uv's program."""

_SIZES: Final = """
import json, os, sys
def weigh(folder):
    return sum(os.lstat(os.path.join(at, name)).st_size for at, _, names in os.walk(folder) for name in names)
root = os.path.join(sys.prefix, "lib")
print(json.dumps({"python": weigh(root), "uv": os.path.getsize(os.path.join(sys.prefix, "bin", "uv"))}))
"""
_TIMES: Final = """
import json, os, subprocess
def spend(command):
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system
commands = {"pass": ["python", "-c", "pass"], "title": ["pilotage", "title", "feat: x"]}
print(json.dumps({name: [spend(command) for _ in range(11)] for name, command in commands.items()}))
"""


@dataclass(frozen=True)
class Layer:
    """One layer: its bytes and the instruction that made it."""

    size: int
    instruction: str


def build(engine: Engine, root: Path, *, base: str, target: str = "", is_cold: bool = False) -> float:
    """Build the repository's Dockerfile as the runner does, and give the seconds that it took."""
    options = ["--network", "host", "--tag", PUBLISH_IMAGE if target else IMAGE]
    options += ["--target", target] if target else []
    options += ["--build-arg", f"BASE_IMAGE={base}"] if base else []
    options += ["--no-cache"] if is_cold else []
    started = time.perf_counter()
    engine.need("build", *options, "--file", str(root / "Dockerfile"), str(root), timeout=1800)
    return time.perf_counter() - started


def layers(engine: Engine, image: str) -> list[Layer]:
    """List an image's layers that hold something, the base first."""
    text = engine.need("history", "--human=false", "--no-trunc", "--format", "{{.Size}}\t{{.CreatedBy}}", image)
    rows = [line.partition("\t") for line in reversed(text.splitlines())]
    return [Layer(int(size), instruction.removeprefix("/bin/sh -c ")) for size, _, instruction in rows if size != "0"]


def weigh(engine: Engine, image: str) -> dict[str, int]:
    """Give the bytes of the Python packages and of uv's program."""
    found: dict[str, int] = json.loads(_python(engine, image, _SIZES))
    return found


def measure(engine: Engine, image: str) -> dict[str, float]:
    """Give the CPU seconds of an empty Python and of a title check in a container, each the median of warm runs."""
    found: dict[str, list[float]] = json.loads(_python(engine, image, _TIMES))
    return {name: statistics.median(values[1:]) for name, values in found.items()}


def wall(engine: Engine, image: str) -> float:
    """Give the seconds from `docker run` to the end of a title check, the median of some."""
    found = []
    for _ in range(5):
        started = time.perf_counter()
        engine.need("run", "--rm", "--network", "host", image, "title", "feat: x")
        found.append(time.perf_counter() - started)
    return statistics.median(found)


def _python(engine: Engine, image: str, code: str) -> str:
    return engine.need("run", "--rm", "--network", "host", "--entrypoint", "python", image, "-c", code).splitlines()[-1]
