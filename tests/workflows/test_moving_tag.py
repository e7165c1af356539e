"""The script of our release that moves `v1`: run as it stands in the workflow, against the forge."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.forgeclient import served
from workflows.workflowfiles import ACTION, ROOT, SELF_ACTION, read_called

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.sandbox.forge import Forge

pytestmark = pytest.mark.skipif(
    not shutil.which("jq") or not shutil.which("bash"),
    reason="the script needs bash and jq, which GitHub's runners have and this machine has not",
)
FILES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in (ACTION, SELF_ACTION)}
STEP = read_called(ROOT / ".github" / "workflows" / "release-train.yml").jobs["pin"].steps[-1]
DIGESTS = {"ACTION": f"sha256:{'a' * 64}", "PUBLISH": f"sha256:{'b' * 64}"}


class Releases:
    """A repository whose releases are pinned one after the other."""

    def __init__(self, forge: Forge, api_url: str, folder: Path) -> None:
        self.forge = forge
        self.folder = folder
        self._api_url = api_url
        gh = folder / "bin" / "gh"
        gh.parent.mkdir()
        gh.write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).parent / "standin_gh.py"} "$@"\n')
        gh.chmod(gh.stat().st_mode | stat.S_IXUSR)

    def commit(self, version: str) -> str:
        return self.forge.push("main", {**FILES, "VERSION": version}, f"chore(release): {version}")

    def pin(self, version: str, sha: str) -> str:
        work = self.folder / version
        for path, text in FILES.items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_text(text, encoding="utf-8")
        environment = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "FORGE": self._api_url,
            "GH_TOKEN": "writer",
            "GITHUB_REPOSITORY": "acme/demo",
            "GITHUB_SHA": sha,
            "NAME": "registry.example/acme/demo",
            "VERSION": version,
            **DIGESTS,
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEP.run]
        done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def read(self, *arguments: str) -> str:
        command = ["git", "--git-dir", str(self.forge.realm.git.git_dir), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def releases(tmp_path: Path) -> Iterator[Releases]:
    with served(tmp_path / "forge") as (forge, client):
        yield Releases(forge, client.endpoint.api_url, tmp_path)


def test_the_first_release_makes_the_tag(releases: Releases) -> None:
    sha = releases.commit("1.4.0")
    releases.pin("1.4.0", sha)
    assert releases.read("rev-list", "--parents", "-n1", "v1").split()[1:] == [sha]
    assert releases.read("log", "-1", "--format=%s", "v1") == "build(action): use the images of 1.4.0"


def test_the_commit_differs_in_the_two_lines_that_name_the_images(releases: Releases) -> None:
    sha = releases.commit("1.4.0")
    releases.pin("1.4.0", sha)
    changed = [
        line for line in releases.read("diff", "-U0", sha, "v1").splitlines() if line[:1] in "+-" and line[:3] != "+++"
    ]
    assert [line for line in changed if line.startswith("+")] == [
        f"+  image: docker://registry.example/acme/demo@{DIGESTS['ACTION']}",
        f"+  image: docker://registry.example/acme/demo@{DIGESTS['PUBLISH']}",
    ]
    assert releases.read("diff", "--name-only", sha, "v1").split() == sorted(FILES)


def test_the_tag_moves_forward_and_leaves_nothing_behind(releases: Releases) -> None:
    first = releases.commit("1.4.0")
    releases.pin("1.4.0", first)
    before = releases.read("rev-parse", "v1")
    second = releases.commit("1.10.0")
    releases.pin("1.10.0", second)
    assert releases.read("rev-list", "--parents", "-n1", "v1").split()[1:] == [second, before]


def test_a_run_again_changes_nothing(releases: Releases) -> None:
    sha = releases.commit("1.4.0")
    releases.pin("1.4.0", sha)
    before = releases.read("rev-parse", "v1")
    assert "v1 stays" in releases.pin("1.4.0", sha)
    assert releases.read("rev-parse", "v1") == before


def test_an_older_line_does_not_take_the_tag_back(releases: Releases) -> None:
    releases.pin("1.10.0", releases.commit("1.10.0"))
    before = releases.read("rev-parse", "v1")
    assert "v1 stays" in releases.pin("1.9.1", releases.commit("1.9.1"))
    assert releases.read("rev-parse", "v1") == before


def test_the_next_major_version_has_a_tag_of_its_own(releases: Releases) -> None:
    tens = releases.commit("10.0.0")
    releases.pin("10.0.0", tens)
    ones = releases.commit("1.4.0")
    releases.pin("1.4.0", ones)
    assert releases.read("rev-list", "--parents", "-n1", "v10").split()[1:] == [tens]
    assert releases.read("rev-list", "--parents", "-n1", "v1").split()[1:] == [ones]
