"""A repository of somebody's own is rehearsed as it is, and is only ever read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pilotage.cli import main
from train.rehearsed import BUILD, PROJECT, commit, git, make_repository

if TYPE_CHECKING:
    from pathlib import Path

NARROW = (
    PROJECT
    + BUILD
    + '[tool.pilotage]\nrelease = "published"\nscopes = ["api", "cli"]\n'
    + '[tool.pilotage.title]\nrequire-scope = true\n[tool.pilotage.publish]\nindex = ""\n'
)


def rehearse(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object], str]:
    code = main(["rehearse", "--json", *arguments])
    out, err = capsys.readouterr()
    return code, json.loads(out), err


def facts_of(answer: dict[str, object], name: str) -> dict[str, object]:
    stages = answer["stages"]
    assert isinstance(stages, list)
    facts = next(stage["facts"] for stage in stages if stage["name"] == name)
    assert isinstance(facts, dict)
    return facts


def test_a_repository_with_narrow_rules_on_a_detached_head_is_rehearsed_without_an_index(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = make_repository(tmp_path / "narrow", NARROW, tag="", branch="master")
    git(repo, "checkout", "-q", "--detach")

    code, answer, err = rehearse(capsys, "--repo", str(repo))

    assert (code, answer["ok"], answer["version"], answer["index_files"]) == (0, True, "0.4.0", [])
    assert facts_of(answer, "title")["refused"] == "feature(api): add a rehearsal note"
    assert facts_of(answer, "title")["accepted"] == "feat(api): add a rehearsal note"
    assert facts_of(answer, "release")["draft"] is False
    note = "this package never sees an index ([tool.pilotage.publish] index is empty)"
    assert [facts_of(answer, name).get("note") for name in ("publish", "verify")] == [note, note]
    assert "note: no branch is checked out: " in err


def test_a_build_that_fails_although_it_is_declared_fails_the_rehearsal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = make_repository(tmp_path / "broken")
    commit(repo, {"backend.py": "raise SystemExit('the backend gave up')\n"}, "fix: break the build")
    kept = tmp_path / "kept"
    kept.mkdir()

    code, answer, err = rehearse(capsys, "--repo", str(repo), "--keep", str(kept))

    assert (code, answer["ok"], answer["index_files"]) == (1, False, [])
    stages = answer["stages"]
    assert isinstance(stages, list)
    assert [stage["name"] for stage in stages if not stage["ok"]] == ["publish"]
    assert stages[-1]["name"] == "publish"
    assert facts_of(answer, "publish")["exit_code"] == 1
    assert "the backend gave up" in str(facts_of(answer, "publish")["output"])
    assert "rehearsal failed at publish: " in err
    assert "failed at publish" in (kept / "README.txt").read_text()


@pytest.mark.registry
def test_a_project_without_a_build_system_that_cannot_be_built_is_published_as_a_stand_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = make_repository(tmp_path / "flat", PROJECT)
    commit(repo, {"one/__init__.py": "", "two/__init__.py": ""}, "fix: two packages at the top")

    code, answer, _ = rehearse(capsys, "--repo", str(repo))

    assert code == 0
    assert answer["index_files"] == ["tiny_tool-0.4.0-py3-none-any.whl", "tiny_tool-0.4.0.tar.gz"]
    warning = str(facts_of(answer, "publish")["warning"])
    assert warning.startswith(
        "this project declares no [build-system] and cannot be built as it is: error: Multiple top"
    )
    assert warning.endswith("; a stand-in was published")


def test_a_failed_rehearsal_tells_people_what_failed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    types = "".join(f'{name} = {{ bump = "none", section = "x" }}\n' for name in ("feat", "fix", "perf", "deps"))
    repo = make_repository(tmp_path / "idle", PROJECT + BUILD + "[tool.pilotage.extend-types]\n" + types)

    assert main(["rehearse", "--repo", str(repo)]) == 1

    out, err = capsys.readouterr()
    assert "failed title" in out
    assert (
        "error: rehearsal failed at title: no title was found that the gate accepts and that releases something" in err
    )
    assert "Run it with --keep DIR" in err
