"""Measure Pilotage and print tables: CPU of `next`, `title` and `notes`, titles a second, requests of the train.

python tests/benchmarks/run.py [--quick] [--peers] [--folder FOLDER]

Nothing here fails for being slow: a shared machine proves nothing by one run. Repositories and peers are kept in
`.benchmarks/`. Read CPU seconds (user and system, children included) and their ratio to git's own.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT / "tests")

from benchmarks.downstream import tell_downstream  # noqa: E402 - same
from benchmarks.histories import make_histories  # noqa: E402 - `tests` is on the path only from here on
from benchmarks.peers import PEERS  # noqa: E402 - same
from benchmarks.processes import Cost, measure  # noqa: E402 - same
from benchmarks.tables import render_table  # noqa: E402 - same
from benchmarks.train_requests import tell_requests  # noqa: E402 - same
from benchmarks.workspace import tell_workspace  # noqa: E402 - same

SIZES = (1_000, 10_000, 100_000)
PILOTAGE = [sys.executable, "-m", "pilotage"]
TITLES = 10_000
SLOW = 120.0


def tell_start(folder: Path, *, runs: int) -> str:
    """Tell what starting costs."""
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "git --version": ["git", "--version"],
        "pilotage --version": [*PILOTAGE, "--version"],
        "pilotage title 'feat: x'": [*PILOTAGE, "title", "feat: x"],
    }
    costs = {name: measure(argv, cwd=folder, runs=runs) for name, argv in commands.items()}
    rows = [(name, cost.median, cost.least, cost.status) for name, cost in costs.items()]
    return render_table("Start", ("command", "CPU s (median)", "CPU s (least)", "exit"), rows)


def tell_next(folder: Path, *, sizes: tuple[int, ...], has_tagged: bool, has_peers: bool, runs: int) -> str:
    """Tell what the next version costs on histories with 100 new commits, beside `git log` of the same range."""
    rows: list[tuple[object, ...]] = []
    missing = {peer.name: peer.install(folder) for peer in PEERS} if has_peers else {}
    for history in make_histories(folder, sizes, has_tagged=has_tagged):
        log = ["git", "log", "--format=%H%x1f%B%x1e", f"{history.tag}..HEAD"]
        floor = measure(log, cwd=history.path, runs=runs)
        rows.append((history.name, "git log", *_cells(floor, floor), ""))
        ours = measure([*PILOTAGE, "next"], cwd=history.path, runs=runs)
        told = measure([*PILOTAGE, "notes", "--json"], cwd=history.path, runs=0).output
        answer = json.loads(told)["version"] if told else f"exit {ours.status}"
        rows.append((history.name, "pilotage next", *_cells(ours, floor), answer))
        for peer in PEERS if has_peers else ():
            if missing[peer.name]:
                rows.append((history.name, peer.name, "-", "-", "-", missing[peer.name]))
                continue
            cost = measure(peer.version_command(folder), cwd=history.path, runs=1, timeout=SLOW)
            rows.append((history.name, peer.name, *_cells(cost, floor), _answer_of(cost)))
    head = ("history", "command", "CPU s (median)", "CPU s (least)", "x git log", "answer")
    return render_table("The next version, 100 commits since the last release", head, rows)


def tell_notes(folder: Path, *, sizes: tuple[int, ...], has_peers: bool, runs: int) -> str:
    """Tell what notes cost: those of 100 new commits, and those of every release there was."""
    rows: list[tuple[object, ...]] = []
    for history in make_histories(folder, sizes, has_tagged=False):
        for what, revision, own in (("new", f"{history.tag}..HEAD", ()), ("all", "HEAD", ("--all",))):
            log = ["git", "log", "--format=%H%x1f%B%x1e", revision]
            floor = measure(log, cwd=history.path, runs=min(runs, 3))
            rows.append((history.name, what, "git log", *_cells(floor, floor)))
            ours = measure([*PILOTAGE, "notes", *own], cwd=history.path, runs=min(runs, 3))
            rows.append((history.name, what, "pilotage notes", *_cells(ours, floor)))
            for peer in PEERS if has_peers else ():
                arguments = peer.notes if what == "new" else peer.all_notes
                if not arguments or peer.install(folder):
                    continue
                command = peer.command(folder, arguments, tag=history.tag)
                cost = measure(command, cwd=history.path, runs=1, timeout=SLOW)
                cells = _cells(cost, floor) if cost.status == 0 else (_answer_of(cost), "-", "-")
                rows.append((history.name, what, peer.name, *cells))
    head = ("history", "which", "command", "CPU s (median)", "CPU s (least)", "x git log")
    return render_table("Notes: of 100 new commits, and of the whole history", head, rows)


def _cells(cost: Cost, floor: Cost) -> tuple[object, ...]:
    return cost.median, cost.least, f"{cost.median / floor.median:.0f}" if floor.median else "-"


def _answer_of(cost: Cost) -> str:
    if cost.status is None:
        return f"stopped after {SLOW:.0f} s"
    return cost.output[:40] if cost.status == 0 else f"exit {cost.status}"


def tell_batch(folder: Path) -> str:
    """Tell how many titles a second are checked."""
    rows: list[tuple[object, ...]] = []
    batches = {
        "good": "feat(api): greet people (#{number})\n",
        "bad": "Feat(API) :greet people {number}.\n",
        "long": "feat: " + "x" * 2000 + " {number}\n",
    }
    for name, line in batches.items():
        data = "".join(line.format(number=number) for number in range(TITLES)).encode()
        started = time.perf_counter()
        cost = measure([*PILOTAGE, "title", "--batch", "-"], cwd=folder, data=data, runs=0)
        wall = time.perf_counter() - started
        rows.append((name, TITLES, cost.median, wall, f"{TITLES / wall:.0f}"))
    head = ("titles", "count", "CPU s", "wall s", "titles a second")
    return render_table("pilotage title --batch -", head, rows)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="only the shortest history, and one run of each")
    parser.add_argument("--peers", action="store_true", help="measure other tools too; a registry must be reachable")
    parser.add_argument("--folder", type=Path, default=ROOT / ".benchmarks", help="where repositories are kept")
    given = parser.parse_args()
    folder: Path = given.folder
    empty = folder / "empty"
    empty.mkdir(parents=True, exist_ok=True)
    # Without bytecode every start compiles the sources anew, and that is measured instead.
    compileall.compile_dir(ROOT / "src", quiet=1)
    runs = 1 if given.quick else 5
    sizes = SIZES[:1] if given.quick else SIZES
    parts: tuple[Callable[[], str], ...] = (
        lambda: f"Python {sys.version.split()[0]}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}\n",
        lambda: tell_start(empty, runs=runs),
        lambda: tell_next(folder, sizes=sizes, has_tagged=not given.quick, has_peers=given.peers, runs=runs),
        lambda: tell_notes(folder, sizes=sizes, has_peers=given.peers, runs=runs),
        lambda: tell_batch(empty),
        tell_requests,
        lambda: tell_workspace(20 if given.quick else 200),
        lambda: tell_downstream(30 if given.quick else 300),
    )
    for part in parts:
        print(part(), flush=True)  # noqa: T201 - a script's answer


if __name__ == "__main__":
    main()
