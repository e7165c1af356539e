"""The repositories in which other release tools answer wrongly, rebuilt small, each with the right answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from commands.cliruns import run
from commands.packages import package, pyproject

if TYPE_CHECKING:
    from pathlib import Path

    from commands.cliruns import Json
    from providers.gitrepos import Repo


def next_row(repo: Repo) -> dict[str, Json]:
    """Give what `pilotage next --json` says of the one package."""
    done = run("next", "--json", "--repo", repo.path)
    assert (done.code, isinstance(done.json, dict)) == (0, True), done.err
    rows = done.json["components"] if isinstance(done.json, dict) else None
    row = rows[0] if isinstance(rows, list) else None
    assert isinstance(row, dict)
    return row


def next_version(repo: Repo) -> Json:
    return next_row(repo)["next"]


def begin(path: Path, version: str | None, tags: str) -> Repo:
    """Make a package at a version (None: dynamic, from the tag) and put tags on its first commit."""
    first, *others = tags.split()
    repo = package(path, version, tag=first)
    for tag in others:
        repo.git("tag", tag)
    return repo


CASES = [
    pytest.param("1.2.0rc1", "v1.2.0rc1", ("feat: b",), "1.2.0", id="a candidate is followed by its full release"),
    pytest.param("0.3.0", "v0.3.0", ("feat!: b",), "0.4.0", id="a break below 1.0"),
    pytest.param("1.0.0", "v1.0.0", ("Add thing (#12)\n\n* feat: a\n* fix: b",), None, id="a list is no header"),
    pytest.param("1.2.3", "v1.2.3 v1 v1.2", ("fix: b",), "1.2.4", id="moving tags"),
    pytest.param("1.0.0", "v1.0.0", ("fix: b\n\nBREAKING-CHANGE: x",), "2.0.0", id="a footer with a hyphen"),
    pytest.param("1.0.0", "v1.0.0", ("docs: b", "chore: a"), None, id="only chores and docs"),
    pytest.param("1.0.0", "v1.0.0", ("Feat: b",), "1.1.0", id="a type in another case"),
    pytest.param("1.9.0", "v1.9.0 pkg-v7.0.0", ("fix: b",), "1.9.1", id="another package's tag"),
    pytest.param("1.9.0", "v1.9.0 v1.8.0 v2024.1.2.3", ("fix: b",), "1.9.1", id="a tag of four numbers"),
    pytest.param("1.9.0", "v1.9.0 experiment v.7.1.0 v.8 va", ("fix: b",), "1.9.1", id="tags that are no versions"),
    pytest.param("10.6.1", "v10.6.1 v10 v10.6", ("refactor: b",), None, id="a moving major tag and a refactoring"),
    pytest.param("10.6.1", "v10.6.1 v10 v10.6", ("fix: b",), "10.6.2", id="a moving major tag and a fix"),
    pytest.param("0.37.10", "v0.37.10", ("feat: b",), "0.38.0", id="nobody leaves 0.x by surprise"),
    pytest.param("1!1.0.0", "v1!1.0.0", ("fix: b",), "1!1.0.1", id="an epoch"),
    pytest.param("1.4.2.post1", "v1.4.2.post1", ("fix: b",), "1.4.3", id="a post-release"),
]


@pytest.mark.parametrize("is_dynamic", [False, True], ids=["in the files", "dynamic"])
@pytest.mark.parametrize(("version", "tags", "messages", "expected"), CASES)
def test_the_right_answer_where_peers_are_wrong(
    tmp_path: Path, version: str, tags: str, messages: tuple[str, ...], expected: str | None, *, is_dynamic: bool
) -> None:
    repo = begin(tmp_path / "demo", None if is_dynamic else version, tags)
    for message in reversed(messages):
        repo.commit(message)
    assert next_version(repo) == expected


@pytest.mark.parametrize("version", ["1.0.0", None])
def test_a_higher_tag_on_another_branch_moves_nothing(tmp_path: Path, version: str | None) -> None:
    repo = begin(tmp_path / "demo", version, "v1.0.0")
    repo.git("switch", "--quiet", "--create", "other")
    repo.commit("feat!: elsewhere", tag="v2.0.0")
    repo.git("switch", "--quiet", "main")
    repo.commit("fix: b")
    row = next_row(repo)
    changes = row["changes"]
    assert (row["next"], len(changes) if isinstance(changes, list) else None) == ("1.0.1", 1)


def test_a_feature_and_its_revert_release_nothing(tmp_path: Path) -> None:
    repo = begin(tmp_path / "demo", "1.0.0", "v1.0.0")
    sha = repo.commit("feat: b", files={"b.txt": "b"})
    repo.git("revert", "--no-edit", sha)
    assert next_version(repo) is None


@pytest.mark.parametrize("version", ["0.1.0", None])
def test_a_first_release_without_any_tag_is_the_initial_version(tmp_path: Path, version: str | None) -> None:
    repo = package(tmp_path / "demo", version, tag="")
    repo.commit("feat: b")
    assert next_version(repo) == "0.1.0"


def test_the_version_in_the_files_leads_where_the_stable_tags_are_on_a_release_branch(tmp_path: Path) -> None:
    repo = begin(tmp_path / "demo", "2.17.0", "v2.17.0")
    repo.git("switch", "--quiet", "--create", "v2")
    repo.commit("fix: elsewhere", files={"pyproject.toml": pyproject("2.24.0")}, tag="v2.24.0")
    repo.git("switch", "--quiet", "main")
    repo.commit("chore: begin 3.0", files={"pyproject.toml": pyproject("3.0.0b0")})
    repo.commit("feat!: b")
    assert next_version(repo) == "3.0.0"


def test_a_tag_that_no_version_spells_is_no_past_on_a_branch_of_pre_releases(tmp_path: Path) -> None:
    repo = begin(tmp_path / "demo", None, "v22.1.0")
    repo.commit("feat: a", tag="v22.2.0-next.4")
    repo.commit("fix: b")
    assert next_version(repo) == "22.2.0"


def test_thousands_of_foreign_tags_change_nothing(tmp_path: Path) -> None:
    repo = begin(tmp_path / "demo", None, "v1.9.0")
    head = repo.sha()
    refs = (f"create refs/tags/{name}{number} {head}\n" for number in range(1000) for name in ("x", "pkg-v", "v9."))
    repo.git("update-ref", "--stdin", data="".join(refs).encode())
    repo.git("tag", "--delete", *(f"v9.{number}" for number in range(1000)))
    repo.commit("fix: b")
    assert next_version(repo) == "1.9.1"
