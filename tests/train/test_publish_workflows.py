"""Workflows around a release: what must have succeeded before it, and what is started once after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.forge.runs import IN_PROGRESS
from train.harness import TOKEN as FORGE_TOKEN
from train.publishyard import PUBLISHED, TAG, Site, make_drafted, open_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BEFORE = '[tool.pilotage.publish]\nbefore = ["ci.yml"]\n'
TWO = '[tool.pilotage.publish]\nbefore = ["ci.yml", "lint.yml"]\n'
AFTER = """[tool.pilotage.publish]
after = [
  "docs.yml",
  { workflow = "images.yml", ref = "main", inputs = { version = "{version}", tag = "{tag}" }, wait = true },
]
"""


@pytest.fixture
def site(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(make_drafted(tmp_path_factory), tmp_path, PUBLISHED) as site:
        site.variables |= {**site.with_token, **site.with_dist}
        yield site


def test_a_workflow_that_succeeded_lets_the_release_pass(site: Site) -> None:
    site.configure(PUBLISHED + BEFORE)
    site.forge.add_run("ci.yml", site.head, conclusion="failure")
    site.forge.add_run("ci.yml", site.head)
    assert site.push() == 0
    assert site.dispatches == []
    assert site.on_index == site.built


def test_a_workflow_that_never_ran_is_started_on_the_tag_and_waited_for(site: Site) -> None:
    site.configure(PUBLISHED + BEFORE)
    site.watch()
    assert site.push() == 0
    assert site.dispatches == [("ci.yml", TAG, {})]
    assert site.writes[0].endswith("ci.yml/dispatches")
    assert site.forge.realm.state.runs[0].status == "completed"
    assert site.on_index == site.built


def test_a_run_of_another_commit_says_nothing(site: Site) -> None:
    site.configure(PUBLISHED + BEFORE)
    site.forge.add_run("ci.yml", site.forge.realm.git.need_commit(site.head).parents[0])
    assert site.push() == 0
    assert site.dispatches == [("ci.yml", TAG, {})]


def test_a_workflow_that_runs_is_waited_for(site: Site) -> None:
    site.configure(PUBLISHED + BEFORE)
    site.forge.add_run("ci.yml", site.head, status=IN_PROGRESS)
    assert site.push() == 0
    assert site.dispatches == []
    assert site.said("the workflow ci.yml ended with success")


@pytest.mark.parametrize("conclusion", ["failure", "timed_out", "cancelled", "startup_failure", "skipped"])
def test_a_workflow_that_did_not_succeed_ends_the_run_before_anything_is_done(site: Site, conclusion: str) -> None:
    site.configure(PUBLISHED + BEFORE)
    site.forge.add_run("ci.yml", site.head, conclusion=conclusion)
    site.watch()
    error = site.try_push()
    assert error is not None
    assert error.exit_code == 1
    assert conclusion in error.message
    assert site.writes == []
    assert site.draft.draft


def test_a_run_that_fails_while_it_is_waited_for_ends_the_run(site: Site) -> None:
    site.configure(PUBLISHED + BEFORE)
    site.forge.runs_end = "failure"
    error = site.try_push()
    assert error is not None
    assert error.exit_code == 1
    assert site.assets == {}
    assert site.on_index == {}


def test_a_cancelled_run_is_passed_over(site: Site) -> None:
    site.configure(PUBLISHED + BEFORE)
    site.forge.add_run("ci.yml", site.head)
    site.forge.add_run("ci.yml", site.head, conclusion="cancelled")
    assert site.push() == 0
    assert site.dispatches == []


def test_all_workflows_are_started_before_the_first_is_waited_for(site: Site) -> None:
    site.configure(PUBLISHED + TWO)
    site.watch()
    assert site.push() == 0
    assert [name for name, _, _ in site.dispatches] == ["ci.yml", "lint.yml"]
    starts = [number for number, line in enumerate(site.trail) if line.endswith("/dispatches")]
    waits = [number for number, line in enumerate(site.trail) if "/actions/runs/" in line]
    assert max(starts) < min(waits)


def test_a_workflow_that_does_not_exist_is_named(site: Site) -> None:
    site.configure(PUBLISHED + BEFORE.replace("ci.yml", "gone.yml"))
    site.watch()
    error = site.try_push()
    assert error is not None
    assert "gone.yml" in error.message + error.hint
    assert ".github/workflows/gone.yml" in error.hint
    assert site.writes == []


def test_a_workflow_that_nobody_may_start_is_named(site: Site) -> None:
    site.configure(PUBLISHED + BEFORE, {".github/workflows/ci.yml": "on: push\n"})
    error = site.try_push()
    assert error is not None
    assert "workflow_dispatch" in error.hint
    assert site.assets == {}


@pytest.mark.parametrize(("level", "wanted"), [("none", "actions: read"), ("read", "actions: write")])
def test_a_token_that_may_not_is_told_which_permission_it_takes(site: Site, level: str, wanted: str) -> None:
    site.configure(PUBLISHED + BEFORE)
    site.forge.limits[FORGE_TOKEN] = {"actions": level}  # type: ignore[dict-item] # a literal
    error = site.try_push()
    assert error is not None
    assert wanted in error.hint
    assert site.assets == {}


def test_a_finished_release_does_not_ask_for_runs_that_may_be_gone(site: Site) -> None:
    site.configure(PUBLISHED + BEFORE)
    assert site.push() == 0
    site.forge.realm.state.runs.clear()
    site.watch()
    assert site.push() == 0
    assert [line for line in site.trail if "/actions/" in line] == []


def test_workflows_that_follow_are_started_once_with_the_release_s_own_values(site: Site) -> None:
    site.configure(PUBLISHED + AFTER)
    assert site.push() == 0
    expected = [("docs.yml", TAG, {}), ("images.yml", "main", {"version": "0.2.0", "tag": TAG})]
    assert site.dispatches == expected
    assert site.said("the workflow images.yml ended with success")
    site.watch()
    assert site.push() == 0
    assert site.writes == []
    assert site.dispatches == expected


def test_a_run_on_another_branch_from_before_the_publication_does_not_count(site: Site) -> None:
    site.configure(PUBLISHED + AFTER)
    number = site.forge.add_run("images.yml", site.head, event="workflow_dispatch")
    site.forge.run(number).created_at = "2020-01-01T00:00:00Z"
    assert site.push() == 0
    assert len(site.dispatches) == 2


def test_a_workflow_that_follows_and_fails_ends_with_1_after_all_else_is_out(site: Site) -> None:
    table = AFTER.replace('"docs.yml"', '{ workflow = "docs.yml", wait = true }')
    site.configure(PUBLISHED + table)
    site.forge.runs_end = "failure"
    error = site.try_push()
    assert error is not None
    assert error.exit_code == 1
    assert "docs.yml" in error.message
    assert [name for name, _, _ in site.dispatches] == ["docs.yml", "images.yml"]
    assert site.on_index == site.built
    assert not site.draft.draft
    site.watch()
    assert site.push() == 0
    assert site.writes == []
    assert site.said("that follows v0.2.0 ended with failure")


def test_a_workflow_that_follows_and_cannot_be_started_does_not_keep_the_others_back(site: Site) -> None:
    site.configure(
        PUBLISHED + AFTER.replace('"docs.yml"', '"docs.yml", "lint.yml"'),
        {
            ".github/workflows/docs.yml": "on: push\n",
        },
    )
    error = site.try_push()
    assert error is not None
    assert "docs.yml" in error.message
    assert [name for name, _, _ in site.dispatches] == ["lint.yml", "images.yml"]


def test_a_workflow_that_still_runs_is_waited_for_again_and_not_started_again(site: Site) -> None:
    site.configure(PUBLISHED + AFTER)
    assert site.push() == 0
    last = site.forge.realm.state.runs[-1]
    last.status, last.conclusion, last.looks = IN_PROGRESS, "", 0
    site.watch()
    assert site.push() == 0
    assert site.writes == []
    assert last.status == "completed"
