"""Shallow clones: completed with just what is missing, and as right as a full clone."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import RemoteError, UsageError
from pilotage.model.history import Baseline, TagElsewhere
from pilotage.model.version import TagFormat, Version
from pilotage.providers.git import Git
from providers.gitrepos import Repo, check_out, serve

if TYPE_CHECKING:
    from pathlib import Path

V = TagFormat("v")


class World:
    """A repository with a long past, its bare copy on a server, and shallow checkouts of it."""

    def __init__(self, folder: Path, past: Path) -> None:
        self.folder = folder
        shutil.copytree(past, folder / "repo")
        self.repo = Repo(folder / "repo")
        self.bare = folder / "bare.git"
        self.url = self.repo.publish(self.bare)

    def merge_side(self) -> None:
        self.repo.git("switch", "--quiet", "side")
        self.repo.commit("feat: side 1")
        self.repo.commit("feat: side 2", files={"side.txt": "x"})
        self.repo.git("switch", "--quiet", "main")
        self.repo.merge("side")
        self.repo.commit("fix: last")
        self.repo.push(self.bare)

    def shallow(self, *, depth: int = 1) -> Git:
        return Git(check_out(self.url, self.folder / f"shallow{depth}", depth=depth))


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give 30 old commits, the release 1.0.0 and 5 new ones; a branch forked before the release."""
    repo = Repo(tmp_path_factory.mktemp("past") / "repo")
    for number in range(30):
        repo.commit(f"feat: old {number}", files={"pyproject.toml": f"{number}\n"})
    repo.git("tag", "-a", "-m", "0.9", "v0.9.0", "HEAD~9")
    repo.git("branch", "side", "HEAD~5")
    repo.commit("chore: release 1.0.0", files={"pyproject.toml": "1.0.0\n"})
    repo.git("tag", "-a", "-m", "1.0", "v1.0.0")
    for number in range(5):
        repo.commit(f"fix: new {number}")
    return repo.path


@pytest.fixture
def world(tmp_path: Path, past: Path) -> World:
    return World(tmp_path, past)


def is_same(git: Git, world: World, tag: str = "v1.0.0") -> bool:
    """Tell whether the clone gives the answers of the full repository."""
    full = Git(world.repo.path)
    head, base = full.head(), full.tag_commit(tag)
    assert base is not None
    assert git.baseline(head, tag.removeprefix("v"), V) == full.baseline(head, tag.removeprefix("v"), V)
    assert git.baseline(head, None, V) == full.baseline(head, None, V)
    assert git.read_commits(base, head) == full.read_commits(base, head)
    return True


def calls(log: Path, command: str) -> int:
    if not log.exists():
        return 0
    events = [json.loads(line) for line in log.read_text().splitlines()]
    return sum(event["event"] == "start" and event["argv"][1:2] == [command] for event in events)


def count_commits(git: Git) -> int:
    listing = git.text("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)")
    return listing.split().count("commit")


@pytest.mark.parametrize("depth", [1, 3, 6, 7])
def test_a_shallow_checkout_without_tags_is_completed_with_the_new_commits(world: World, depth: int) -> None:
    git = world.shallow(depth=depth)
    git.ensure_history(["v1.0.0", "1.0.0"], git.head())
    assert is_same(git, world)
    assert git.is_shallow()
    assert count_commits(git) <= 7


@pytest.mark.parametrize("depth", [1, 2, 4, 9, 14])
def test_a_branch_forked_before_the_tag_brings_only_its_own_commits(world: World, depth: int) -> None:
    world.merge_side()
    git = world.shallow(depth=depth)
    git.ensure_history("v1.0.0", git.head())
    assert is_same(git, world)
    titles = [commit.message for commit in git.read_commits(git.tag_commit("v1.0.0"), git.head())]
    assert sorted(titles) == sorted(
        ["fix: last", "Merge branch side", "feat: side 1", "feat: side 2", *(f"fix: new {n}" for n in range(5))]
    )


def test_a_completed_clone_asks_the_remote_no_more(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = world.shallow()
    git.ensure_history("v1.0.0", git.head())
    shutil.rmtree(world.bare)
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(tmp_path / "trace"))
    git.ensure_history("v1.0.0", git.head())
    again = Git(git.path)
    again.ensure_history("v1.0.0", again.head())
    assert is_same(again, world)
    assert calls(tmp_path / "trace", "fetch") == 0


def test_a_full_clone_asks_nothing(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = Git(world.repo.path)
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(tmp_path / "trace"))
    git.ensure_history(["v1.0.0"], git.head(), remote="no-such-remote")
    git.ensure_history(None, git.head(), remote="no-such-remote")
    assert calls(tmp_path / "trace", "fetch") == 0


def test_a_full_clone_without_tags_gets_those_of_its_history(world: World, tmp_path: Path) -> None:
    world.repo.git("switch", "--quiet", "-c", "next")
    world.repo.commit("feat!: elsewhere", tag="v2.0.0")
    world.repo.git("switch", "--quiet", "main")
    world.repo.push(world.bare)
    for tags in ("v1.0.0", "v1.1.0"):
        path = tmp_path / tags
        subprocess.run(["git", "clone", "-q", "--no-tags", "--single-branch", world.url, str(path)], check=True)
        git = Git(path)
        git.ensure_history(tags, git.head())
        assert is_same(git, world)
        assert git.tag_commit("v2.0.0") is None
        assert git.ask("config", "--get-regexp", "promisor") is None


@pytest.mark.parametrize("tags", [None, ["v1.1.0", "1.1.0"]])
def test_without_the_versions_tag_all_commits_come_without_their_files(world: World, tags: list[str] | None) -> None:
    world.merge_side()
    git = world.shallow()
    git.ensure_history(tags, git.head())
    assert is_same(git, world)
    assert not git.is_shallow()
    trees = git.text("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)").split().count("tree")
    assert trees < 5


