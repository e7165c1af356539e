"""A real repository with a long history, rebuilt from data beside the checkout, is rehearsed to its end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pilotage.cli import main

REPLAY = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "replay"
HISTORY = REPLAY / "histories" / "uktrade__platform-tools.jsonl.gz"


@pytest.mark.registry
def test_a_long_history_with_bare_tags_and_no_build_system_arrives(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not HISTORY.exists():
        pytest.skip("the recorded histories (../shared/data/replay) are not beside this checkout")
    repo = tmp_path / "platform-tools"
    subprocess.run(
        [sys.executable, str(REPLAY / "to_git.py"), str(HISTORY), str(repo)], check=True, capture_output=True
    )
    last = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0"], cwd=repo, check=True, capture_output=True, text=True
    ).stdout.strip()
    major, minor, _ = last.split(".")
    wanted = f"{major}.{int(minor) + 1}.0"

    assert main(["rehearse", "--json", "--repo", str(repo)]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["version"]) == (True, wanted)
    facts = {stage["name"]: stage["facts"] for stage in answer["stages"]}
    assert facts["release"]["tag"] == wanted
    assert "declares no [build-system]" in facts["publish"]["warning"]
    assert facts["again"]["writes"] == 0
