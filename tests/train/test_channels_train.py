"""Channels on the embedded forge: pre-releases from a branch, maintenance of an older line, and the calendar."""

from __future__ import annotations

import datetime as dt
import subprocess
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import PilotageError
from pilotage.reconcile.bootstrap import Connection, Surroundings
from pilotage.reconcile.planning import FLOWS_BY_NAME
from pilotage.reconcile.train import run_flows
from providers.gitrepos import check_out
from train.harness import HASTY, PYPROJECT, TOKEN, Bench
from train.yard import Yard, open_yard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.model.plan import Plan

NEXT = "pilotage/release-next"
START = PYPROJECT.replace("0.1.0", "1.4.0")
TABLE = '\n[tool.pilotage.channels]\nnext = "rc"\n"1.x" = "maintenance"\n'


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def yard(bench: Bench) -> Iterator[Yard]:
    with open_yard(bench, {"pyproject.toml": START + TABLE}, "v1.4.0") as yard:
        yield yard


def merge_branch(yard: Yard, source: str, target: str) -> str:
    """Merge a branch into another with a merge commit, as GitHub's button does."""
    number = yard.forge.open_pull_request(source, f"Merge {source}", base=target)
    return yard.forge.merge_pull_request(number, "merge")


def prereleases(yard: Yard) -> dict[str, bool]:
    return {release.tag_name: release.prerelease for release in yard.forge.realm.state.releases}


def release_candidate(yard: Yard) -> str:
    yard.touch("feat: sing", "sing.py", branch="next")
    assert yard.pushed("next") == 0
    commit = yard.merge(NEXT)
    assert yard.pushed("next") == 0
    return commit


def test_a_channel_releases_candidates_and_the_default_branch_the_full_version(yard: Yard) -> None:
    yard.touch("feat: sing", "sing.py", branch="next")
    yard.pushed("next")
    assert yard.pulls == {NEXT: "chore(release): 1.5.0rc1"}
    assert 'version = "1.5.0rc1"' in yard.file("pyproject.toml", NEXT)
    commit = yard.merge(NEXT)
    yard.pushed("next")
    assert (yard.tag("v1.5.0rc1"), prereleases(yard)) == (commit, {"v1.5.0rc1": True})

    yard.touch("fix: sing lower", "sing.py", branch="next")
    yard.pushed("next")
    assert yard.pulls == {NEXT: "chore(release): 1.5.0rc2"}
    assert "sing lower" in yard.file("CHANGELOG.md", NEXT).split("## [1.5.0rc1]")[0]
    yard.merge(NEXT)
    yard.pushed("next")
    assert sorted(prereleases(yard)) == ["v1.5.0rc1", "v1.5.0rc2"]

    merge_branch(yard, "next", "main")
    yard.pushed("main")
    assert yard.pulls == {"pilotage/release-main": "chore(release): 1.5.0"}
    section = yard.file("CHANGELOG.md").split("1.5.0rc2")[0]
    assert ("sing lower" in section, "* sing " in section) == (True, True)
    assert "v1.4.0...v1.5.0" in section
    commit = yard.merge()
    yard.pushed("main")
    assert (yard.tag("v1.5.0"), prereleases(yard)["v1.5.0"]) == (commit, False)
    assert "v1.4.0...v1.5.0" in yard.notes("v1.5.0") or "sing lower" in yard.notes("v1.5.0")
    assert yard.run(is_dry=True).plan.steps == ()


def test_a_squash_of_the_channel_ends_its_candidates_too(yard: Yard) -> None:
    release_candidate(yard)
    number = yard.forge.open_pull_request("next", "feat: sing", base="main")
    yard.forge.merge_pull_request(number, "squash")
    yard.pushed("main")
    assert yard.pulls == {"pilotage/release-main": "chore(release): 1.5.0"}
    yard.merge()
    yard.pushed("main")
    assert yard.tag("v1.5.0")
    assert yard.run(is_dry=True).plan.steps == ()


