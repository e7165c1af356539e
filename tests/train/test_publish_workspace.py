"""The publish flow of several packages: each job brings out the package that it has files of, and no other."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.index import Index, TokenScope
from train.harness import Bench
from train.publishyard import ASSETS, TOKEN, build_files
from train.yard import Yard, open_yard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOT = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'


def package(name: str) -> dict[str, str]:
    return {f"packages/{name}/pyproject.toml": f'[project]\nname = "{name}"\nversion = "1.0.0"\n'}


class Matrix:
    """A workspace whose two packages have drafts, and a folder of files of each."""

    def __init__(self, yard: Yard, index: Index, url: str, folder: Path) -> None:
        self.yard = yard
        self.index = index
        self.variables = {"INPUT_INDEX": url, "PILOTAGE_INDEX_TOKEN": TOKEN}
        self.dists = {name: str(build_files(folder / name, name=name, version="1.1.0")) for name in ("core", "cli")}
        for name in self.dists:
            yard.touch("feat: more", f"packages/{name}/more.py")
        yard.run()
        yard.merge()
        yard.run()

    def push(self, name: str) -> int:
        """Run the push of the release's commit in the job of a package."""
        payload = self.yard.forge.event_push(self.yard.head(), self.yard.head(), "main")
        return self.yard.event("push", payload, extra={**self.variables, "INPUT_DIST": self.dists[name]})

    def dispatch(self, name: str) -> int:
        payload = self.yard.forge.event_workflow_dispatch()
        return self.yard.event("workflow_dispatch", payload, extra={**self.variables, "INPUT_DIST": self.dists[name]})

    @property
    def drafts(self) -> dict[str, bool]:
        return {release.tag_name: release.draft for release in self.yard.forge.realm.state.releases}

    @property
    def assets(self) -> dict[str, list[str]]:
        releases = self.yard.forge.realm.state.releases
        return {release.tag_name: [asset.name for asset in release.assets] for release in releases}

    @property
    def projects(self) -> list[str]:
        return sorted(name for name, files in self.index.world().items() if files)


@contextmanager
def open_matrix(folder: Path, table: str) -> Iterator[Matrix]:
    files = {"pyproject.toml": ROOT + table, **package("core"), **package("cli")}
    with open_yard(Bench(folder), files, "core-v1.0.0", "cli-v1.0.0") as yard:
        index = Index(folder / "index")
        index.tokens[TOKEN] = TokenScope()
        with index.serve() as at:
            yield Matrix(yard, index, at.upload_url, folder)


@pytest.fixture
def matrix(tmp_path: Path) -> Iterator[Matrix]:
    with open_matrix(tmp_path, '[tool.pilotage]\nrelease = "published"\n') as matrix:
        yield matrix


def test_each_job_of_a_matrix_brings_its_own_package_out(matrix: Matrix) -> None:
    tags = {name: matrix.yard.tag(f"{name}-v1.1.0") for name in ("core", "cli")}
    assert matrix.push("core") == 0
    assert matrix.drafts == {"core-v1.1.0": False, "cli-v1.1.0": True}
    assert matrix.projects == ["core"]
    assert matrix.push("cli") == 0
    assert matrix.drafts == {"core-v1.1.0": False, "cli-v1.1.0": False}
    assert matrix.projects == ["cli", "core"]
    assert {name: matrix.yard.tag(f"{name}-v1.1.0") for name in ("core", "cli")} == tags
    assert {len(names) for names in matrix.assets.values()} == {len(ASSETS)}


def test_a_job_that_runs_again_leaves_the_other_package_alone(matrix: Matrix) -> None:
    for _ in range(2):
        for name in ("core", "cli"):
            assert matrix.push(name) == 0
    sent = [call for call in matrix.index.log if call.path == "/legacy/" and call.status == 200]
    assert len(sent) == 4


def test_a_dispatch_with_files_of_one_package_leaves_the_other_alone(matrix: Matrix) -> None:
    for name in ("core", "cli"):
        assert matrix.push(name) == 0
    assert matrix.dispatch("core") == 0
    assert matrix.dispatch("cli") == 0


def test_a_draft_takes_the_files_of_its_own_package(tmp_path: Path) -> None:
    with open_matrix(tmp_path, "") as matrix:
        assert matrix.push("cli") == 0
        assert matrix.assets["core-v1.1.0"] == []
        assert len(matrix.assets["cli-v1.1.0"]) == len(ASSETS)
        assert matrix.projects == []
        assert matrix.drafts == {"core-v1.1.0": True, "cli-v1.1.0": True}
