"""A rehearsal shows what surrounds the upload: workflows before and after it, and who publishes the release."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pilotage.cli import main
from train.rehearsed import BUILD, PROJECT, commit, fingerprint, git, make_repository

if TYPE_CHECKING:
    from pathlib import Path

RULES = """
[tool.pilotage]
release = "published"
[tool.pilotage.publish]
environment = "release"
before = ["ci.yml"]
after = [{ workflow = "docs.yml", inputs = { version = "{version}" }, wait = true }]
"""
CI = "name: ci\non: push\njobs: {}\n"
DOCS = "name: docs\non:\n  workflow_dispatch:\n    inputs:\n      version: {}\njobs: {}\n"
FILES = ["tiny_tool-0.4.0-py3-none-any.whl", "tiny_tool-0.4.0.tar.gz"]


@dataclass(frozen=True)
class Outcome:
    """One rehearsal for people: what they saw, what was kept, and the repository's files before and after it."""

    code: int
    shown: str
    told: str
    kept: Path
    before: dict[str, str]
    after: dict[str, str]

    @property
    def stages(self) -> dict[str, dict[str, object]]:
        return read_stages((self.kept / "rehearsal.json").read_text())

    @property
    def log(self) -> str:
        return (self.kept / "jobs" / "06-publish" / "log.txt").read_text()


def read_stages(answer: str) -> dict[str, dict[str, object]]:
    return {stage["name"]: stage for stage in json.loads(answer)["stages"]}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("rehearsal")
    repo = make_repository(folder / "tiny", PROJECT + BUILD + RULES)
    commit(repo, {".github/workflows/ci.yml": CI, ".github/workflows/docs.yml": DOCS}, "ci: workflows")
    # a module of the checkout must not stand in for one of the program's
    commit(repo, {"click.py": "raise SystemExit(9)\n"}, "fix: a module with a known name")
    git(repo, "remote", "add", "origin", "git@github.com:octo-org/tiny-tool.git")
    (repo / "README.md").write_text("# Not committed\n")
    git(repo, "gc", "-q")
    before = fingerprint(repo)
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["rehearse", "--repo", str(repo), "--keep", str(folder / "kept")])
    out.seek(0)
    return Outcome(code, out.read(), err.getvalue(), folder / "kept", before, fingerprint(repo))


def test_a_repository_is_rehearsed_for_people_and_its_clone_stays_untouched(outcome: Outcome) -> None:
    assert outcome.code == 0, outcome.told
    assert outcome.after == outcome.before
    assert "note: only commits are rehearsed: the changes in the work tree stay out" in outcome.shown
    assert "an unreleased repair" in outcome.shown
    assert '+version = "0.4.0"' in outcome.shown
    assert "/octo-org/tiny-tool/" in outcome.shown
    last = outcome.shown.splitlines()[-1]
    assert last.startswith("rehearsal ok: tiny-tool 0.4.0, 2 files on the embedded index, ")


def test_a_release_that_publishes_itself_goes_all_the_way(outcome: Outcome) -> None:
    assert outcome.code == 0, outcome.told
    stages = outcome.stages
    assert stages["release"]["facts"]["draft"] is True  # type: ignore[index] # a table of facts
    assert stages["publish"]["facts"] == {
        "tag": "v0.4.0",
        "files": FILES,
        "assets": ["SHA256SUMS", "pilotage-dist.json", *FILES],
    }
    assert "started the workflow docs.yml on v0.4.0" in outcome.log
    assert "started the workflow ci.yml" not in outcome.log
    assert stages["again"]["ok"] is True


def test_a_workflow_that_is_not_there_fails_the_rehearsal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = make_repository(tmp_path / "tiny", PROJECT + BUILD + RULES)

    code = main(["rehearse", "--json", "--repo", str(repo), "--keep", str(tmp_path / "kept")])

    stages = read_stages(capsys.readouterr().out)
    assert (code, stages["release"]["ok"], stages["publish"]["ok"]) == (1, True, False)
    log = (tmp_path / "kept" / "jobs" / "06-publish" / "log.txt").read_text()
    assert "ci.yml" in log
