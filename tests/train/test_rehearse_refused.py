"""What cannot be rehearsed is refused at once, with what is missing and what to do."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from pilotage.cli import main
from pilotage.commands.rehearse import expect_extra, expect_free
from pilotage.errors import UsageError
from pilotage.sandbox.forge import Forge
from pilotage.sandbox.train import SubjectError, observe_repository
from train.rehearsed import git, make_repository

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_without_a_repository_is_a_usage_error_that_names_the_example(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rehearse", "--repo", str(tmp_path)]) == 2
    assert "not a git repository" in (err := capsys.readouterr().err)
    assert "--example" in err


def test_a_folder_that_does_not_exist_is_no_repository(tmp_path: Path) -> None:
    with pytest.raises(SubjectError, match="not a git repository"):
        observe_repository(tmp_path / "absent")


def test_a_repository_without_a_commit_is_refused(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    with pytest.raises(SubjectError, match="there is no commit yet"):
        observe_repository(tmp_path)


@pytest.mark.parametrize(("option", "kind"), [("--depth=1", "shallow"), ("--filter=blob:none", "partial")])
def test_a_clone_with_a_part_of_the_history_is_refused(tmp_path: Path, option: str, kind: str) -> None:
    origin = make_repository(tmp_path / "origin")
    git(origin, "config", "uploadpack.allowFilter", "true")
    subprocess.run(["git", "clone", "-q", option, origin.as_uri(), str(tmp_path / "clone")], check=True)
    with pytest.raises(SubjectError, match=f"this clone is {kind}"):
        observe_repository(tmp_path / "clone")


def test_a_repository_of_another_object_format_is_refused(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "feat: begin")
    with pytest.raises(SubjectError, match="not named by SHA-1"):
        observe_repository(tmp_path)


def test_a_damaged_history_is_refused_and_not_half_copied(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "damaged")
    subject = observe_repository(repo)
    root = git(repo, "rev-parse", "v0.3.0")
    (repo / ".git" / "objects" / root[:2] / root[2:]).unlink()
    with pytest.raises(SubjectError, match="its history cannot be copied"):
        subject.install(Forge(tmp_path / "forge"))


@pytest.mark.parametrize("place", ["src", "."])
def test_a_folder_inside_a_work_tree_stands_for_the_whole_repository(tmp_path: Path, place: str) -> None:
    repo = make_repository(tmp_path / "My tool!", branch="trunk")
    (repo / "src").mkdir()
    subject = observe_repository(repo / place)
    assert (subject.source, subject.name, subject.branch) == (repo, "My-tool", "trunk")
    assert subject.commit == git(repo, "rev-parse", "HEAD")


def test_a_bare_repository_can_be_rehearsed(tmp_path: Path) -> None:
    repo, bare = make_repository(tmp_path / "tool"), tmp_path / "tool.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(repo), str(bare)], check=True)
    subject = observe_repository(bare)
    forge = Forge(tmp_path / "forge")
    subject.install(forge)
    assert (subject.name, subject.notices) == ("tool", ())
    assert forge.realm.git.branch("main") == git(repo, "rev-parse", "main")
    assert forge.realm.git.resolve("v0.3.0") == git(repo, "rev-parse", "v0.3.0")


def test_a_folder_that_holds_something_is_never_filled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["rehearse", "--example", "--keep", str(tmp_path)]) == 2
    assert "it must be a new or empty folder" in capsys.readouterr().err
    with pytest.raises(UsageError, match="new or empty"):
        expect_free(tmp_path / "mine.txt")


def test_a_missing_extra_is_named_with_the_command_that_installs_it() -> None:
    with pytest.raises(UsageError, match="not installed: no_such_module") as caught:
        expect_extra(["json", "no_such_module"])
    assert caught.value.hint == "pip install 'pilotage[rehearse]'"
