"""The local repository: revisions, files, tags and branches as they are, and errors that say what is wrong."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import UsageError
from pilotage.providers.git import Git
from pilotage.providers.process import run
from providers.gitrepos import START, Repo, check_out

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def test_a_revision_is_resolved_to_its_commit(repo: Repo) -> None:
    sha = repo.commit("feat: a")
    repo.git("tag", "-a", "-m", "first", "v1")
    repo.git("tag", "-a", "-m", "of a tag", "nested", "v1")
    git = Git(repo.path)
    assert [git.resolve(rev) for rev in ("HEAD", "main", "v1", "nested", sha, sha[:9])] == [sha] * 6
    assert git.head() == sha


@pytest.mark.parametrize("rev", ["absent", "v9", "0" * 40, "--help", "HEAD~9", "a b\nc"])
def test_an_unknown_revision_is_none(repo: Repo, rev: str) -> None:
    repo.commit("feat: a")
    assert Git(repo.path).resolve(rev) is None


def test_a_repository_without_commits_says_so(repo: Repo) -> None:
    assert Git(repo.path).resolve("HEAD") is None
    with pytest.raises(UsageError, match="there is no commit yet"):
        Git(repo.path).head()


def test_the_tree_and_the_date_of_a_commit_are_read(repo: Repo) -> None:
    sha = repo.commit("feat: a", files={"a.txt": "a"})
    assert Git(repo.path).tree_of(sha) == repo.git("rev-parse", "HEAD^{tree}")
    assert Git(repo.path).commit_date(sha) == START + 60


def test_files_are_read_at_a_commit_and_missing_ones_left_out(repo: Repo) -> None:
    old = repo.commit("feat: a", files={"a.txt": "one\n", "d/ü b.txt": "two", "empty": ""})
    repo.commit("feat: b", files={"a.txt": "changed"})
    paths = ["a.txt", "missing", "d/ü b.txt", "d", "empty", "a.txt", "odd\nname"]
    expected = {"a.txt": b"one\n", "d/ü b.txt": b"two", "empty": b""}
    assert Git(repo.path).read_files(old, paths) == expected


def test_a_submodule_is_not_a_file(repo: Repo) -> None:
    sha = repo.commit("feat: a", files={"a.txt": "one"})
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{sha},sub")
    with_sub = repo.commit("feat: sub")
    assert Git(repo.path).read_files(with_sub, ["sub", "a.txt"]) == {"a.txt": b"one"}


def test_files_of_an_unknown_commit_are_an_error_and_not_absent(repo: Repo) -> None:
    repo.commit("feat: a")
    with pytest.raises(UsageError, match="there is no commit 1111"):
        Git(repo.path).read_files("1" * 40, ["a.txt"])


def test_files_of_a_blobless_clone_are_fetched_when_asked_for(repo: Repo, tmp_path: Path) -> None:
    sha = repo.commit("feat: a", files={"a.txt": "one"})
    url = repo.publish(tmp_path / "bare.git")
    run(["git", "clone", "-q", "--bare", "--filter=tree:0", url, str(tmp_path / "treeless")], cwd=tmp_path, timeout=60)
    assert Git(tmp_path / "treeless").read_files(sha, ["a.txt", "b.txt"]) == {"a.txt": b"one"}


def test_ancestors_are_told_from_others(repo: Repo) -> None:
    first = repo.commit("feat: a")
    repo.git("branch", "side")
    second = repo.commit("feat: b")
    repo.git("switch", "--quiet", "side")
    side = repo.commit("feat: side")
    git = Git(repo.path)
    answers = [git.is_ancestor(*pair) for pair in ((first, second), (first, first), (second, first), (second, side))]
    assert answers == [True, True, False, False]


def test_a_tag_gives_its_commit_and_a_missing_one_none(repo: Repo) -> None:
    sha = repo.commit("feat: a", tag="light")
    repo.git("tag", "-a", "-m", "m", "heavy")
    repo.git("branch", "only-a-branch")
    git = Git(repo.path)
    assert [git.tag_commit(tag) for tag in ("light", "heavy", "absent", "only-a-branch")] == [sha, sha, None, None]


def test_a_tag_whose_object_is_lost_is_damage_and_not_absence(repo: Repo) -> None:
    repo.commit("feat: a")
    (repo.path / ".git/refs/tags/v1.0.0").write_text("1" * 40 + "\n")
    with pytest.raises(UsageError, match=r"v1\.0\.0"):
        Git(repo.path).tag_commit("v1.0.0")


def test_a_tag_of_a_file_is_not_taken_for_an_absent_tag(repo: Repo) -> None:
    repo.commit("feat: a", files={"a.txt": "x"})
    repo.git("tag", "blob", repo.git("rev-parse", "HEAD:a.txt"))
    with pytest.raises(UsageError, match="does not point at a commit"):
        Git(repo.path).tag_commit("blob")


def test_the_remote_and_the_branch_are_read(repo: Repo) -> None:
    repo.commit("feat: a", tag="main")
    git = Git(repo.path)
    assert (git.remote_url(), git.current_branch()) == (None, "main")
    repo.git("remote", "add", "origin", "https://git.example/o/r.git")
    repo.git("checkout", "--quiet", "--detach")
    assert (git.remote_url(), git.current_branch()) == ("https://git.example/o/r.git", None)


def test_a_subfolder_and_a_linked_work_tree_are_the_same_repository(repo: Repo, tmp_path: Path) -> None:
    sha = repo.commit("feat: a", files={"d/a.txt": "x"})
    repo.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    assert Git(repo.path / "d").head() == sha
    linked = Git(tmp_path / "linked")
    assert (linked.head(), linked.is_shallow()) == (sha, False)


def test_a_shallow_clone_is_told_from_a_full_one(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: a")
    repo.commit("feat: b")
    url = repo.publish(tmp_path / "bare.git")
    shallow = check_out(url, tmp_path / "shallow")
    assert [Git(path).is_shallow() for path in (repo.path, tmp_path / "bare.git", shallow)] == [False, False, True]
    assert Git(shallow).head() == repo.sha()


def test_a_folder_without_a_repository_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a git repository"):
        Git(tmp_path).head()
    with pytest.raises(UsageError, match="is not a folder"):
        Git(tmp_path / "absent").head()


def test_a_repository_of_another_user_is_read_without_touching_any_configuration(repo: Repo) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder to another user")
    sha = repo.commit("feat: a", files={"d/a.txt": "x"})
    for place in (repo.path, *repo.path.rglob("*")):
        os.chown(place, 12345, 12345)
    assert Git(repo.path).head() == sha
    assert Git(repo.path / "d").head() == sha


def test_a_damaged_repository_is_named_as_such(repo: Repo) -> None:
    sha = repo.commit("feat: a")
    place = repo.path / ".git/objects" / sha[:2] / sha[2:]
    place.chmod(0o644)
    place.write_bytes(b"")
    with pytest.raises(UsageError, match="damaged"):
        Git(repo.path).read_commits(None, sha)


def test_an_unknown_head_is_named_as_such(repo: Repo) -> None:
    repo.commit("feat: a")
    with pytest.raises(UsageError, match="does not know this revision"):
        Git(repo.path).read_commits(None, "absent")


def test_the_repository_of_a_hook_does_not_win_over_the_given_folder(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha = repo.commit("feat: a")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.name")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "Kept")
    assert Git(repo.path).head() == sha
    assert Git(repo.path).text("config", "user.name") == "Kept"


def test_git_that_is_not_installed_is_named(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shutil.which("git")
    repo.commit("feat: a")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git cannot be started") as caught:
        Git(repo.path).head()
    assert caught.value.hint == "Install git and put it on PATH."
