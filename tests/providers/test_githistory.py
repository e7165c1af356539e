"""The unreleased history: its commits, its beginning, and its cost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.generate_history import generate
from pilotage.errors import ConfigError, UsageError
from pilotage.model.commit import Author
from pilotage.model.history import Baseline, TagElsewhere
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


def nearest(repo: Repo, tag_format: TagFormat = V) -> str | None:
    found = Git(repo.path).nearest_version_tag(repo.sha(), tag_format)
    if found is None:
        return None
    tag, sha, version = found
    assert sha == repo.sha(f"refs/tags/{tag}")
    assert version == tag_format.read(tag)
    return tag


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


def test_a_tag_counts_whether_it_is_light_annotated_loose_or_packed(repo: Repo) -> None:
    repo.commit("feat: a", tag="v1.0.0")
    assert nearest(repo) == "v1.0.0"
    repo.commit("feat: b")
    repo.git("tag", "-a", "-m", "m", "v1.1.0")
    repo.commit("feat: c")
    assert nearest(repo) == "v1.1.0"
    repo.git("pack-refs", "--all")
    assert nearest(repo) == "v1.1.0"
    repo.commit("feat: d", tag="v1.2.0")
    assert nearest(repo) == "v1.2.0"


def test_without_a_release_there_is_no_nearest_tag(repo: Repo) -> None:
    repo.commit("feat: a")
    assert nearest(repo) is None
    for tag in ("experiment", "7.1.0", "vx", "v1.0.0-what-is-it", "pkg-v7.0.0"):
        repo.git("tag", tag)
    assert nearest(repo) is None


def test_moving_tags_do_not_count(repo: Repo) -> None:
    repo.commit("feat: a", tag="v1.2.2")
    repo.commit("feat: a", tag="v1.2.3")
    repo.git("tag", "v1")
    repo.git("tag", "v1.2")
    repo.commit("fix: b")
    assert nearest(repo) == "v1.2.3"


def test_moving_tags_above_the_release_do_not_count(repo: Repo) -> None:
    repo.commit("feat: a", tag="v1.2.3")
    repo.commit("fix: b", tag="v1.2")
    repo.commit("fix: c", tag="v1")
    repo.commit("fix: d", tag="v2")
    assert nearest(repo) == "v1.2.3"


def test_a_release_of_two_numbers_counts_in_a_project_that_patches_with_three(repo: Repo) -> None:
    repo.commit("feat: a", tag="v4.1")
    repo.commit("fix: b", tag="v4.1.1")
    repo.commit("fix: c", tag="v4.1.2")
    repo.commit("feat: d", tag="v4.2")
    repo.git("switch", "--quiet", "-c", "stable")
    repo.commit("fix: e", tag="v4.2.1")
    repo.git("switch", "--quiet", "main")
    repo.commit("feat: f")
    assert nearest(repo) == "v4.2"


def test_a_first_release_of_two_numbers_counts_though_a_longer_one_is_elsewhere(repo: Repo) -> None:
    repo.commit("feat: a", tag="v1.0")
    repo.git("switch", "--quiet", "-c", "stable")
    repo.commit("fix: e", tag="v1.0.1")
    repo.git("switch", "--quiet", "main")
    repo.commit("feat: f")
    assert nearest(repo) == "v1.0"


def test_a_project_of_one_number_has_releases(repo: Repo) -> None:
    repo.commit("feat: a", tag="v253")
    repo.commit("feat: b", tag="v254")
    assert nearest(repo) == "v254"


def test_foreign_tags_do_not_count(repo: Repo) -> None:
    repo.commit("feat: a", tag="v1.8.0")
    repo.commit("feat: a", tag="v1.9.0")
    for tag in ("pkg-v7.0.0", "v2024.1.2.3", "experiment", "v.7.1.0", "v8-1-g"):
        repo.commit("feat: b", tag=tag)
    assert nearest(repo) == "v1.9.0"


def test_four_numbers_count_where_they_are_usual(repo: Repo) -> None:
    repo.commit("feat: a", tag="v2024.1.2.3")
    repo.commit("feat: a", tag="v2024.1.2.4")
    repo.git("tag", "v2024")
    assert nearest(repo) == "v2024.1.2.4"


def test_a_component_reads_its_own_tags(repo: Repo) -> None:
    repo.commit("feat: a", tag="pkg-v0.3.0")
    repo.commit("feat: a", tag="v7.0.0")
    repo.commit("feat: b", tag="other/1.0.0-final")
    assert nearest(repo, TagFormat("pkg-v")) == "pkg-v0.3.0"
    assert nearest(repo, TagFormat("other/", "-final")) == "other/1.0.0-final"
    assert nearest(repo, TagFormat("absent-v")) is None


def test_higher_tags_on_other_branches_do_not_count(repo: Repo) -> None:
    repo.commit("feat: a", tag="v1.0.0")
    repo.git("switch", "--quiet", "-c", "next")
    repo.commit("feat!: b", tag="v2.0.0")
    repo.git("switch", "--quiet", "main")
    repo.commit("fix: c")
    assert nearest(repo) == "v1.0.0"


def test_a_release_that_was_merged_from_elsewhere_is_the_later_one(repo: Repo) -> None:
    repo.commit("feat: a", tag="v1.0.0")
    repo.git("switch", "--quiet", "-c", "stable")
    repo.commit("fix: b", tag="v1.0.1")
    repo.git("switch", "--quiet", "main")
    repo.commit("feat: c")
    repo.merge("stable")
    assert nearest(repo) == "v1.0.1"


def test_a_fix_of_an_older_line_that_was_merged_is_not_the_later_one(repo: Repo) -> None:
    repo.commit("feat: a", tag="v1.0.0")
    repo.git("branch", "stable")
    repo.commit("feat: c", tag="v1.1.0")
    repo.git("switch", "--quiet", "stable")
    repo.commit("fix: b", tag="v1.0.1")
    repo.git("switch", "--quiet", "main")
    repo.merge("stable")
    assert nearest(repo) == "v1.1.0"


def test_a_tag_that_only_another_parent_leads_to_is_found(repo: Repo) -> None:
    repo.commit("feat: a")
    repo.git("switch", "--quiet", "-c", "stable")
    repo.commit("fix: b", tag="v1.0.1")
    repo.git("switch", "--quiet", "main")
    repo.commit("feat: c")
    repo.merge("stable")
    repo.commit("feat: d")
    assert nearest(repo) == "v1.0.1"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("v1.2.0rc1", "v1.2.0"), "v1.2.0"),
        (("v1.9.0", "v1.10.0"), "v1.10.0"),
        (("v1.0.0.post1", "v1.0.0"), "v1.0.0.post1"),
        (("v1.0.0.dev1", "v1.0.0a1"), "v1.0.0a1"),
        (("v1!1.0.0", "v2.0.0"), "v1!1.0.0"),
    ],
)
def test_the_highest_version_on_one_commit_counts(repo: Repo, tags: tuple[str, ...], expected: str) -> None:
    repo.commit("feat: a")
    for tag in tags:
        repo.git("tag", tag)
    assert nearest(repo) == expected


def test_the_tag_of_the_version_in_the_files_is_the_base(repo: Repo) -> None:
    sha = repo.commit("feat: a", tag="v1.0.0")
    repo.commit("feat: b", tag="v1.1.0")
    assert Git(repo.path).baseline(repo.sha(), "1.0.0", V) == Baseline("v1.0.0", sha, Version("1.0.0"))


def test_a_version_is_found_by_its_normal_spelling_too(repo: Repo) -> None:
    sha = repo.commit("feat: a", tag="v1.0.0rc1")
    assert Git(repo.path).baseline(sha, "1.0.0-rc.1", V) == Baseline("v1.0.0rc1", sha, Version("1.0.0rc1"))


def test_a_tag_elsewhere_is_told_and_not_hidden(repo: Repo) -> None:
    repo.commit("feat: a", tag="v1.0.0")
    repo.git("switch", "--quiet", "-c", "next")
    elsewhere = repo.commit("feat!: b", tag="v2.0.0")
    repo.git("switch", "--quiet", "main")
    head = repo.commit("fix: c")
    assert Git(repo.path).baseline(head, "2.0.0", V) == TagElsewhere("v2.0.0", elsewhere, head)


@pytest.mark.parametrize("version", ["1.1.0", None])
def test_without_the_versions_tag_the_nearest_one_is_the_base(repo: Repo, version: str | None) -> None:
    sha = repo.commit("feat: a", tag="v1.0.0")
    repo.commit("feat: b")
    assert Git(repo.path).baseline(repo.sha(), version, V) == Baseline("v1.0.0", sha, Version("1.0.0"))


def test_before_the_first_release_there_is_no_base(repo: Repo) -> None:
    head = repo.commit("feat: a")
    assert Git(repo.path).baseline(head, "0.1.0", V) is None


def test_a_version_that_is_none_is_a_configuration_error(repo: Repo) -> None:
    head = repo.commit("feat: a")
    with pytest.raises(ConfigError, match="is not a version"):
        Git(repo.path).baseline(head, "one", V)


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
