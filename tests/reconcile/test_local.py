"""What a clone says about the next release: how tags are found, what counts as the last one, what is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from commands.packages import package, pyproject
from pilotage.errors import ConfigError, ConflictError, PilotageError, UsageError
from pilotage.reconcile.local import observe_local, read_past_notes, today
from pilotage.reconcile.nextreport import report_next
from providers.gitrepos import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.model.snapshot import Snapshot


def observe(repo: Repo) -> Snapshot:
    """Look at a repository that is released as one."""
    (snapshot,) = observe_local(repo.path).snapshots
    return snapshot


def answer(repo: Repo) -> tuple[str, str | None, str | None]:
    """Give what `pilotage next` says: the current version, the next one, its tag."""
    row = report_next(observe_local(repo.path)).components[0]
    return row.current, row.next, row.tag


def test_a_snapshot_says_where_it_was_taken(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.git("remote", "add", "origin", "git@forge.example:acme/demo.git")
    head = repo.commit("feat: greet", files={"CHANGELOG.md": "# Changelog\n"})
    found = observe(repo)
    assert (found.repository, found.web_url) == ("acme/demo", "https://forge.example/acme/demo")
    assert (found.branch, found.head) == ("main", head)
    assert sorted(found.files) == ["CHANGELOG.md", "pyproject.toml"]
    assert [commit.sha for commit in found.commits] == [head]
    assert re.fullmatch(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]", found.today)
    assert found.today <= today()


def test_a_detached_head_has_no_branch(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.git("switch", "--quiet", "--detach")
    assert observe(repo).branch == "HEAD"


@pytest.mark.parametrize(
    ("tag", "table", "want"),
    [
        ("v1.2.0", "", "v1.3.0"),
        ("1.2.0", "", "1.3.0"),
        ("demo-v1.2.0", '[tool.pilotage]\ntag-format = "{name}-v{version}"\n', "demo-v1.3.0"),
        ("release/1.2.0-final", '[tool.pilotage]\ntag-format = "release/{version}-final"\n', "release/1.3.0-final"),
    ],
)
def test_the_next_tag_is_spelled_like_the_last_one(tmp_path: Path, tag: str, table: str, want: str) -> None:
    repo = package(tmp_path / "demo", table=table, tag=tag)
    repo.commit("feat: greet")
    assert answer(repo) == ("1.2.0", "1.3.0", want)


@pytest.mark.parametrize("tag", ["v1.2.0", "1.2.0"])
def test_a_dynamic_version_is_read_from_the_nearest_tag(tmp_path: Path, tag: str) -> None:
    repo = package(tmp_path / "demo", None, tag=tag)
    repo.commit("fix: greet")
    assert answer(repo) == ("1.2.0", "1.2.1", tag.replace("1.2.0", "1.2.1"))


def test_of_both_spellings_of_one_version_the_v_counts(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("chore: sweep", tag="1.2.0")
    repo.commit("fix: greet")
    assert answer(repo) == ("1.2.0", "1.2.1", "v1.2.1")


def test_the_tag_of_the_version_in_the_files_decides_between_spellings(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo", "1.1.0", tag="v1.1.0")
    repo.commit("chore(release): 1.2.0", files={"pyproject.toml": pyproject("1.2.0")}, tag="1.2.0")
    repo.commit("fix: greet")
    assert answer(repo) == ("1.2.0", "1.2.1", "1.2.1")


@pytest.mark.parametrize("foreign", ["v1", "v1.2", "experiment", "other-v9.0.0", "v2024.1.2.3"])
def test_tags_of_others_and_tags_that_move_count_for_nothing(tmp_path: Path, foreign: str) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("fix: greet", tag=foreign)
    assert answer(repo) == ("1.2.0", "1.2.1", "v1.2.1")


def test_a_higher_tag_on_another_branch_counts_for_nothing(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.git("switch", "--quiet", "-c", "next")
    repo.commit("feat!: anew", tag="v2.0.0")
    repo.git("switch", "--quiet", "main")
    repo.commit("fix: greet")
    assert answer(repo) == ("1.2.0", "1.2.1", "v1.2.1")


def test_a_first_release_has_the_initial_version(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo", None, tag="")
    repo.commit("feat: greet")
    assert answer(repo) == ("", "0.1.0", "v0.1.0")
    assert observe(repo).last_release is None


def test_a_first_release_takes_a_configured_initial_version(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo", "0.0.0", table='[tool.pilotage]\ninitial-version = "1.0.0"\n', tag="")
    repo.commit("feat: greet")
    assert answer(repo) == ("0.0.0", "1.0.0", "v1.0.0")


def test_without_any_tag_the_commit_that_set_the_version_is_its_release(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo", "3.0.0", tag="")
    repo.commit("feat: old news")
    released = repo.commit("chore(release): 3.1.0", files={"pyproject.toml": pyproject("3.1.0")})
    repo.commit("build: sweep", files={"pyproject.toml": pyproject("3.1.0", table="[tool.other]\n")})
    repo.commit("fix: greet")
    found = observe(repo)
    assert answer(repo) == ("3.1.0", "3.1.1", "v3.1.1")
    assert found.last_release is not None
    assert (found.last_release.commit, found.last_release.tag) == (released, "")
    assert [commit.message for commit in found.commits] == ["fix: greet", "build: sweep"]


def test_a_version_raised_by_hand_is_the_least_that_comes_next(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("feat: anew", files={"pyproject.toml": pyproject("2.0.0")})
    assert answer(repo) == ("1.2.0", "2.0.0", "v2.0.0")


def test_a_version_raised_less_than_the_changes_ask_for_is_raised_further(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("feat!: anew", files={"pyproject.toml": pyproject("1.2.1")})
    assert answer(repo) == ("1.2.0", "2.0.0", "v2.0.0")


def test_a_version_lowered_by_hand_is_a_conflict(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("fix: back", files={"pyproject.toml": pyproject("1.1.0")})
    with pytest.raises(ConflictError, match=r"version 1\.1\.0 is lower than 1\.2\.0, the last release \(v1\.2\.0\)"):
        observe_local(repo.path)


def test_a_pre_release_lower_than_the_last_one_is_a_conflict(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo", "1.0.0rc1", tag="v1.0.0rc2")
    with pytest.raises(ConflictError, match=r"lower than 1\.0\.0rc2"):
        observe_local(repo.path)


def test_a_tag_elsewhere_is_a_conflict(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.git("switch", "--quiet", "-c", "side")
    elsewhere = repo.commit("chore: release", tag="v1.3.0")
    repo.git("switch", "--quiet", "main")
    head = repo.commit("feat: greet", files={"pyproject.toml": pyproject("1.3.0")})
    with pytest.raises(ConflictError) as caught:
        observe_local(repo.path)
    assert caught.value.message == (
        f"the tag of version 1.3.0 is at {elsewhere[:10]}, which {head[:10]} does not contain"
    )


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "there is no pyproject.toml and no setup.cfg here"),
        ({"pyproject.toml": "[tool.other]\n"}, "no version is declared"),
        ({"pyproject.toml": pyproject("1.0"), "setup.cfg": "[metadata]\nversion = 2.0\n"}, "two places differ"),
        ({"pyproject.toml": pyproject("one")}, "is not a version"),
        ({"pyproject.toml": "not toml"}, "pyproject.toml: not TOML"),
        ({"pyproject.toml": pyproject("1.0", table="[tool.pilotage]\nversion-files = ['x.py']\n")}, "no such file"),
        ({"pyproject.toml": pyproject("1.0", table="[tool.pilotage]\ntag-format = 'v'\n")}, "does not make a git tag"),
    ],
    ids=["no package", "no version", "two versions", "no number", "no TOML", "no such file", "no tag format"],
)
def test_files_that_say_no_version_are_a_configuration_error(tmp_path: Path, files: dict[str, str], words: str) -> None:
    repo = Repo(tmp_path / "demo")
    repo.commit("chore: start", files=files)
    with pytest.raises(ConfigError, match=re.escape(words)) as caught:
        observe_local(repo.path)
    assert (caught.value.exit_code, bool(caught.value.hint)) == (2, True)


def test_a_marked_file_that_differs_is_a_configuration_error(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "demo")
    table = "[tool.pilotage]\nversion-files = ['about.py']\n"
    files = {"pyproject.toml": pyproject("1.0.0", table=table), "about.py": "v = '0.9.0'  # x-pilotage-version\n"}
    repo.commit("chore: start", files=files)
    with pytest.raises(ConfigError, match="two places differ"):
        observe_local(repo.path)


@pytest.mark.parametrize("make", ["no folder", "no repository", "no commit"])
def test_where_there_is_no_history_is_a_usage_error(tmp_path: Path, make: str) -> None:
    path = tmp_path / "demo"
    if make == "no repository":
        path.mkdir()
    elif make == "no commit":
        Repo(path)
    with pytest.raises(UsageError) as caught:
        observe_local(path)
    assert bool(caught.value.hint)


def test_a_shallow_clone_that_lacks_the_release_says_so(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("fix: one")
    repo.commit("fix: two")
    repo.git("clone", "--quiet", "--depth=1", repo.path.as_uri(), str(tmp_path / "shallow"))
    with pytest.raises(PilotageError, match="shallow"):
        observe_local(tmp_path / "shallow")


def test_past_notes_are_those_of_the_tag(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo", tag="")
    repo.commit("chore: x", files={"CHANGELOG.md": "# Changelog\n\n## 1.2.0\n\n* greet\n"}, tag="v1.2.0")
    found = read_past_notes(repo.path, "v1.2.0")
    assert (found.tag, found.version, found.notes.strip().splitlines()[-1]) == ("v1.2.0", "1.2.0", "* greet")
