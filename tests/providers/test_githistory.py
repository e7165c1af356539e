"""The unreleased history: its commits, its beginning, and its cost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.generate_history import generate
from pilotage.errors import UsageError
from pilotage.model.commit import Author
from pilotage.model.history import Baseline
from pilotage.model.version import TagFormat, Version
from pilotage.providers.git import Git
from providers.gitrepos import Repo, check_out

if TYPE_CHECKING:
    from pathlib import Path

V = TagFormat("v")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a history of 20,000 commits with 21 tags; the last 100 commits are new."""
    target = tmp_path_factory.mktemp("long") / "long.git"
    generate(target, commits=20_000, new=100)
    return target


def test_the_commits_of_a_range_come_newest_first_with_their_parents(repo: Repo) -> None:
    base = repo.commit("feat: a", tag="v1.0.0")
    second = repo.commit("fix: b\n\nbody\n\nRefs: #1\n")
    third = repo.commit("fix: c")
    commits = Git(repo.path).read_commits(base, third)
    assert [(c.sha, c.message, c.author, c.parents) for c in commits] == [
        (third, "fix: c", Author("Ada"), (second,)),
        (second, "fix: b\n\nbody\n\nRefs: #1", Author("Ada"), (base,)),
    ]


def test_the_history_is_read_from_the_root_and_up_to_a_limit(repo: Repo) -> None:
    shas = [repo.commit(f"feat: {n}") for n in range(4)]
    git = Git(repo.path)
    assert [c.sha for c in git.read_commits(None, shas[-1])] == shas[::-1]
    assert [c.sha for c in git.read_commits(None, shas[-1], limit=2)] == shas[:1:-1]
    assert [c.sha for c in git.read_commits(shas[0], shas[-1], limit=1)] == shas[:2:-1]
    assert git.read_commits(shas[-1], shas[-1]) == []


def test_messages_of_any_bytes_and_encodings_are_read_as_text(repo: Repo) -> None:
    base = repo.commit("feat: a")
    repo.commit("")
    repo.raw_commit(b"fix: \xff\xfe \x01\x1e\x1f junk\r\nline")
    repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
    repo.commit("fix: für".encode("latin-1"))
    repo.git("config", "i18n.logOutputEncoding", "ISO-8859-1")
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "color.ui", "always")
    messages = [c.message for c in Git(repo.path).read_commits(base, repo.sha())]
    assert messages == ["fix: für", "fix: \ufffd\ufffd \x01\x1e\x1f junk\r\nline", ""]


def test_a_nul_in_a_message_does_not_break_the_framing(repo: Repo) -> None:
    base = repo.commit("feat: a")
    nul = repo.raw_commit(f"fix: b\0{'0' * 40}\0\0x\n".encode())
    last = repo.commit("fix: c")
    commits = Git(repo.path).read_commits(base, last)
    assert [(c.sha, c.message) for c in commits] == [(last, "fix: c"), (nul, "fix: b")]


def test_authors_are_named_by_the_mailmap(repo: Repo) -> None:
    repo.commit("feat: a", files={".mailmap": "Countess <ada@example.org>\n"})
    assert Git(repo.path).read_commits(None, repo.sha())[0].author == Author("Countess")


def test_no_parent_comes_before_its_child_whatever_the_clocks_say(repo: Repo) -> None:
    base = repo.commit("feat: a")
    repo.git("switch", "--quiet", "-c", "side")
    repo._clock += 10_000
    future = repo.commit("fix: in the future")
    repo._clock -= 10_000
    past = repo.commit("fix: in the past")
    repo.git("switch", "--quiet", "main")
    repo.commit("fix: main")
    repo.merge("side")
    order = [c.sha for c in Git(repo.path).read_commits(base, repo.sha())]
    assert len(order) == 4
    assert order.index(past) < order.index(future)


def test_replaced_objects_do_not_rewrite_the_history(repo: Repo) -> None:
    base = repo.commit("feat: a")
    repo.commit("fix: b")
    head = repo.commit("fix: c")
    repo.git("replace", "--graft", head, base)
    assert [c.message for c in Git(repo.path).read_commits(base, head)] == ["fix: c", "fix: b"]


