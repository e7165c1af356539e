"""One package of a workspace travels the whole train, from the title to the index."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pilotage.cli import main
from train.rehearsed import BACKEND, BUILD, commit, fingerprint, git

if TYPE_CHECKING:
    from pathlib import Path

ROOT = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
HATCHLING = '\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'


def workspace(folder: Path, build: str, files: dict[str, str]) -> Path:
    """Make a workspace of two released packages: api needs exactly core."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    made = {"pyproject.toml": ROOT}
    for name, needs in (("core", ""), ("api", 'dependencies = ["core==1.0.0"]\n')):
        text = f'[project]\nname = "{name}"\nversion = "1.0.0"\n{needs}{build}'
        made |= {f"packages/{name}/pyproject.toml": text}
        made |= {f"packages/{name}/{path.replace('NAME', name)}": content for path, content in files.items()}
    commit(folder, made, "feat: begin")
    for name in ("core", "api"):
        git(folder, "tag", f"{name}-v1.0.0")
    commit(folder, {"packages/core/notes.txt": "one\n"}, "fix: an unreleased repair")
    return folder


def rehearse(capsys: pytest.CaptureFixture[str], repo: Path, component: str) -> tuple[int, dict[str, object]]:
    code = main(["rehearse", "--json", "--repo", str(repo), "--component", component])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("component", ["core", "api"])
def test_one_package_of_a_workspace_is_rehearsed_and_its_clone_stays_untouched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], component: str
) -> None:
    repo = workspace(tmp_path / "space", BUILD, {"backend.py": BACKEND})
    before = fingerprint(repo)
    code, answer = rehearse(capsys, repo, component)
    assert (code, answer["ok"]) == (0, True), answer
    version = answer["version"]
    assert answer["index_files"] == [f"{component}-{version}-py3-none-any.whl", f"{component}-{version}.tar.gz"]
    assert fingerprint(repo) == before


@pytest.mark.registry
def test_a_member_that_hatchling_builds_is_rehearsed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = workspace(tmp_path / "space", HATCHLING, {"src/NAME/__init__.py": "x = 1\n"})
    code, answer = rehearse(capsys, repo, "core")
    assert (code, answer["ok"]) == (0, True), answer
    assert [str(name).partition("-")[0] for name in answer["index_files"]] == ["core", "core"]  # type: ignore[attr-defined] # a JSON list
