"""GitHub's own parser reads our workflows, where node and npm's registry are at hand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from workflows.workflowfiles import ROOT, WORKFLOWS, read_called, show

pytestmark = [
    pytest.mark.registry,
    pytest.mark.skipif(
        not shutil.which("node") or not shutil.which("npm"),
        reason="GitHub's parser is a program for node, and none is here",
    ),
]
PACKAGES = ("@actions/workflow-parser@0.3.61", "esbuild@0.28.2")
HOME = Path(sys.prefix) / "github-parser" / "-".join(package.rpartition("@")[2] for package in PACKAGES)
"""Where the parser is kept between runs: beside the other tools."""


class Reading(msgspec.Struct):
    name: str
    jobs: list[str]
    problems: list[str]


def set_up(*command: str, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        pytest.skip(f"GitHub's parser could not be set up: {done.stderr.strip()[-300:]}")


@pytest.fixture(scope="session")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install and bundle it: as it is packaged, no version of node imports it."""
    bundle = HOME / "parser.cjs"
    if not bundle.exists():
        work = tmp_path_factory.mktemp("github-parser")
        set_up("npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", *PACKAGES, cwd=work)
        source = Path(__file__).with_name("githubparser.mjs")
        shutil.copy(source, work)
        set_up(
            "npx", "esbuild", source.name, "--bundle", "--platform=node", "--format=cjs", "--outfile=p.cjs", cwd=work
        )
        HOME.mkdir(parents=True, exist_ok=True)
        ours = HOME / f"{os.getpid()}.cjs"
        shutil.copy(work / "p.cjs", ours)
        ours.replace(bundle)  # at once, for tests run side by side
    return bundle


def read(parser: Path, *files: Path) -> list[Reading]:
    done = subprocess.run(["node", parser, *files], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return [msgspec.json.decode(line, type=Reading) for line in done.stdout.splitlines()]


def test_github_s_parser_minds_nothing(parser: Path) -> None:
    readings = read(parser, *WORKFLOWS)
    assert {show(Path(one.name)): one.problems for one in readings if one.problems} == {}
    assert [one.jobs for one in readings] == [list(read_called(path).jobs) for path in WORKFLOWS]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("timeout-minutes: 10", "timeout-minute: 10"),
        ("inputs.config }}", "nowhere.config }}"),
        ("type: string", "type: text"),
        ("steps.pilotage.outputs.bump }}", "steps.pilotage.outputs.bump"),
    ],
)
def test_github_s_parser_finds_what_is_broken(parser: Path, tmp_path: Path, old: str, new: str) -> None:
    text = (ROOT / ".github" / "workflows" / "pr-title.yml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "broken.yml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    (reading,) = read(parser, path)
    assert reading.problems
