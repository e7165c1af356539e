"""What the action makes as root belongs to the runner's user afterwards, and nothing else changes hands."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from pilotage.reconcile.handback import give_back

if TYPE_CHECKING:
    from pathlib import Path

RUNNER = (1001, 127)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    folder = tmp_path / "workspace"
    folder.mkdir()
    os.chown(folder, *RUNNER)
    return folder


def owner(path: Path) -> tuple[int, int]:
    found = path.lstat()
    return found.st_uid, found.st_gid


def test_what_a_run_made_belongs_to_the_folders_owner(workspace: Path) -> None:
    began = time.time()
    (workspace / "dist" / "deep").mkdir(parents=True)
    (workspace / "dist" / "deep" / "a.whl").write_text("a")
    (workspace / "link").symlink_to("dist")
    give_back({"GITHUB_WORKSPACE": str(workspace)}, since=began)
    made = [workspace / "dist", workspace / "dist" / "deep", workspace / "dist" / "deep" / "a.whl", workspace / "link"]
    assert [owner(path) for path in made] == [RUNNER] * 4


def test_what_was_there_before_stays_as_it_was(workspace: Path) -> None:
    (workspace / "old").write_text("old")
    give_back({"GITHUB_WORKSPACE": str(workspace)}, since=time.time() + 60)
    assert owner(workspace / "old") == (0, 0)


def test_what_belongs_to_others_stays_theirs(workspace: Path) -> None:
    (workspace / "theirs").write_text("theirs")
    os.chown(workspace / "theirs", 1234, 1234)
    give_back({"GITHUB_WORKSPACE": str(workspace)}, since=time.time())
    assert owner(workspace / "theirs") == (1234, 1234)


def test_a_link_out_of_the_folder_is_not_followed(workspace: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("outside")
    (workspace / "folder").symlink_to(outside)
    (workspace / "file").symlink_to(outside / "file")
    give_back({"GITHUB_WORKSPACE": str(workspace)}, since=time.time())
    assert [owner(outside), owner(outside / "file")] == [(0, 0)] * 2


def test_a_file_with_a_second_name_elsewhere_is_left_alone(workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("e")
    os.link(tmp_path / "elsewhere", workspace / "here")
    give_back({"GITHUB_WORKSPACE": str(workspace)}, since=time.time())
    assert owner(tmp_path / "elsewhere") == (0, 0)


def test_a_folder_of_root_stays_roots(workspace: Path) -> None:
    os.chown(workspace, 0, 0)
    (workspace / "new").write_text("new")
    give_back({"HOME": str(workspace)}, since=time.time())
    assert owner(workspace / "new") == (0, 0)


def test_a_folder_that_is_not_there_is_no_error(workspace: Path) -> None:
    (workspace / "new").write_text("new")
    give_back({"HOME": str(workspace / "absent"), "RUNNER_TEMP": str(workspace)}, since=time.time())
    assert owner(workspace / "new") == RUNNER


def test_a_run_that_is_not_roots_gives_nothing_back(workspace: Path) -> None:
    (workspace / "new").write_text("new")
    os.seteuid(1234)
    try:
        give_back({"GITHUB_WORKSPACE": str(workspace)}, since=time.time())
    finally:
        os.seteuid(0)
    assert owner(workspace / "new") == (0, 0)
