"""A rehearsal shows what surrounds the upload: workflows before and after it, and who publishes the release."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pilotage.cli import main
from train.rehearsed import BUILD, PROJECT, commit, make_repository

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

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


def rehearse(
    capsys: pytest.CaptureFixture[str], repo: Path, keep: Path
) -> tuple[int, dict[str, dict[str, object]], str]:
    code = main(["rehearse", "--json", "--repo", str(repo), "--keep", str(keep)])
    out, err = capsys.readouterr()
    return code, {stage["name"]: stage for stage in json.loads(out)["stages"]}, err


def test_a_release_that_publishes_itself_goes_all_the_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = make_repository(tmp_path / "tiny", PROJECT + BUILD + RULES)
    commit(repo, {".github/workflows/ci.yml": CI, ".github/workflows/docs.yml": DOCS}, "ci: workflows")

    code, stages, err = rehearse(capsys, repo, tmp_path / "kept")

    assert code == 0, err
    assert stages["release"]["facts"]["draft"] is True  # type: ignore[index] # a table of facts
    assert stages["publish"]["facts"] == {
        "tag": "v0.4.0",
        "files": FILES,
        "assets": ["SHA256SUMS", "pilotage-dist.json", *FILES],
    }
    log = (tmp_path / "kept" / "jobs" / "06-publish" / "log.txt").read_text()
    assert "started the workflow docs.yml on v0.4.0" in log
    assert "started the workflow ci.yml" not in log
    assert stages["again"]["ok"] is True


def test_a_workflow_that_is_not_there_fails_the_rehearsal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = make_repository(tmp_path / "tiny", PROJECT + BUILD + RULES)

    code, stages, _ = rehearse(capsys, repo, tmp_path / "kept")

    assert (code, stages["release"]["ok"], stages["publish"]["ok"]) == (1, True, False)
    log = (tmp_path / "kept" / "jobs" / "06-publish" / "log.txt").read_text()
    assert "ci.yml" in log
