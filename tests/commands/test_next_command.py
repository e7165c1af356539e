"""`pilotage next`: the machine format, the answer for people, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from commands.cliruns import run
from commands.packages import package

if TYPE_CHECKING:
    from pathlib import Path


def test_the_machine_format_is_the_contracts(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    fix = repo.commit("fix: close the door")
    feature = repo.commit("feat(api,cli)!: greet people (#7)\n\nHello.")
    repo.commit("no type at all")
    done = run("next", "--json", "--repo", repo.path)
    change = {"breaking": False, "scope": [], "pull_request": None}
    assert (done.code, done.err) == (0, "")
    assert done.json == {
        "components": [
            {
                "name": None,
                "path": ".",
                "current": "1.2.0",
                "next": "2.0.0",
                "tag": "v2.0.0",
                "bump": "major",
                "changes": [
                    {
                        "sha": feature,
                        "type": "feat",
                        "scope": ["api", "cli"],
                        "breaking": True,
                        "subject": "greet people",
                        "pull_request": 7,
                    },
                    {**change, "sha": fix, "type": "fix", "subject": "close the door"},
                ],
                "reason": "3 commits since v1.2.0, the farthest of them major",
            }
        ],
        "format": 1,
    }


def test_nothing_to_release_is_done_and_has_no_next_version(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("chore: sweep")
    done = run("next", "--json", "--repo", repo.path)
    assert isinstance(done.json, dict)
    assert (done.code, done.json["components"]) == (
        0,
        [
            {
                "name": None,
                "path": ".",
                "current": "1.2.0",
                "next": None,
                "tag": None,
                "bump": "none",
                "changes": [
                    {
                        "sha": repo.sha(),
                        "type": "chore",
                        "scope": [],
                        "breaking": False,
                        "subject": "sweep",
                        "pull_request": None,
                    }
                ],
                "reason": "1 commit since v1.2.0, none of them releasable",
            }
        ],
    )


def test_people_see_the_step_its_reason_and_the_changes(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    sha = repo.commit("feat(api)!: greet people (#7)")
    done = run("next", "--repo", repo.path)
    assert done.out == (
        "1.2.0 → 2.0.0  (1 commit since v1.2.0, the farthest of them major)\n"
        f"  {sha[:10]} feat(api)!: greet people (#7)\n"
    )


def test_people_see_that_nothing_is_to_release(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    done = run("next", "--repo", repo.path)
    assert done.out == "1.2.0: nothing to release  (0 commits since v1.2.0, none of them releasable)\n"


def test_a_release_as_footer_is_the_reason(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("fix: close the door\n\nRelease-As: 3.0.0")
    done = run("next", "--repo", repo.path)
    assert done.out.startswith("1.2.0 → 3.0.0  (1 commit since v1.2.0, one of them with a Release-As footer)\n")


def test_a_first_release_says_so(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo", "0.1.0", tag="")
    repo.commit("feat: begin")
    done = run("next", "--repo", repo.path)
    assert done.out.startswith("0.1.0 → 0.1.0  (2 commits and no release before: the first release)\n")


def test_a_dynamic_version_before_the_first_release_is_none(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo", None, tag="")
    repo.commit("feat: begin")
    assert run("next", "--repo", repo.path).out.startswith("(none) → 0.1.0  (")


@pytest.mark.parametrize("command", ["next", "notes"])
def test_a_component_that_is_not_there_is_a_usage_error(tmp_path: Path, command: str) -> None:
    repo = package(tmp_path / "demo")
    done = run(command, "--component", "core\x1b[31m", "--json", "--repo", repo.path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: --component 'core\\x1b[31m': this repository has no such component\n  ")


def test_a_work_trees_uncommitted_files_do_not_count(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("fix: close the door")
    (repo.path / "pyproject.toml").write_text("broken")
    assert run("next", "--repo", repo.path).out.startswith("1.2.0 → 1.2.1 ")


def test_a_configuration_elsewhere_is_read(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo", tag="demo/1.2.0")
    repo.commit("fix: x", files={"conf/pilotage.toml": '[tool.pilotage]\ntag-format = "{name}/{version}"\n'})
    done = run("next", "--config", "conf/pilotage.toml", "--json", "--repo", repo.path)
    assert isinstance(done.json, dict)
    components = done.json["components"]
    assert isinstance(components, list)
    assert [row["tag"] for row in components if isinstance(row, dict)] == ["demo/1.2.1"]


@pytest.mark.parametrize("env", [{}, {"GITHUB_ACTIONS": "true"}])
@pytest.mark.parametrize("command", [("next",), ("notes",)])
def test_a_hostile_commit_message_never_comes_out_raw(
    tmp_path: Path, command: tuple[str, ...], env: dict[str, str]
) -> None:
    repo = package(tmp_path / "demo")
    evil = "\x1b[31m\x07\u202e ::error::pwned ##[add-mask]x\r::set-output name=a::b"
    repo.commit(
        f"feat(a{evil}): {evil}\n\n::error::pwned\n\n## Upgrade path\n\n::error::{evil}\n\nBREAKING CHANGE: {evil}"
    )
    repo.commit(f"feat: plain {evil}")
    done = run(*command, "--repo", repo.path, env=env)
    text = done.out + done.err
    assert (done.code, "pwned" in text) == (0, True)
    assert [character for character in text if character in "\x1b\x07\r\u202e"] == []
    assert [line for line in text.splitlines() if line.lstrip().startswith("::") or "##[" in line] == []
