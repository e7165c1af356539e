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


def workspace(folder: Path) -> Path:
    """Make a workspace of two released packages: api needs core; hatchling builds core, a backend of its own api."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    made = {"pyproject.toml": ROOT, "packages/core/src/core/__init__.py": "x = 1\n", "packages/api/backend.py": BACKEND}
    for name, needs, build in (("core", "", HATCHLING), ("api", 'dependencies = ["core==1.0.0"]\n', BUILD)):
        text = f'[project]\nname = "{name}"\nversion = "1.0.0"\nrequires-python = ">=3.11"\n{needs}{build}'
        made |= {f"packages/{name}/pyproject.toml": text}
    commit(folder, made, "feat: begin")
    for name in ("core", "api"):
        git(folder, "tag", f"{name}-v1.0.0")
    commit(folder, {"packages/core/notes.txt": "one\n"}, "fix: an unreleased repair")
    return folder


@pytest.mark.parametrize("component", [pytest.param("core", marks=pytest.mark.registry, id="core-by-hatchling"), "api"])
def test_one_package_of_a_workspace_is_rehearsed_and_its_clone_stays_untouched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], component: str
) -> None:
    repo = workspace(tmp_path / "space")
    before = fingerprint(repo)
    code = main(["rehearse", "--json", "--repo", str(repo), "--component", component])
    answer = json.loads(capsys.readouterr().out)
    assert (code, answer["ok"]) == (0, True), answer
    version = answer["version"]
    assert answer["index_files"] == [f"{component}-{version}-py3-none-any.whl", f"{component}-{version}.tar.gz"]
    assert fingerprint(repo) == before
