"""`pilotage next` on branches with channels, in real repositories."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from commands.cliruns import run
from commands.packages import package, pyproject

if TYPE_CHECKING:
    from pathlib import Path

    from providers.gitrepos import Repo

TABLE = '[tool.pilotage.channels]\nnext = "rc"\nedge = "dev"\n"beta/*" = "b"\nhotfix = "post"\n"*.x" = "maintenance"\n'

DYNAMIC = pytest.mark.parametrize("is_dynamic", [False, True], ids=["in the files", "dynamic"])


def begin(path: Path, *, is_dynamic: bool = False) -> Repo:
    return package(path, None if is_dynamic else "1.4.0", table=TABLE, tag="v1.4.0")


def release(repo: Repo, version: str, *, is_dynamic: bool = False) -> None:
    """Do what a merged release pull request and the run after it do."""
    text = pyproject(None if is_dynamic else version, table=TABLE)
    repo.commit(f"chore(release): {version}", files={} if is_dynamic else {"pyproject.toml": text}, tag=f"v{version}")


def answer(repo: Repo) -> str | None:
    """Give the next version on the branch that is checked out; None when there is nothing to release."""
    done = run("next", "--json", "--repo", repo.path)
    assert done.code == 0, done.err
    rows = done.json["components"] if isinstance(done.json, dict) else None
    row = rows[0] if isinstance(rows, list) else None
    assert isinstance(row, dict)
    version = row["next"]
    assert version is None or isinstance(version, str)
    return version


def on(repo: Repo, branch: str, *, start: str = "") -> None:
    """Check out a branch; with a start, make it there."""
    repo.git("switch", "--quiet", *(("--create", branch, start) if start else (branch,)))


@DYNAMIC
def test_a_channel_goes_its_way_and_ends_on_the_default_branch(tmp_path: Path, *, is_dynamic: bool) -> None:
    repo = begin(tmp_path / "demo", is_dynamic=is_dynamic)
    seen = []
    on(repo, "next", start="v1.4.0")
    repo.commit("feat: fly")
    seen.append(answer(repo))
    release(repo, "1.5.0rc1", is_dynamic=is_dynamic)
    seen.append(answer(repo))
    repo.commit("fix: land")
    seen.append(answer(repo))
    release(repo, "1.5.0rc2", is_dynamic=is_dynamic)
    repo.commit("feat!: land upside down")
    seen.append(answer(repo))
    release(repo, "2.0.0rc1", is_dynamic=is_dynamic)
    on(repo, "main")
    seen.append(answer(repo))
    repo.merge("next")
    seen.append(answer(repo))
    assert seen == ["1.5.0rc1", None, "1.5.0rc2", "2.0.0rc1", None, "2.0.0"]


@DYNAMIC
def test_after_the_full_release_a_channel_begins_anew(tmp_path: Path, *, is_dynamic: bool) -> None:
    repo = begin(tmp_path / "demo", is_dynamic=is_dynamic)
    on(repo, "next", start="v1.4.0")
    repo.commit("feat: fly")
    release(repo, "1.5.0rc1", is_dynamic=is_dynamic)
    on(repo, "main")
    repo.merge("next")
    release(repo, "1.5.0", is_dynamic=is_dynamic)
    on(repo, "next")
    repo.commit("fix: land")
    unmerged = answer(repo)
    repo.git("merge", "--quiet", "--no-edit", "main")
    assert (unmerged, answer(repo)) == ("1.5.1rc1", "1.5.1rc1")


def test_channels_side_by_side_see_each_others_numbers(tmp_path: Path) -> None:
    repo = begin(tmp_path / "demo")
    on(repo, "edge", start="v1.4.0")
    repo.commit("feat: fly")
    release(repo, "1.5.0.dev1")
    repo.commit("feat: sing")
    on(repo, "beta/one", start="v1.4.0")
    repo.commit("feat: swim")
    first = answer(repo)
    release(repo, "1.5.0b1")
    on(repo, "beta/two", start="v1.4.0")
    repo.commit("fix: dive")
    second = answer(repo)
    on(repo, "edge")
    below = run("next", "--repo", repo.path)
    assert (first, second) == ("1.5.0b1", "1.4.1b1")
    assert (below.code, below.out) == (3, "")
    assert "would be 1.5.0.dev2, which is below 1.5.0b1" in below.err


def test_a_maintenance_branch_makes_fixes_and_refuses_what_leaves_its_line(tmp_path: Path) -> None:
    repo = begin(tmp_path / "demo")
    repo.commit("feat: fly")
    release(repo, "1.5.0")
    on(repo, "1.4.x", start="v1.4.0")
    repo.commit("fix: land")
    fixed = answer(repo)
    sha = repo.commit("feat: sing")
    refused = run("next", "--repo", repo.path)
    assert (fixed, refused.code) == ("1.4.1", 3)
    assert f"the minor change {sha[:10]} after 1.4.0 makes 1.5.0, which is not one of 1.4.*" in refused.err


def test_a_post_branch_corrects_a_full_release(tmp_path: Path) -> None:
    repo = begin(tmp_path / "demo")
    on(repo, "hotfix", start="v1.4.0")
    repo.commit("fix: the metadata")
    first = answer(repo)
    release(repo, "1.4.0.post1")
    repo.commit("fix: the readme")
    assert (first, answer(repo)) == ("1.4.0.post1", "1.4.0.post2")


def test_a_version_that_another_branch_made_is_not_taken(tmp_path: Path) -> None:
    repo = begin(tmp_path / "demo")
    on(repo, "1.4.x", start="v1.4.0")
    repo.commit("fix: land")
    release(repo, "1.4.1")
    on(repo, "main")
    repo.commit("fix: sing")
    by_count = answer(repo)
    repo.commit("fix: x\n\nRelease-As: 1.4.1")
    taken = run("next", "--repo", repo.path)
    assert (by_count, taken.code) == ("1.4.2", 3)
    assert "1.4.1 is taken: a tag of that version exists, on another branch" in taken.err


def test_a_version_by_the_calendar_is_that_of_today(tmp_path: Path) -> None:
    table = '[tool.pilotage]\nversioning = "calver:YYYY.0M.MICRO"\n'
    repo = package(tmp_path / "demo", "2020.1.3", table=table, tag="v2020.01.3")
    repo.commit("fix: x")
    before, version, after = today(), answer(repo), today()
    assert version in (f"{before.year}.{before.month}.0", f"{after.year}.{after.month}.0")


def today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def test_what_a_squash_merge_brings_without_its_tag_ends_in_the_full_release(tmp_path: Path) -> None:
    repo = begin(tmp_path / "demo")
    on(repo, "next", start="v1.4.0")
    repo.commit("feat: fly")
    release(repo, "1.5.0rc1")
    on(repo, "main")
    repo.commit("feat: fly (#7)", files={"pyproject.toml": pyproject("1.5.0rc1", table=TABLE)})
    assert answer(repo) == "1.5.0"
