"""What it costs to bring a release to hundreds of repositories: wall time, calls of GitHub's API, and memory.

The forge runs in this process, each run in one of its own, so that its memory is its own. GitHub's pause of a second
between two changes is left out: so many seconds as there are changes come on top.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.tables import render_table
from pilotage.model.patience import Patience
from pilotage.reconcile.bootstrap import Connection, Surroundings
from pilotage.reconcile.downstream.scope import Scope
from pilotage.reconcile.downstream.session import Order, roll_out
from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.town import Town
from train.downstreamyard import APP, KINDS, OWN, SOURCE, publish, pyproject_of

MIX = ("unpinned", "range", "narrow", "exact", "poetry", "docker", "argument", "kept", "unused", "current")
"""What the repositories are like, in turns."""
NOISE = {f"src/part{number}/module{number}.py": "pass\n" for number in range(40)}
"""Files that name nothing: a repository is more than its requirements."""


def tell_downstream(count: int) -> str:
    """Bring a release to so many repositories, twice, and in parts."""
    with tempfile.TemporaryDirectory(prefix="pilotage-bench-") as folder:
        town = _build(Path(folder) / "town", count)
        rows: list[tuple[object, ...]] = []
        with town.serve() as addresses:
            environment = {
                "GITHUB_REPOSITORY": SOURCE,
                "GITHUB_API_URL": addresses.api_url,
                "GITHUB_GRAPHQL_URL": addresses.graphql_url,
                "GITHUB_SERVER_URL": "https://forge.example",
                "GITHUB_TOKEN": OWN,
                "PILOTAGE_DOWNSTREAM_TOKEN": APP,
            }
            clone = Path(folder) / "clone"
            clone.mkdir()
            for command in (["init", "-q", "--bare", "."], ["remote", "add", "origin", addresses.clone_url(SOURCE)]):
                subprocess.run(["git", *command], cwd=clone, check=True)
            for name, arguments in (
                ("plan", ["--dry-run"]),
                ("first part of six", ["1/6"]),
                ("all", []),
                ("all again", []),
            ):
                town.mark()
                told = _measure(clone, environment, arguments)
                calls = town.api_calls()
                rows.append(
                    (name, told["wall"], told["cpu"], calls, calls / told["rows"], told["peak"], told["changes"])
                )
    head = ("run", "wall s", "CPU s", "API calls", "calls a repository", "peak MiB", "changes")
    return render_table(f"A release and {count} repositories that may use it", head, rows)


def _build(folder: Path, count: int) -> Town:
    town = Town(folder)
    town.tokens |= {OWN: Permission.WRITE, APP: Permission.WRITE}
    rules = '\n[tool.pilotage.downstream]\nsearch = ["org:acme flow in:name"]\nallow = ["acme/flow-*"]\n'
    rules += 'workflow = "rebuild.yml"\nat-once = 20\n'
    source = town.add("acme", "demo")
    source.push("main", {"pyproject.toml": pyproject_of("1.3.0", rules)}, "chore: begin")
    publish(source, "1.3.0", "### Fixes\n\n- greet nobody twice (#3)\n")
    source.push("main", {"pyproject.toml": pyproject_of("2.0.0", rules)}, "chore(release): 2.0.0")
    publish(source, "2.0.0", "### Features\n\n" + "- greet people (#12)\n" * 50)
    for number in range(count):
        forge = town.add("acme", f"flow-{number:03}")
        forge.push("main", {**NOISE, **KINDS[MIX[number % len(MIX)]]}, "chore: begin")
        forge.realm.state.runs_take = 2
    return town


def _measure(clone: Path, environment: dict[str, str], arguments: list[str]) -> dict[str, float]:
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.downstream", str(clone), *arguments],
        env={**os.environ, **environment, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told | {"wall": time.perf_counter() - started}


def _run_once(clone: str, arguments: list[str]) -> None:
    """Run once, as the child process, and print what it took."""
    part, _, parts = (arguments or [""])[0].partition("/")
    scope = Scope(shard=int(part), shards=int(parts)) if parts else Scope()
    surroundings = Surroundings(Path(clone), os.environ, poll=Patience(first_wait=0.05, longest_wait=0.2), pace=0.0)
    with Connection(surroundings, branch="main") as connection:
        order = Order(scope=scope, is_dry=arguments == ["--dry-run"])
        rolled = roll_out(connection, order, tell=lambda _: None, show=lambda _: None)
    used = resource.getrusage(resource.RUSAGE_SELF)
    changes = 0 if order.is_dry else len(rolled.plan.steps)
    told = {"cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1024, "rows": len(rolled.rows)}
    sys.stdout.write(json.dumps(told | {"changes": changes}) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].isdecimal():
        _run_once(sys.argv[1], sys.argv[2:])
    else:
        sys.stdout.write(tell_downstream(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