def test_version_commits_are_those_of_the_first_parent_line_that_touch_a_path(repo: Repo) -> None:
    base = repo.commit("feat: a", files={"pyproject.toml": "1"})
    one = repo.commit("chore: 2", files={"pyproject.toml": "2", "x": "2"})
    repo.commit("fix: x", files={"x": "3"})
    repo.git("switch", "--quiet", "-c", "side")
    repo.commit("chore: on the side", files={"p[a]th": "3"})
    repo.git("switch", "--quiet", "main")
    merged = repo.merge("side")
    git = Git(repo.path)
    assert git.first_parent_version_commits(base, merged, ["pyproject.toml", "p[a]th"]) == [merged, one]
    assert git.first_parent_version_commits(None, merged, ["pyproject.toml"]) == [one, base]
    assert git.first_parent_version_commits(base, merged, ["absent"]) == []


def test_a_shallow_clone_says_that_it_cannot_know(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit("feat: a", tag="v1.0.0")
    for number in range(3):
        repo.commit(f"fix: {number}")
    head = repo.sha()
    git = Git(check_out(repo.publish(tmp_path / "bare.git"), tmp_path / "shallow"))
    git.run("fetch", "-q", "--depth=1", "origin", "refs/tags/v1.0.0:refs/tags/v1.0.0")
    for ask in (
        lambda: git.baseline(head, "1.0.0", V),
        lambda: git.baseline(head, None, V),
        lambda: git.read_commits(base, head),
        lambda: git.read_commits(None, head),
    ):
        with pytest.raises(UsageError, match="this clone is shallow") as caught:
            ask()
        assert "fetch-depth: 0" in caught.value.hint


def test_a_shallow_clone_that_reaches_its_base_is_read_like_a_full_one(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit("feat: a", tag="v1.0.0")
    for number in range(3):
        repo.commit(f"fix: {number}")
    head = repo.sha()
    url = repo.publish(tmp_path / "bare.git")
    expected = Git(repo.path).read_commits(base, head)
    for depth in (3, 4):
        git = Git(check_out(url, tmp_path / str(depth), depth=depth))
        git.run("fetch", "-q", "--depth=1", "origin", "refs/tags/v1.0.0:refs/tags/v1.0.0")
        assert git.is_ancestor(base, head)
        assert git.read_commits(base, head) == expected
        assert git.baseline(head, None, V) == Baseline("v1.0.0", base, Version("1.0.0"))


def test_a_merged_branch_that_forked_before_the_base_is_in_the_range(tmp_path: Path) -> None:
    target = tmp_path / "merges.git"
    last = generate(target, commits=300, new=30, merges=10)
    git = Git(target)
    head = git.head()
    base = git.tag_commit(last)
    commits = git.read_commits(base, head)
    assert len(commits) == 33
    assert [len(c.parents) for c in commits].count(2) == 3


def test_a_hundred_new_commits_cost_no_walk_of_the_whole_history(
    long: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(log))
    git = Git(long)
    head = git.head()
    by_tag = git.baseline(head, "0.0.21", V)
    by_walk = git.baseline(head, None, V)
    assert by_tag == by_walk
    assert isinstance(by_tag, Baseline)
    assert by_tag.tag == "v0.0.21"
    assert len(git.read_commits(by_tag.sha, head)) == 100
    events = [json.loads(line) for line in log.read_text().splitlines()]
    starts = [event["argv"][1] for event in events if event["event"] == "start"]
    assert starts == ["rev-parse", "rev-parse", "merge-base", "show-ref", "rev-list", "rev-list", "log"]


def test_the_walk_to_the_nearest_tag_stops_there(long: Path) -> None:
    git = Git(long)
    with git.stream("rev-list", "--first-parent", git.head()) as lines:
        read = sum(1 for _, line in zip(range(101), lines, strict=False) if line)
    assert read == 101


def test_twelve_thousand_tags_give_the_right_answer(tmp_path: Path) -> None:
    target = tmp_path / "tags.git"
    last = generate(target, commits=12_200, new=100, tags=12_000)
    git = Git(target)
    head = git.head()
    found = git.nearest_version_tag(head, V)
    assert last == "v0.120.0"
    assert found == (last, git.tag_commit(last), Version("0.120.0"))