def test_a_tag_on_the_head_needs_no_history(world: World) -> None:
    world.repo.git("tag", "v1.0.1")
    world.repo.push(world.bare)
    git = world.shallow()
    head = git.head()
    git.ensure_history("v1.0.1", head)
    assert git.baseline(head, "1.0.1", V) == Baseline("v1.0.1", head, Version("1.0.1"))
    assert git.read_commits(head, head) == []
    assert count_commits(git) == 1


def test_a_tag_ahead_of_the_head_is_elsewhere(world: World) -> None:
    git = world.shallow()
    head = git.head()
    ahead = world.repo.commit("feat: ahead", tag="v1.1.0")
    world.repo.push(world.bare)
    git.ensure_history("v1.1.0", head)
    assert git.baseline(head, "1.1.0", V) == TagElsewhere("v1.1.0", ahead, head)


def test_a_tag_on_another_branch_is_elsewhere_in_a_shallow_clone_too(world: World) -> None:
    head = world.repo.sha()
    world.repo.git("switch", "--quiet", "side")
    elsewhere = world.repo.commit("feat!: next", tag="v2.0.0")
    world.repo.push(world.bare)
    git = world.shallow()
    git.ensure_history("v2.0.0", head)
    assert git.baseline(head, "2.0.0", V) == TagElsewhere("v2.0.0", elsewhere, head)


def test_a_branch_of_the_tags_name_does_not_confuse_the_remote(world: World) -> None:
    world.repo.git("branch", "v1.0.0", "HEAD~2")
    world.repo.git("push", "--quiet", str(world.bare), "refs/heads/v1.0.0")
    git = world.shallow()
    git.ensure_history("v1.0.0", git.head())
    assert is_same(git, world)
    assert count_commits(git) <= 7


def test_a_tag_that_was_fetched_without_its_past_does_not_make_old_commits_new(world: World, tmp_path: Path) -> None:
    world.merge_side()
    path = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--no-tags", "--single-branch", world.url, str(path)], check=True)
    git = Git(path)
    git.run("fetch", "-q", "--depth=1", "origin", "refs/tags/v1.0.0:refs/tags/v1.0.0")
    base = git.tag_commit("v1.0.0")
    with pytest.raises(UsageError, match="this clone is shallow"):
        git.read_commits(base, git.head())
    git.ensure_history("v1.0.0", git.head())
    assert is_same(git, world)


def test_a_server_without_filters_is_used_without(world: World) -> None:
    world.merge_side()
    serve(world.bare, filters=False)
    git = world.shallow()
    git.ensure_history("v1.0.0", git.head())
    assert is_same(git, world)


def test_a_server_that_allows_only_treeless_filters_is_used_so(world: World) -> None:
    subprocess.run(["git", "-C", str(world.bare), "config", "uploadpackfilter.tree.maxDepth", "0"], check=True)
    git = world.shallow()
    git.ensure_history("v1.0.0", git.head())
    assert is_same(git, world)


def test_a_tag_that_only_this_clone_has_is_completed_by_all_commits(world: World) -> None:
    git = world.shallow()
    git.ensure_history("v1.0.0", git.head())
    git.run("update-ref", "refs/tags/v0.9.9", git.tag_commit("v1.0.0") or "")
    git.run("update-ref", "-d", "refs/tags/v1.0.0")
    shallow = git.path / ".git/shallow"
    git.run("fetch", "-q", "--depth=1", "origin", git.head())
    assert shallow.exists()
    git = Git(git.path)
    git.ensure_history("v0.9.9", git.head())
    full = Git(world.repo.path)
    base = full.tag_commit("v1.0.0")
    assert git.baseline(git.head(), "0.9.9", V) == Baseline("v0.9.9", base, Version("0.9.9"))
    assert git.read_commits(base, git.head()) == full.read_commits(base, full.head())


def test_the_version_commits_of_a_completed_clone_are_found(world: World) -> None:
    world.repo.commit("chore: release 1.1.0", files={"pyproject.toml": "1.1.0\n"})
    world.repo.push(world.bare)
    git = world.shallow()
    head = git.head()
    git.ensure_history("v1.0.0", head)
    assert git.first_parent_version_commits(git.tag_commit("v1.0.0"), head, ["pyproject.toml"]) == [head]
    assert git.read_files(head, ["pyproject.toml"]) == {"pyproject.toml": b"1.1.0\n"}


def test_a_remote_that_is_gone_is_out_of_reach_and_not_empty(world: World) -> None:
    git = world.shallow()
    shutil.rmtree(world.bare)
    with pytest.raises(RemoteError, match="the remote is out of reach"):
        git.ensure_history("v1.0.0", git.head())


def test_older_commits_are_fetched_until_there_are_enough(world: World) -> None:
    git = world.shallow()
    oldest = world.repo.sha("HEAD~20")
    assert git.deepen_until(lambda: git.resolve("HEAD~20") == oldest, git.head())
    assert not git.deepen_until(lambda: False, git.head())
    assert not git.is_shallow()


def test_a_checkout_that_is_not_there_is_replaced_by_a_bare_clone(world: World, tmp_path: Path) -> None:
    world.merge_side()
    git = Git.clone_missing(world.url, tmp_path / "made.git", "main")
    assert count_commits(git) == 1
    assert git.read_files(git.head(), ["pyproject.toml"]) == {"pyproject.toml": b"1.0.0\n"}
    git.ensure_history("v1.0.0", git.head())
    assert is_same(git, world)
    with pytest.raises(UsageError, match="no such branch"):
        Git.clone_missing(world.url, tmp_path / "other.git", "absent")
