"""`make test-container`: build the image, run every check in real containers, and say what it weighs and costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from container.baseimage import choose_base
from container.engine import SetUpError, open_engine
from container.image import IMAGE, PUBLISH_IMAGE, PYTHON_LIMIT, build, layers, measure, wall, weigh

if TYPE_CHECKING:
    from container.engine import Engine

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
MEGABYTE = 1_000_000


def main() -> int:
    """Do it all; 0 when every check passed and the budgets hold."""
    started = time.perf_counter()
    rows: list[tuple[str, str]] = []
    try:
        with open_engine() as engine:
            base = choose_base(engine, ROOT / "Dockerfile")
            rows.append(("engine and base", f"{time.perf_counter() - started:.0f} s, {base or 'the pinned base'}"))
            rows.append(("cold build", f"{build(engine, ROOT, base=base, is_cold=True):.0f} s"))
            rows.append(("warm build", f"{build(engine, ROOT, base=base):.1f} s"))
            rows.append(("build of target publish", f"{build(engine, ROOT, base=base, target='publish'):.0f} s"))
            with tempfile.TemporaryDirectory(prefix="pilotage-tools-") as tools:
                is_passed = _check(engine, rows, act=_install_act(Path(tools)))
            is_light = _weigh(engine, rows)
    except SetUpError as error:
        print(f"test-container: {error}", file=sys.stderr)  # noqa: T201 - this is what a command says
        return 1
    rows.append(("all of it", f"{time.perf_counter() - started:.0f} s"))
    width = max(len(name) for name, _ in rows)
    print("\n".join(f"{name:<{width}}  {value}" for name, value in rows))  # noqa: T201 - the command's result
    return 0 if is_passed and is_light else 1


def _install_act(folder: Path) -> Path:
    """Install what runs workflows, pinned and hashed, and give its program.

    Raises:
        SetUpError: It cannot be had.
    """
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    wanted = ["--target", str(folder), "--requirement", str(ROOT / "requirements" / "container.txt")]
    done = subprocess.run([*install, *wanted], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetUpError(f"act cannot be installed:\n{done.stderr[-2000:]}")
    return folder / "bin" / "act"


def _check(engine: Engine, rows: list[tuple[str, str]], *, act: Path) -> bool:
    checks = sorted(str(path) for path in HERE.glob("check_*.py"))
    with tempfile.TemporaryDirectory(prefix="pilotage-report-") as name:
        report = Path(name) / "train.json"
        environment = {
            **os.environ,
            "PILOTAGE_CONTAINER_ACT": str(act),
            "PILOTAGE_CONTAINER_HOST": engine.host,
            "PILOTAGE_CONTAINER_REPORT": str(report),
        }
        started = time.perf_counter()
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "--no-header", *checks]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        rows.append(("all checks", f"{time.perf_counter() - started:.0f} s"))
        if report.is_file():
            stages = json.loads(report.read_text(encoding="utf-8"))
            rows += [(f"train: {stage}", f"{seconds} s") for stage, seconds in stages.items()]
    return done.returncode == 0


def _weigh(engine: Engine, rows: list[tuple[str, str]]) -> bool:
    for layer in layers(engine, IMAGE):
        rows.append((f"layer {layer.size / MEGABYTE:6.1f} MB", layer.instruction[:80]))  # noqa: PERF401 - rows grow on
    found, published = weigh(engine, IMAGE), weigh(engine, PUBLISH_IMAGE)
    spent = measure(engine, IMAGE)
    budget = 1.3 * spent["pass"] + 0.25
    rows += [
        ("python packages", f"{found['python'] / MEGABYTE:.1f} MB, of {PYTHON_LIMIT / MEGABYTE:.0f}"),
        ("uv", f"{found['uv'] / MEGABYTE:.1f} MB"),
        ("python packages of publish", f"{published['python'] / MEGABYTE:.1f} MB"),
        ("title check, CPU", f"{spent['title']:.2f} s; python {spent['pass']:.2f} s, so the budget is {budget:.2f} s"),
        ("title check, docker run", f"{wall(engine, IMAGE):.1f} s"),
    ]
    return found["python"] <= PYTHON_LIMIT and spent["title"] <= budget


if __name__ == "__main__":
    sys.exit(main())
