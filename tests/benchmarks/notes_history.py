"""Measure what the notes of a whole history cost beside `git log` of the same history, in CPU seconds.

python tests/benchmarks/notes_history.py [--commits 1000 10000 100000] [--style pilotage]

Every past release is rendered from its commits. Nothing here fails for being slow.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT / "tests")

from benchmarks.generate_history import generate  # noqa: E402 - `tests` is on the path only from here on
from benchmarks.processes import measure  # noqa: E402 - same
from benchmarks.tables import render_table  # noqa: E402 - same

ORIGIN = "https://github.com/acme/demo.git"


def measure_history(folder: Path, commits: int, style: str) -> tuple[object, ...]:
    """Measure one length of history; the ratio is that of the medians."""
    repository = folder / f"{commits}.git"
    generate(repository, commits=commits, is_package=True)
    subprocess.run(["git", "-C", str(repository), "remote", "add", "origin", ORIGIN], check=True)
    log = measure(["git", "log"], cwd=repository)
    notes = measure([sys.executable, "-m", "pilotage", "notes", "--all", "--style", style], cwd=repository)
    return commits, log.median, notes.median, f"{notes.median / log.median:.1f}"


def main() -> None:
    """Read the command line and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--style", default="pilotage")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pilotage-notes-") as folder:
        rows = [measure_history(Path(folder), commits, given.style) for commits in given.commits]
    sys.stdout.write(
        render_table("Whole-history notes, CPU seconds", ("commits", "git log", "notes --all", "times"), rows) + "\n"
    )


if __name__ == "__main__":
    main()
