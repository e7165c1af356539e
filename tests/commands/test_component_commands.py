"""The commands in a repository with several packages: what comes next, the build and the notes of one of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from commands.cliruns import run
from providers.gitrepos import Repo
from train.rehearsed import BACKEND, BUILD

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Make a uv workspace of two packages; b needs exactly a."""
    repo = Repo(tmp_path / "repo")
    files = {"pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n'}
    for name, needs in (("a", ""), ("b", 'dependencies = ["a==1.0.0"]\n')):
        text = f'[project]\nname = "{name}"\nversion = "1.0.0"\n{needs}{BUILD}'
        files |= {f"packages/{name}/pyproject.toml": text, f"packages/{name}/backend.py": BACKEND}
    repo.commit("chore: start", files=files)
    for name in ("a", "b"):
        repo.git("tag", f"{name}-v1.0.0")
    repo.commit("feat: sing", files={"packages/a/sing.py": "la"})
    return repo


def rows(text: str) -> dict[str, dict[str, object]]:
    return {row["name"]: row for row in json.loads(text)["components"]}


def test_next_tells_what_comes_next_for_each_package(repo: Repo) -> None:
    found = run("next", "--repo", repo.path, "--json")
    assert {name: (row["next"], row["path"], row["tag"]) for name, row in rows(found.out).items()} == {
        "a": ("1.1.0", "packages/a", "a-v1.1.0"),
        "b": ("1.0.1", "packages/b", "b-v1.0.1"),
    }
    assert run("next", "--repo", repo.path).out.startswith("a: 1.0.0 → 1.1.0")


def test_next_tells_of_one_package_when_asked(repo: Repo) -> None:
    found = run("next", "--repo", repo.path, "--json", "--component", "b")
    assert list(rows(found.out)) == ["b"]


@pytest.mark.parametrize("command", [("next",), ("notes",), ("rehearse",), ("build", "--out", "dist")])
def test_a_package_that_is_not_there_is_refused_with_those_that_are(
    repo: Repo, command: tuple[str, ...], tmp_path: Path
) -> None:
    arguments = [str(tmp_path / "dist") if word == "dist" else word for word in command]
    found = run(*arguments, "--repo", repo.path, "--component", "nobody")
    assert found.code == 2
    assert "nobody" in found.err
    assert "a, b" in found.err


def test_build_makes_the_files_of_the_package_that_is_named(repo: Repo, tmp_path: Path) -> None:
    found = run("build", "--repo", repo.path, "--component", "b", "--out", tmp_path / "dist", "--json")
    assert found.code == 0, found.err
    assert sorted(path.name for path in (tmp_path / "dist").glob("b-*")) == [
        "b-1.0.0-py3-none-any.whl",
        "b-1.0.0.tar.gz",
    ]
    assert list((tmp_path / "dist").glob("a-*")) == []


def test_build_asks_which_package_is_meant(repo: Repo, tmp_path: Path) -> None:
    found = run("build", "--repo", repo.path, "--out", tmp_path / "dist")
    assert found.code == 2
    assert "a, b" in found.err
    assert not (tmp_path / "dist").exists()


def test_the_notes_of_one_package_hold_its_own_changes(repo: Repo) -> None:
    repo.commit("fix: dance", files={"packages/b/dance.py": "1"})
    found = run("notes", "--repo", repo.path, "--component", "b")
    assert found.code == 0
    assert ("dance" in found.out, "sing" in found.out) == (True, False)
