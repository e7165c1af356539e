"""What a run costs in a repository with many packages: wall time, and the calls of GitHub's API."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.tables import render_table
from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.forge import Forge
from train.harness import TOKEN, Bench, release_pull_request

if TYPE_CHECKING:
    from collections.abc import Callable

CHAIN = 10
"""Each package requires the one before it, in chains of so many."""


def tell_workspace(count: int) -> str:
    """Let a workspace travel the train, all of its packages in one release."""
    with tempfile.TemporaryDirectory(prefix="pilotage-bench-") as folder:
        bench = Bench(Path(folder))
        forge = Forge(bench.folder / "first")
        forge.tokens[TOKEN] = Permission.WRITE
        files: dict[str, str | bytes | None] = {f"packages/{_name(i)}/pyproject.toml": _member(i) for i in range(count)}
        files["pyproject.toml"] = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
        files["uv.lock"] = "version = 1\n\n" + "\n".join(_entry(i) for i in range(count))
        forge.push("main", files, "chore: start")
        for i in range(count):
            forge.create_tag(f"{_name(i)}-v1.0.0", "main")
        rows = _travel(bench, bench.save(forge, "start"), count)
    return render_table(f"A repository with {count} packages", ("run", "wall s", "API calls", "steps"), rows)


def _travel(bench: Bench, saved: Path, count: int) -> list[tuple[object, ...]]:
    def merge(title: str, *numbers: int) -> Callable[[Forge], object]:
        word = title.rpartition(" ")[2]
        paths: dict[str, str | bytes | None] = {f"packages/{_name(i)}/{word}.py": f"{title}\n" for i in numbers}
        return lambda forge: forge.merge_pull_request(forge.open_pull_request(word, title, files=paths))

    stages: tuple[tuple[str, Callable[[Forge], object]], ...] = (
        ("nothing to do", lambda _: None),
        ("open, one package", merge("fix: there", 0)),
        ("update, all packages", merge("feat: everywhere", *range(count))),
        ("update, one more", merge("fix: here", 5)),
        ("release all", lambda forge: forge.merge_pull_request(release_pull_request(forge))),
        ("nothing to do after it", lambda _: None),
    )
    rows: list[tuple[object, ...]] = []
    with bench.world(saved) as (forge, endpoint):
        for name, act in stages:
            act(forge)
            forge.mark()
            started = time.perf_counter()
            report = bench.run(endpoint)
            rows.append((name, time.perf_counter() - started, forge.api_calls(), len(report.plan.steps)))
    return rows


def _name(i: int) -> str:
    return f"part{i:03}"


def _member(i: int) -> str:
    requirement = f'"{_name(i - 1)}>=1.0"' if i % CHAIN else ""
    build = '[build-system]\nrequires = []\nbuild-backend = "backend"\n'
    return f'[project]\nname = "{_name(i)}"\nversion = "1.0.0"\ndependencies = [{requirement}]\n\n{build}'


def _entry(i: int) -> str:
    source = f'source = {{ editable = "packages/{_name(i)}" }}\n'
    return f'[[package]]\nname = "{_name(i)}"\nversion = "1.0.0"\n{source}'
