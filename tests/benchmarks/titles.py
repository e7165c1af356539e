"""Measure how many titles a second Pilotage checks, beside the parsers of other tools where they are on PATH.

PATH="SCRATCH/bin:$PATH" python tests/benchmarks/titles.py [--titles 100000] [--commits 20000]

Pilotage reads titles from stdin; the others read the same kind of messages from a git history, each in one process
for all, which is their fastest way. Nothing here fails for being slow.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT / "tests")

from benchmarks.generate_history import generate  # noqa: E402 - `tests` is on the path only from here on
from benchmarks.processes import measure  # noqa: E402 - same
from benchmarks.tables import render_table  # noqa: E402 - same

PILOTAGE = [sys.executable, "-m", "pilotage", "title", "--batch", "-"]
KINDS = {
    "good": "feat(api): greet person number {number} by name",
    "refused, with a suggestion": "Feature(api) : greet person number {number} by name",
    "refused, without one": "Remove person number {number} from the list of guests",
}
PEERS = {
    "cz": ("commitizen", ["cz", "check", "--rev-range", "HEAD~{count}..HEAD"]),
    "commitlint": ("commitlint", ["commitlint", "--from", "HEAD~{count}", "--to", "HEAD"]),
    "git-cliff": ("git-cliff", ["git-cliff", "--context", "HEAD~{count}..HEAD"]),
}


def measure_pilotage(folder: Path, titles: int) -> list[tuple[object, ...]]:
    """Measure batches of each kind of title."""
    rows: list[tuple[object, ...]] = []
    for kind, line in KINDS.items():
        data = "".join(f"{line}\n".format(number=number) for number in range(titles)).encode()
        cost = measure(PILOTAGE, cwd=folder, data=data, runs=0)
        rows.append((f"pilotage, {kind}", titles, cost.median, f"{titles / cost.median:.0f}"))
    return rows


def measure_peers(folder: Path, commits: int) -> list[tuple[object, ...]]:
    """Measure each other tool on a history, or say that it is not installed."""
    generate(folder / "bare.git", commits=commits + 1, new=commits)
    subprocess.run(["git", "clone", "--quiet", str(folder / "bare.git"), str(folder / "tree")], check=True)
    rows: list[tuple[object, ...]] = []
    for program, (name, argv) in PEERS.items():
        if shutil.which(program) is None:
            rows.append((name, "-", "-", "not installed"))
            continue
        cost = measure([part.format(count=commits) for part in argv], cwd=folder / "tree", runs=0)
        rate = f"{commits / cost.median:.0f}" if cost.status is not None else "stopped after 300 s"
        rows.append((f"{name} (exit {cost.status})", commits, cost.median, rate))
    return rows


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--titles", type=int, default=100_000, help="how many titles Pilotage checks of each kind")
    parser.add_argument("--commits", type=int, default=20_000, help="how many commits the other tools check")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = measure_pilotage(folder, given.titles) + measure_peers(folder, given.commits)
    head = ("tool", "titles", "CPU s", "titles a second of CPU")
    load = os.getloadavg()[0]
    print(render_table(f"Titles, Python {sys.version.split()[0]}, load {load:.1f}", head, rows))  # noqa: T201 - its work


if __name__ == "__main__":
    main()
