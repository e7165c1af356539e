from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.errors import UsageError
from pilotage.providers.gitcommand import GitCommand
from pilotage.providers.githistorypass import PastCommit, read_contents, read_past, read_tags
from providers.gitrepos import Repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def past(repo: Repo, seen: list[int] | None = None) -> list[PastCommit]:
    counts: list[int] = [] if seen is None else seen
    return read_past(GitCommand(repo.path), is_wanted=lambda path: path.endswith(".cfg"), on_progress=counts.append)


def test_every_commit_of_a_tag_is_read_with_its_files(repo: Repo) -> None:
    first = repo.commit("feat: a\n\nbody\n", files={"a.cfg": "1", "sub/b c.txt": "1"}, tag="v1")
    second = repo.commit("fix: b", files={"a.cfg": "2"})
    third = repo.commit("", tag="v2")
    repo.commit("chore: after the last tag")

    found = past(repo)

    assert [(one.commit.sha, one.commit.parents, one.commit.message) for one in found] == [
        (third, (second,), ""),
        (second, (first,), "fix: b"),
        (first, (), "feat: a\n\nbody"),
    ]
    assert [one.commit.files for one in found] == [(), ("a.cfg",), ("a.cfg", "sub/b c.txt")]
    assert [[path for path, _ in one.contents] for one in found] == [[], ["a.cfg"], ["a.cfg"]]
    assert [one.date for one in found] == sorted((one.date for one in found), reverse=True)
    assert found[0].commit.author.name == "Ada"


def test_a_file_that_goes_or_becomes_a_link_has_no_contents(repo: Repo) -> None:
    repo.commit("one", files={"a.cfg": "1", "b.cfg": "1"})
    repo.git("rm", "--quiet", "a.cfg")
    (repo.path / "b.cfg").unlink()
    (repo.path / "b.cfg").symlink_to("elsewhere")
    repo.git("add", "-A")
    repo.commit("two", tag="v1")

    assert past(repo)[0].contents == (("a.cfg", ""), ("b.cfg", ""))


def test_a_merge_is_held_against_its_first_parent(repo: Repo) -> None:
    repo.commit("one", files={"x": "1"})
    repo.git("checkout", "--quiet", "-b", "topic")
    repo.commit("two", files={"topic.txt": "1"})
    repo.git("checkout", "--quiet", "main")
    repo.commit("three", files={"main.txt": "1"})
    repo.merge("topic")
    repo.git("tag", "v1")

    merge = past(repo)[0]

    assert merge.commit.files == ("topic.txt",)
    assert len(merge.commit.parents) == 2


def test_a_long_history_is_told_as_it_is_read(repo: Repo) -> None:
    lines = [
        f"commit refs/heads/main\ncommitter A <a@example.org> {1_600_000_000 + number} +0000\ndata 3\nabc\n"
        f"M 644 inline {'d/' * 20}f{number}.txt\ndata 1\nx\n"
        for number in range(1200)
    ]
    repo.git("fast-import", "--quiet", data="".join(lines).encode())
    repo.git("tag", "v1", "main")
    counts: list[int] = []

    assert len(past(repo, counts)) == 1200
    assert counts == [500, 1000, 1200]


def test_contents_are_read_by_id_and_by_place(repo: Repo) -> None:
    repo.commit("one", files={"a b.cfg": "text\n", "sub/c": "1"}, tag="v1")
    blob = repo.git("rev-parse", "HEAD:a b.cfg")
    names = [blob, "HEAD:a b.cfg", "HEAD:sub", "HEAD:missing file", "0" * 40, blob, "HEAD:sub/c"]

    assert read_contents(GitCommand(repo.path), names) == {
        blob: b"text\n",
        "HEAD:a b.cfg": b"text\n",
        "HEAD:sub/c": b"1",
    }
    assert read_contents(GitCommand(repo.path), []) == {}


def test_tags_are_read_down_to_what_they_stand_for(repo: Repo) -> None:
    sha = repo.commit("one", tag="light")
    repo.git("tag", "-a", "-m", "x", "heavy")
    repo.git("tag", "-a", "-m", "x", "twice", "heavy")

    assert read_tags(GitCommand(repo.path)) == {"light": sha, "heavy": sha, "twice": sha}


def test_without_tags_there_are_none(repo: Repo) -> None:
    assert read_tags(GitCommand(repo.path)) == {}


def test_a_damaged_repository_is_an_error_of_usage(repo: Repo) -> None:
    sha = repo.commit("one", tag="v1")
    repo.commit("two", tag="v2")
    place = repo.path / ".git" / "objects" / sha[:2] / sha[2:]
    place.chmod(0o644)
    place.write_bytes(b"broken")
    with pytest.raises(UsageError):
        past(repo)
