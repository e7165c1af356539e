"""The last release: which tags count, which never do, and what stands for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConfigError
from pilotage.model.history import Baseline, TagElsewhere
from pilotage.model.version import TagFormat, Version
from pilotage.providers.git import Git
from providers.gitrepos import Repo

if TYPE_CHECKING:
    from pathlib import Path

V = TagFormat("v")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def nearest(repo: Repo, tag_format: TagFormat = V) -> str | None:
    found = Git(repo.path).nearest_version_tag(repo.sha(), tag_format)
    if found is None:
        return None
    tag, sha, version = found
    assert sha == repo.sha(f"refs/tags/{tag}")
    assert version == tag_format.read(tag)
    return tag


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
