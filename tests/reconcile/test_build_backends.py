"""Five build backends for real: one commit, built twice in other places, gives the same bytes and breaks no rule."""

from __future__ import annotations

import os
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from pilotage.providers.git import Git
from pilotage.reconcile.building import BuildPlace, build_commit
from providers.gitrepos import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.model.dist import DistManifest

PROJECT = """\
[project]
name = "demo"
{version}
description = "A demo"
readme = "README.md"
requires-python = ">=3.11"
license = "MIT"
license-files = ["LICENSE"]
dependencies = ["packaging>=24"]

[project.scripts]
demo = "demo:main"

[build-system]
requires = [{requires}]
build-backend = "{backend}"
{more}
"""
BACKENDS = {
    "hatchling": ('"hatchling>=1.27"', "hatchling.build", ""),
    "flit-core": ('"flit_core>=3.12"', "flit_core.buildapi", ""),
    "poetry-core": (
        '"poetry-core>=2"',
        "poetry.core.masonry.api",
        '[tool.poetry]\npackages = [{ include = "demo", from = "src" }]',
    ),
    "uv-build": ('"uv_build>=0.8"', "uv_build", ""),
    "setuptools": (
        '"setuptools>=77"',
        "setuptools.build_meta",
        '[tool.setuptools]\nscript-files = ["bin/run-demo"]\n[tool.setuptools.package-data]\ndemo = ["data/*.json"]',
    ),
}
FILES = {
    "README.md": "# Demo\n\nSays `hello`.\n",
    "LICENSE": "MIT\n",
    "src/demo/__init__.py": '"""A demo."""\n\n\ndef main() -> None:\n    """Say hello."""\n',
    "src/demo/data/table.json": '{"a": 1}\n',
    "bin/run-demo": "#!/bin/sh\necho hello\n",
    ".gitignore": "*.pyc\n",
}
DYNAMIC = {
    "hatch-vcs": (
        '"hatchling>=1.27", "hatch-vcs"',
        "hatchling.build",
        '[tool.hatch.version]\nsource = "vcs"',
    ),
    "setuptools-scm": ('"setuptools>=77", "setuptools-scm>=8"', "setuptools.build_meta", "[tool.setuptools_scm]"),
}


def write_repo(folder: Path, backend: tuple[str, str, str], *, version: str) -> Repo:
    repo = Repo(folder)
    requires, name, more = backend
    text = PROJECT.format(version=version, requires=requires, backend=name, more=more)
    for path, content in {**FILES, "pyproject.toml": text}.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
    (folder / "bin" / "run-demo").chmod(0o755)
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "feat: begin")
    return repo


def build(repo: Path, out: Path, *, umask: int = 0o022, tag: str = "", version: str) -> DistManifest:
    """Build the last commit with a umask."""
    git = Git(repo)
    before = os.umask(umask)
    try:
        place = BuildPlace(git.head(), tag=tag)
        return build_commit(git, place, out, environment=os.environ, version=version)
    finally:
        os.umask(before)


@pytest.mark.registry
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_commit_built_twice_is_the_same_bytes_and_fit_to_leave(tmp_path: Path, backend: str) -> None:
    repo = write_repo(tmp_path / "repo", BACKENDS[backend], version='version = "1.2.0"')
    first, second = (
        build(repo.path, tmp_path / f"out-{number}", umask=umask, version="1.2.0")
        for number, umask in enumerate((0o022, 0o077))
    )
    assert first == second
    assert [file.name for file in first.files] == ["demo-1.2.0-py3-none-any.whl", "demo-1.2.0.tar.gz"]
    with (
        zipfile.ZipFile(tmp_path / "out-1" / first.files[0].name) as wheel,
        tarfile.open(tmp_path / "out-1" / first.files[1].name) as sdist,
    ):
        assert {"demo/__init__.py", "demo/data/table.json"} <= set(wheel.namelist())
        modes = {member.name: member.mode for member in sdist if member.isfile()}
    assert {mode & 0o066 for mode in modes.values()} == {0o044}
    if backend == "setuptools":
        assert modes["demo-1.2.0/bin/run-demo"] == 0o755


@pytest.mark.registry
@pytest.mark.parametrize("backend", DYNAMIC)
def test_a_version_from_the_tag_is_that_of_every_file(tmp_path: Path, backend: str) -> None:
    repo = write_repo(tmp_path / "repo", DYNAMIC[backend], version='dynamic = ["version"]')
    manifest = build(repo.path, tmp_path / "out", tag="v2.0.0", version="2.0.0")
    assert [file.name for file in manifest.files] == ["demo-2.0.0-py3-none-any.whl", "demo-2.0.0.tar.gz"]