def test_a_channel_goes_on_above_the_full_version_once_that_is_merged_back(yard: Yard) -> None:
    release_candidate(yard)
    merge_branch(yard, "next", "main")
    yard.pushed("main")
    yard.merge()
    yard.pushed("main")
    merge_branch(yard, "main", "next")
    yard.touch("feat: dance", "dance.py", branch="next")
    yard.pushed("next")
    assert yard.pulls == {NEXT: "chore(release): 1.6.0rc1"}


@pytest.mark.parametrize("branch", ["main", "next"])
def test_a_shallow_clone_of_a_channel_comes_to_the_same_plan_as_a_full_one(
    yard: Yard, tmp_path: Path, branch: str
) -> None:
    release_candidate(yard)
    yard.touch("fix: sing lower", "sing.py", branch="next")
    if branch == "main":
        merge_branch(yard, "next", "main")
    full, shallow = (
        plan(yard, branch, folder=folder) for folder in (yard.bench._clone, check_out_shallow(yard, tmp_path, branch))
    )
    assert shallow == full
    assert full.steps


def check_out_shallow(yard: Yard, tmp_path: Path, branch: str) -> Path:
    """Check a branch out as actions/checkout does: one commit, no tags."""
    url = yard.endpoint.clone_url
    folder = check_out(url.replace("://", f"://x-access-token:{TOKEN}@"), tmp_path / "shallow", branch=branch)
    subprocess.run(["git", "remote", "set-url", "origin", url], cwd=folder, check=True)
    return folder


def plan(yard: Yard, branch: str, *, folder: Path) -> Plan:
    here = Surroundings(folder, yard.bench.surroundings(yard.endpoint).environment, patience=HASTY)
    with Connection(here, branch=branch, default_branch="main") as connection:
        connection.is_channel()
        return run_flows(connection, FLOWS_BY_NAME["all"], is_dry=True, tell=lambda *_: None).plan


def test_a_candidate_that_is_out_leaves_nothing_to_do_on_its_branch(yard: Yard) -> None:
    release_candidate(yard)
    before = yard.forge.world()
    yard.pushed("next")
    assert yard.forge.world() == before


def test_a_branch_that_was_made_before_the_table_releases_as_the_table_says(bench: Bench) -> None:
    with open_yard(bench, {"pyproject.toml": START}, "v1.4.0") as yard:
        yard.touch("feat: sing", "sing.py", branch="next")
        yard.push("ci: channels", {"pyproject.toml": START + TABLE})
        yard.pushed("next")
        assert yard.pulls == {NEXT: "chore(release): 1.5.0rc1"}


def test_a_branch_that_names_itself_a_channel_does_nothing(bench: Bench) -> None:
    with open_yard(bench, {"pyproject.toml": START}, "v1.4.0") as yard:
        yard.push("feat: sing", {"pyproject.toml": START + '\n[tool.pilotage.channels]\nmine = "rc"\n'}, branch="mine")
        assert yard.pushed("mine") == 0
        assert (yard.pulls, yard.releases) == ({}, [])
        assert any("nothing to do" in line for line in yard.tells)


def test_a_maintenance_branch_releases_its_own_line_and_never_overtakes(yard: Yard) -> None:
    yard.push("chore: keep the old line", {"OLD": "1"}, branch="1.x")
    yard.push("feat!: begin anew", {"new.py": "1"})
    yard.pushed("main")
    yard.merge()
    yard.pushed("main")
    assert yard.tag("v2.0.0")
    yard.touch("fix: mend the old", "old.py", branch="1.x")
    yard.pushed("1.x")
    assert yard.pulls == {"pilotage/release-1.x": "chore(release): 1.4.1"}
    commit = yard.merge("pilotage/release-1.x")
    yard.pushed("1.x")
    assert yard.tag("v1.4.1") == commit
    yard.touch("feat!: too much for an old line", "old.py", branch="1.x")
    with pytest.raises(PilotageError, match=r"1\.x"):
        yard.pushed("1.x")
    assert yard.pulls == {}


