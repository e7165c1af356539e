"""Measure the backtest on real release histories: a table of agreement by repository, beside a simple rule's.

python tests/benchmarks/replay.py [--folder FOLDER] [--rows] [NAME ...]

The histories lie beside the checkout (`../shared/data/replay`); each is rebuilt as a git repository in FOLDER, once.
Releases that cannot be rebuilt as they were are left out of the comparison.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "replay"

Row: TypeAlias = "dict[str, str | int | bool | None]"


@dataclass
class Score:
    """How a backtest did on one repository.

    Args:
        name: The repository.
        seconds: How long the backtest took.
        releases: Its releases.
        predictable: Those whose number follows from the history.
        baseline: How many of these the simple rule has right.
        right: How many of these the backtest has right.
        decided: How many of these it decided.
        causes: The causes of the others, and the ids of the skips.
        lost: What the rule has right and the backtest has not.
        won: What the backtest has right and the rule has not.
        missed: Every predictable row that is not right.
    """

    name: str
    seconds: float = 0.0
    releases: int = 0
    predictable: int = 0
    baseline: int = 0
    right: int = 0
    decided: int = 0
    causes: Counter[str] = field(default_factory=Counter)
    lost: list[Row] = field(default_factory=list)
    won: list[Row] = field(default_factory=list)
    missed: list[Row] = field(default_factory=list)

    def add(self, row: Row, expected: dict[str, str]) -> None:
        """Count one predictable row."""
        is_baseline, is_right = expected["baseline"] == expected["version"], bool(row["agrees"])
        self.predictable += 1
        self.baseline += is_baseline
        self.right += is_right
        self.decided += row["skipped"] is None
        if is_right and not is_baseline:
            self.won.append(row)
        if is_right:
            return
        self.causes[str(row["skipped"] or row["why"]).partition(":")[0]] += 1
        self.missed.append(row)
        if is_baseline:
            self.lost.append(row)


def names() -> list[str]:
    """Name the histories that are there."""
    return sorted(path.name.removesuffix(".jsonl.gz") for path in (DATA / "histories").glob("*.jsonl.gz"))


def rebuild(name: str, folder: Path) -> Path:
    """Rebuild a history as a git repository, unless that was done before."""
    target = folder / name
    if not (target / "unfaithful.txt").exists():
        source = DATA / "histories" / f"{name}.jsonl.gz"
        subprocess.run([sys.executable, DATA / "to_git.py", source, target], check=True, stdout=subprocess.DEVNULL)
    return target


def backtest(repository: Path) -> tuple[list[Row], float]:
    """Run the command and give its rows and the seconds that it took."""
    start = time.perf_counter()
    argv = [sys.executable, "-m", "pilotage", "backtest", "--json", "--repo", str(repository)]
    done = subprocess.run(argv, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)["rows"], time.perf_counter() - start


def read_expected(name: str) -> dict[str, dict[str, str]]:
    """Read what was shipped, by tag."""
    repo = name.replace("__", "/", 1)
    with (DATA / "expected.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["tag"]: row for row in rows if row["repo"] == repo}


def measure(name: str, folder: Path) -> Score:
    """Backtest one repository and hold the rows against what was shipped."""
    repository = rebuild(name, folder)
    unfaithful = set((repository / "unfaithful.txt").read_text(encoding="utf-8").split())
    rows, seconds = backtest(repository)
    found = {str(row["tag"]): row for row in rows}
    score = Score(name, seconds, len(rows))
    for tag, expected in read_expected(name).items():
        if expected["predictable"] == "1" and tag not in unfaithful:
            score.add(found.get(tag, {"tag": tag, "skipped": "not-found", "agrees": False}), expected)
    return score


def sum_up(scores: list[Score]) -> Score:
    """Add up the scores of some repositories."""
    total = Score("all")
    for score in scores:
        for key in ("seconds", "releases", "predictable", "baseline", "right", "decided"):
            setattr(total, key, getattr(total, key) + getattr(score, key))
        total.causes += score.causes
        total.missed += score.missed
        total.lost += score.lost
        total.won += score.won
    return total


def tell(score: Score) -> str:
    """Write one line of the table."""
    causes = ", ".join(f"{name} {count}" for name, count in score.causes.most_common())
    mark = "<" if score.right < score.baseline else " "
    return (
        f"{score.name[:44]:44} {score.releases:5} {score.predictable:5} {score.baseline:5} {score.right:5}{mark} "
        f"{score.decided:5} {score.seconds:6.1f}  {causes}"
    )


def tell_missed(score: Score) -> str:
    """Write each predictable row that is not right."""
    lines = []
    for row in score.missed:
        mark = "lost" if row in score.lost else "    "
        answer = f"decided {row.get('decided')}" if not row["skipped"] else f"skipped {row['skipped']}"
        step = f"{row.get('previous')} -> {row.get('shipped')}"
        lines.append(f"  {mark} {row['tag']}: {step}, {answer} | {row.get('why')}\n")
    return "".join(lines)


def main(arguments: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only histories whose name contains one of these")
    parser.add_argument("--folder", type=Path, help="where the repositories are rebuilt and kept")
    parser.add_argument("--rows", action="store_true", help="print each predictable row that is not right")
    chosen = parser.parse_args(arguments)
    out = sys.stdout.write
    out(f"{'repository':44} {'rel':>5} {'pred':>5} {'base':>5} {'ours':>5}  {'dec.':>5} {'s':>6}  causes\n")
    scores = []
    with tempfile.TemporaryDirectory() as scratch:
        for name in names():
            if chosen.names and not any(part in name for part in chosen.names):
                continue
            scores.append(measure(name, chosen.folder or Path(scratch)))
            out(f"{tell(scores[-1])}\n{tell_missed(scores[-1]) if chosen.rows else ''}")
    total = sum_up(scores)
    out(f"{tell(total)}\nright where the rule is wrong: {len(total.won)}, the other way: {len(total.lost)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
