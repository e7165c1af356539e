"""The unreleased history: its base, its commits, and the commit that set the version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from commands.packages import package, pyproject
from pilotage.model.version import Version
from pilotage.providers.git import Git
from pilotage.reconcile.history import History, read_history, version_at
from pilotage.reconcile.tree import read_tree
from providers.gitrepos import Repo

if TYPE_CHECKING:
    from pathlib import Path


def history(repo: Repo) -> History:
    git = Git(repo.path)
    return read_history(git, read_tree(git, repo.sha()))


def test_a_tagged_head_has_no_history(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    found = history(repo)
    assert found.base is not None
    assert (found.base.version, found.base.commit, found.base.tag) == ("1.2.0", repo.sha(), "v1.2.0")
    assert (found.commits, found.raised_in, found.tag_elsewhere) == ((), "", "")


def test_the_commit_that_raised_the_version_is_the_first_that_has_it(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("build: half way", files={"pyproject.toml": pyproject("1.9.0")})
    raised = repo.commit("feat: anew", files={"pyproject.toml": pyproject("2.0.0")})
    repo.commit("build: more", files={"pyproject.toml": pyproject("2.0.0", table="[tool.other]\n")})
    assert history(repo).raised_in == raised


def test_a_version_that_was_taken_back_and_set_again_counts_from_the_last_time(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("build: up", files={"pyproject.toml": pyproject("2.0.0")})
    repo.commit("build: down", files={"pyproject.toml": pyproject("1.2.0")})
    raised = repo.commit("build: up again", files={"pyproject.toml": pyproject("2.0.0")})
    assert history(repo).raised_in == raised


def test_a_version_spelled_otherwise_is_the_same_version(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("build: spell", files={"pyproject.toml": pyproject("1.2")})
    found = history(repo)
    assert (found.base.tag if found.base else None, found.raised_in) == ("v1.2.0", "")


def test_a_raise_that_came_with_a_merge_is_the_merge(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.git("switch", "--quiet", "-c", "side")
    repo.commit("feat: anew", files={"pyproject.toml": pyproject("2.0.0")})
    repo.git("switch", "--quiet", "main")
    repo.commit("chore: meanwhile")
    assert repo.merge("side") == history(repo).raised_in


def test_a_tag_elsewhere_leaves_the_nearest_release_as_base(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.git("switch", "--quiet", "-c", "side")
    elsewhere = repo.commit("chore: x", tag="v2.0.0")
    repo.git("switch", "--quiet", "main")
    raised = repo.commit("feat: anew", files={"pyproject.toml": pyproject("2.0.0")})
    found = history(repo)
    assert (found.base.tag if found.base else None, found.raised_in, found.tag_elsewhere) == (
        "v1.2.0",
        raised,
        elsewhere,
    )


def test_a_tag_elsewhere_and_no_other_release_is_no_first_release_either(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo", "2.0.0", tag="")
    repo.git("switch", "--quiet", "-c", "side")
    elsewhere = repo.commit("chore: x", tag="v2.0.0")
    repo.git("switch", "--quiet", "main")
    found = history(repo)
    assert (found.base, found.raised_in, found.tag_elsewhere) == (None, repo.sha(), elsewhere)


def test_without_a_tag_an_initial_version_was_not_released(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo", "0.1.0", tag="")
    found = history(repo)
    assert (found.base, found.raised_in, len(found.commits)) == (None, repo.sha(), 1)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (pyproject("1.2.0"), Version("1.2.0")),
        (pyproject(None), None),
        (pyproject("one"), None),
        ("not toml", None),
        (None, None),
    ],
)
def test_the_version_at_a_commit_is_none_when_its_files_give_none(
    tmp_path: Path, text: str | None, want: Version | None
) -> None:
    repo = package(tmp_path / "demo")
    if text is None:
        repo.git("rm", "--quiet", "pyproject.toml")
    sha = repo.commit("chore: x", files={} if text is None else {"pyproject.toml": text})
    assert version_at(Git(repo.path), sha) == want


def test_a_commit_on_the_way_whose_files_cannot_be_read_ends_the_search(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("build: up", files={"pyproject.toml": pyproject("2.0.0")})
    repo.commit("build: break", files={"pyproject.toml": "<<<<<<<"})
    raised = repo.commit("build: mend", files={"pyproject.toml": pyproject("2.0.0")})
    assert history(repo).raised_in == raised


def test_commits_that_touch_excluded_files_only_are_passed_over(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo", table='[tool.pilotage]\nexclude-paths = ["docs/**"]\n')
    repo.commit("feat: say it", files={"docs/a.md": "a\n"})
    both = repo.commit("fix: do it", files={"docs/a.md": "b\n", "demo.py": "1\n"})
    assert [commit.sha for commit in history(repo).commits] == [both]


def test_a_version_in_a_file_that_setup_cfg_points_at_is_seen_being_raised(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "demo")
    files = {"setup.cfg": "[metadata]\nname = demo\nversion = file: VERSION\n", "VERSION": "1.2.0\n"}
    repo.commit("chore: start", files=files, tag="v1.2.0")
    raised = repo.commit("build: up", files={"VERSION": "2.0.0\n"})
    assert history(repo).raised_in == raised