def test_a_fix_on_main_meanwhile_is_released_from_main(yard: Yard) -> None:
    release_candidate(yard)
    yard.touch("fix: at once", "now.py")
    yard.pushed("main")
    assert yard.pulls == {"pilotage/release-main": "chore(release): 1.4.1"}


def test_the_packages_of_a_workspace_have_channels_too(bench: Bench) -> None:
    files = {
        "pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n' + TABLE,
        "packages/a/pyproject.toml": START.replace("demo", "a"),
        "packages/b/pyproject.toml": START.replace("demo", "b"),
    }
    with open_yard(bench, files, "a-v1.4.0", "b-v1.4.0") as yard:
        yard.touch("feat: sing", "packages/a/sing.py", branch="next")
        yard.pushed("next")
        assert yard.pulls == {NEXT: "chore(release): a 1.5.0rc1"}
        commit = yard.merge(NEXT)
        yard.pushed("next")
        assert (yard.tag("a-v1.5.0rc1"), prereleases(yard)) == (commit, {"a-v1.5.0rc1": True})
        yard.touch("fix: sing lower", "packages/a/sing.py", branch="next")
        yard.touch("feat: dance", "packages/b/dance.py", branch="next")
        yard.pushed("next")
        assert yard.pulls == {NEXT: "chore(release): a 1.5.0rc2, b 1.5.0rc1"}
        yard.merge(NEXT)
        yard.pushed("next")
        merge_branch(yard, "next", "main")
        yard.pushed("main")
        assert yard.pulls == {"pilotage/release-main": "chore(release): a 1.5.0, b 1.5.0"}
        section = yard.file("packages/a/CHANGELOG.md").split("1.5.0rc2")[0]
        assert ("sing lower" in section, "dance" in section) == (True, False)


def test_the_calendar_names_the_versions_from_the_first_request_to_the_tag(bench: Bench) -> None:
    pyproject = START.replace("1.4.0", "2024.03.1") + '\n[tool.pilotage]\nversioning = "calver:YYYY.MM.MICRO"\n'
    with open_yard(bench, {"pyproject.toml": pyproject}, "v2024.03.1") as yard:
        yard.touch("feat: sing", "sing.py")
        yard.pushed("main")
        today = dt.datetime.now(dt.UTC)
        first = f"{today.year}.{today.month:02}.0"
        assert list(yard.pulls.values()) == [f"chore(release): {first}"]
        commit = yard.merge()
        yard.pushed("main")
        (tag,) = yard.releases
        assert (yard.tag(tag), tag) == (commit, f"v{first}")
        yard.touch("fix: sing lower", "sing.py")
        yard.pushed("main")
        assert list(yard.pulls.values()) == [f"chore(release): {first[:-1]}1"]


def test_a_release_of_the_default_branch_counts_though_the_channel_does_not_contain_it(yard: Yard) -> None:
    yard.touch("feat: fly", "fly.py")
    commit = yard.push("chore(release): 1.5.0", {"pyproject.toml": START.replace("1.4.0", "1.5.0") + TABLE})
    yard.forge.create_tag("v1.5.0", commit)
    yard.touch("feat: sing", "sing.py", branch="next")
    yard.pushed("next")
    assert yard.pulls == {NEXT: "chore(release): 1.6.0rc1"}


def test_a_dispatch_on_a_channel_is_about_the_channel(yard: Yard) -> None:
    yard.touch("feat: sing", "sing.py", branch="next")
    payload = {**yard.forge.event_workflow_dispatch(), "ref": "refs/heads/next"}
    assert yard.event("workflow_dispatch", payload, extra={"INPUT_RELEASE-AS": "2.0.0"}) == 0
    assert yard.pulls == {NEXT: "chore(release): 2.0.0rc1"}


def test_a_dispatch_on_another_branch_is_about_the_default_branch(yard: Yard) -> None:
    yard.touch("feat: fly", "fly.py")
    yard.touch("feat: sing", "sing.py", branch="topic")
    payload = {**yard.forge.event_workflow_dispatch(), "ref": "refs/heads/topic"}
    assert yard.event("workflow_dispatch", payload) == 0
    assert list(yard.pulls) == ["pilotage/release-main"]
