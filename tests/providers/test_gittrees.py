"""What the trees of commits hold, whatever hostile names the files have."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import UsageError
from pilotage.providers.git import Git
from providers.gitrepos import Repo

if TYPE_CHECKING:
    from pathlib import Path

ODD = os.fsdecode(b"caf\xe9.txt")
"""A name that is not UTF-8."""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def test_every_file_is_listed_by_its_whole_path(repo: Repo) -> None:
    files = {"a.txt": "1", "d/e/f.txt": "2", "ü/b c.txt": "3", "new\nline": "4", "-x": "5", ODD: "6", '"q"': "7"}
    sha = repo.commit("feat: a", files=files)
    assert sorted(Git(repo.path).list_paths(sha)) == sorted(files)


def test_the_paths_of_commits_are_told_apart(repo: Repo) -> None:
    first = repo.commit("feat: a", files={"a": "1", "b": "1"})
    second = repo.commit("feat: b", files={"d/c": "1"})
    third = repo.commit("feat: c", files={"a": "2"})
    assert Git(repo.path).read_changed_paths([third, second, first]) == {
        third: ("a",),
        second: ("d/c",),
        first: ("a", "b"),
    }
    assert Git(repo.path).read_changed_paths([]) == {}


@pytest.mark.parametrize("place", range(3))
def test_a_file_that_is_named_like_a_commit_is_not_taken_for_one(repo: Repo, place: int) -> None:
    shas = [repo.commit(f"feat: {n}", files={"a": str(n)}) for n in range(3)]
    # Only ids of earlier commits can be known when a name is chosen; they come later in the list.
    odd = repo.commit("feat: odd", files={shas[place]: "x", "z": "x"})
    wanted = [odd, *reversed(shas)]
    found = Git(repo.path).read_changed_paths(wanted)
    assert list(found) == wanted
    assert shas[place] in found[odd]
    assert [found[sha] for sha in shas] == [("a",)] * 3


def test_hostile_names_come_back_as_they_are(repo: Repo) -> None:
    sha = repo.commit("feat: a", files={"new\nline": "1", ODD: "2", "tab\t": "3"})
    assert sorted(Git(repo.path).read_changed_paths([sha])[sha]) == sorted(["new\nline", ODD, "tab\t"])


def test_a_merge_is_held_against_its_first_parent_and_an_empty_commit_changes_nothing(repo: Repo) -> None:
    repo.commit("feat: a", files={"a": "1"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("feat: side", files={"side": "1"})
    repo.git("checkout", "-q", "main")
    repo.commit("feat: b", files={"b": "1"})
    merge = repo.merge("side")
    empty = repo.commit("chore: nothing")
    assert Git(repo.path).read_changed_paths([empty, merge]) == {empty: (), merge: ("side",)}


def test_a_renamed_file_counts_for_where_it_was_and_where_it_is(repo: Repo) -> None:
    repo.commit("feat: a", files={"old/a": "the same\n" * 9})
    repo.git("mv", "old", "new")
    sha = repo.commit("refactor: move")
    assert Git(repo.path).read_changed_paths([sha])[sha] == ("new/a", "old/a")


def test_objects_are_named_by_commit_and_path_and_missing_ones_are_empty(repo: Repo) -> None:
    sha = repo.commit("feat: a", files={"d/a": "1", "new\nline/b": "1", f"{ODD}/c": "2"})
    names = [
        f"{sha}:d",
        f"{sha}:gone",
        f"{sha}:new\nline",
        f"{sha}:{ODD}",
        f"{sha}:gone\nline",
        "nobody:d",
        f"{sha}^{{tree}}",
    ]
    found = Git(repo.path).read_object_ids(names)
    tree = repo.git("rev-parse", f"{sha}^{{tree}}")
    same = repo.git("rev-parse", f"{sha}:new\nline")
    assert found[0] == repo.git("rev-parse", f"{sha}:d")
    assert found[1:3] == ("", same)
    assert (len(found[3]), found[4:]) == (40, ("", "", tree))
    assert Git(repo.path).read_object_ids([]) == ()


def test_the_newest_of_commits_are_those_that_no_other_contains(repo: Repo) -> None:
    first, second = repo.commit("feat: a"), repo.commit("feat: b")
    repo.git("checkout", "-q", "-b", "side", first)
    side = repo.commit("feat: side")
    git = Git(repo.path)
    assert sorted(git.newest_of([first, second, side])) == sorted([second, side])
    assert (git.newest_of([first, second]), git.newest_of([first]), git.newest_of([])) == ((second,), (first,), ())


def test_the_common_ancestor_of_commits_is_found_or_there_is_none(repo: Repo) -> None:
    first, second = repo.commit("feat: a"), repo.commit("feat: b")
    repo.git("checkout", "-q", "--orphan", "alone")
    alone = repo.commit("feat: alone")
    git = Git(repo.path)
    assert (git.common_ancestor([second, first]), git.common_ancestor([second, alone])) == (first, None)


def test_the_first_commit_of_a_folder_is_found(repo: Repo) -> None:
    repo.commit("feat: a", files={"a": "1"})
    born = repo.commit("feat: b", files={"d/b": "1"})
    head = repo.commit("feat: c", files={"d/b": "2"})
    git = Git(repo.path)
    assert (git.first_touching(head, "d"), git.first_touching(head, "gone")) == (born, "")


def test_the_paths_of_a_commit_that_is_not_there_are_an_error_and_not_none(repo: Repo) -> None:
    repo.commit("feat: a")
    with pytest.raises(UsageError):
        Git(repo.path).list_paths("0" * 40)
