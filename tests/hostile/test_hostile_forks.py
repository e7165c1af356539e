"""`pull_request_target` from a fork, with everything in its head that a tool could run, import, read or follow."""

from __future__ import annotations

import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hostile.hostileground import BRANCH, Ground, open_ground
from pilotage.sandbox.train.runner import TOKEN
from train.harness import PYPROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODULES = (
    "pilotage.py",
    "pilotage/__init__.py",
    "pilotage/__main__.py",
    "click.py",
    "msgspec/__init__.py",
    "requests.py",
    "github/__init__.py",
    "griffe.py",
    "tomllib.py",
    "sitecustomize.py",
    "usercustomize.py",
    "conftest.py",
    "setup.py",
    "demo/__init__.py",
    "backend.py",
)
GENEROUS = """
[tool.pilotage]
extend-types = { evil = { bump = "major" } }
tag-format = "evil{version}"
release = "published"

[tool.pilotage.title]
ignore-authors = ["mallory"]
ignore-labels = ["skip"]
severity = { T001 = "off", T002 = "off", T003 = "off" }
"""


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with open_ground(tmp_path) as open_:
        open_.forge.push("main", {"demo/__init__.py": "def greet():\n    return 1\n"}, "feat: an interface")
        yield open_


def trap(ground: Ground) -> dict[str, str | bytes | None]:
    """Give files of which each leaves a trace when it is run, imported, or used as a filter or a hook."""
    python = f"open({str(ground.marker)!r}, 'a').write(__file__)\ndef greet():\n    return 2\n"
    shell = f"#!/bin/sh\necho ran >> {ground.marker}\n"
    files: dict[str, str | bytes | None] = dict.fromkeys(MODULES, python)
    files |= {
        "pyproject.toml": PYPROJECT.replace("requires = []", 'requires = []\nbackend-path = ["."]') + GENEROUS,
        "setup.cfg": "[metadata]\nname = demo\nversion = 9.9.9\n",
        ".gitattributes": "* filter=evil diff=evil merge=evil\n",
        ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% ran\n\tupdate = !touch ran\n',
        ".gitconfig": f"[core]\n\tfsmonitor = {ground.marker}\n",
        ".githooks/post-checkout": shell,
        "hooks/post-checkout": shell,
        ".git-blame-ignore-revs": "x",
        ".mailmap": "a <b> <c>",
        "git": shell,
        ".pilotage.toml": GENEROUS,
        ".github/pilotage/title.md": "{{ ''.__class__.__mro__ }}",
        ".github/workflows/evil.yml": "on: pull_request_target\n",
    }
    return files


@pytest.mark.parametrize("checkout", ["base", "head"])
def test_nothing_of_a_fork_is_run_whatever_is_checked_out(ground: Ground, checkout: str) -> None:
    number = ground.forge.open_pull_request("topic", "fix: tidy up", files=trap(ground), fork="mallory/demo")
    workspace = ground.check_out()
    if checkout == "head":  # what no workflow should do, and some do
        head = ground.forge.pull_request(number).head_sha
        address = ground.endpoint.clone_url.replace("://", f"://x-access-token:{TOKEN}@")
        for words in (["fetch", "-q", "--depth=1", address, head], ["checkout", "-q", "--detach", "FETCH_HEAD"]):
            subprocess.run(["git", *words], cwd=workspace, check=True, capture_output=True)
        (workspace / "git").chmod(stat.S_IRWXU)
    ended = ground.checked(number, event="pull_request_target", workspace=workspace)
    assert ended.code in {0, 1}, ended.log
    assert not ground.marker.exists(), ground.marker.read_text()
    status = subprocess.run(["git", "status", "--short"], cwd=workspace, check=True, capture_output=True)
    assert status.stdout.strip() in {b"", b"M git"}, "nothing is written into the checkout"
    assert ended.outputs["title-ok"] in {"true", "false"}


@pytest.mark.parametrize("title", ["evil: greet people", "nonsense"])
def test_the_rules_are_the_base_s_whatever_a_fork_configures(ground: Ground, title: str) -> None:
    number = ground.forge.open_pull_request("topic", title, files=trap(ground), fork="mallory/demo", author="mallory")
    ground.forge.label_pull_request(number, "skip")
    ended = ground.checked(number, event="pull_request_target")
    assert ended.code == 1, ended.log
    assert ended.outputs["title-ok"] == "false"
    assert not ground.marker.exists()


def test_a_pull_request_of_a_fork_changes_nothing_but_its_own_comment(ground: Ground) -> None:
    number = ground.forge.open_pull_request("topic", "nonsense", files=trap(ground), fork="mallory/demo")
    before = ground.forge.world()
    asked = dict.fromkeys(("INPUT_RELEASE-AS", "INPUT_DIST", "INPUT_INDEX-TOKEN"), "9.9.9")
    for event in ("pull_request", "pull_request_target"):
        payload = ground.forge.event_pull_request(number, "opened")
        assert ground.run(event, payload, variables=asked).code == 1
    after = ground.forge.world()
    assert len(ground.comments) == 1
    assert {key: after[key] for key in after if key != "comments"} == {
        key: before[key] for key in before if key != "comments"
    }


def test_a_fork_s_branch_with_the_release_branch_s_name_is_checked_like_any_other(ground: Ground) -> None:
    number = ground.forge.open_pull_request(BRANCH, "nonsense", files={"x.txt": "x"}, fork="mallory/demo")
    ended = ground.checked(number, event="pull_request_target")
    assert ended.code == 1, ended.log
    assert ground.pushed().code == 0
    mine = [pull for pull in ground.forge.realm.state.pulls if pull.head == BRANCH and not pull.fork]
    assert [pull.title for pull in mine] == ["chore(release): 0.2.0"]
    assert ground.forge.pull_request(number).title == "nonsense"


def test_a_stranger_s_comment_is_neither_taken_for_ours_nor_changed(ground: Ground) -> None:
    number = ground.forge.open_pull_request("topic", "nonsense", files={"x.txt": "x"}, fork="mallory/demo")
    theirs = "<!-- pilotage:title -->\n✅ **The title is all right now.**\n"
    ground.forge.comment(number, theirs, author="mallory")
    assert ground.checked(number, event="pull_request_target").code == 1
    assert len(ground.comments) == 2
    assert ground.comments[0] == theirs


def test_the_program_on_a_runner_is_not_replaced_by_one_of_the_workspace(ground: Ground, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    for name, text in trap(ground).items():
        place = workspace / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(str(text))
        place.chmod(stat.S_IRWXU)
    number = ground.forge.open_pull_request("topic", "fix: tidy up", files=trap(ground), fork="mallory/demo")
    ended = ground.checked(number, event="pull_request_target", workspace=workspace)
    assert ended.code in {0, 1}, ended.log
    assert not ground.marker.exists(), ground.marker.read_text()
    subprocess.run([sys.executable, "-m", "pilotage", "--version"], cwd=workspace, check=False, capture_output=True)
    assert ground.marker.exists(), (
        "the trap works: this is why the program is never started by the folder's search path"
    )
