"""A plan that somebody changed after its review, and whoever may say which repositories follow a release."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from commands.cliruns import run
from hostile.hostiletown import BRANCH, DRY, PINNED, name_alone, settle
from pilotage.errors import CheckError, PilotageError, UsageError
from pilotage.model.project import FileEdit
from pilotage.model.step import RaiseRequirement, StartRebuild
from pilotage.reconcile.applyplan import apply_reviewed
from pilotage.reconcile.bootstrap import Connection
from pilotage.reconcile.downstream.session import Order, roll_out
from train.downstreamyard import REBUILD, SOURCE, open_yard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.model.plan import Plan
    from train.downstreamyard import Yard

HOOK = ".github/workflows/rebuild.yml"


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    with open_yard(tmp_path_factory) as opened:
        yield opened


def apply_changed(yard: Yard, plan: Plan, **changes: object) -> PilotageError | None:
    """Apply a plan whose first step somebody changed; give the error that ended it."""
    first, *rest = plan.steps
    changed = msgspec.structs.replace(plan, steps=(msgspec.structs.replace(first, **changes), *rest))
    try:
        apply_reviewed(yard.surroundings(), changed, digest=None, tell=lambda *_: None)
    except PilotageError as error:
        return error
    return None


CHANGES: dict[str, dict[str, object]] = {
    "another branch": {"branch": "main"},
    "another base": {"base": "production"},
    "another parent": {"parent": "1" * 40, "parent_tree": "2" * 40},
    "another commit below": {"expected": "1" * 40},
    "other words": {"title": "trust me", "body": "@everybody fixes #1"},
    "another message": {"message": "feat: own"},
    "another file": {"files": (FileEdit("setup.py", "import os\n"),), "modes": {"setup.py": "100755"}},
    "a path that leaves": {"files": (FileEdit("../../x", "x\n"),), "modes": {}},
    "a workflow's file": {"files": (FileEdit(HOOK, "on: push\n"),), "modes": {HOOK: "100644"}},
    "a link": {"modes": {"requirements.txt": "120000"}},
    "another pull request": {"number": 1},
    "a workflow to start": {"lock_workflow": "deploy.yml"},
}


def test_a_step_that_was_changed_after_its_review_is_not_done(yard: Yard) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})
    plan = yard.run(DRY).plan
    assert [type(step) for step in plan.steps] == [RaiseRequirement]
    before = yard.town.world()
    for name, changes in CHANGES.items():
        assert isinstance(apply_changed(yard, plan, **changes), CheckError), name
        assert yard.town.world() == before, name
    assert apply_changed(yard, plan) is None
    assert len(forge.realm.state.pulls) == 1


def test_a_rebuild_that_was_changed_after_its_review_is_not_started(yard: Yard) -> None:
    files: dict[str, str | bytes | None] = {"requirements.txt": "demo\n", HOOK: REBUILD}
    forge = settle(yard, files, rules='workflow = "rebuild.yml"\n')
    plan = yard.run(DRY).plan
    assert [type(step) for step in plan.steps] == [StartRebuild]
    for changes in ({"workflow": "deploy.yml"}, {"ref": "other"}, {"inputs": {"version": "9"}}, {"retries": True}):
        assert isinstance(apply_changed(yard, plan, **changes), CheckError)
    assert forge.realm.state.runs == []
    assert apply_changed(yard, plan) is None
    assert len(forge.realm.state.runs) == 1


def test_a_plan_reaches_no_repository_that_the_released_one_does_not_name(yard: Yard) -> None:
    settle(yard, {"requirements.txt": PINNED})
    other = settle(yard, {"requirements.txt": PINNED})
    plan = yard.run(DRY).plan
    name_alone(yard, "acme/exact")
    before = yard.town.world()
    assert isinstance(apply_changed(yard, plan), UsageError)
    for name in (SOURCE, "stranger/flow", "../x", ""):
        assert isinstance(apply_changed(yard, plan, repository=name), UsageError)
    assert yard.town.world() == before
    assert other.realm.git.branch(BRANCH) is None


def test_a_plan_that_names_a_repository_otherwise_or_twice_is_refused(yard: Yard) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})
    plan = yard.run(DRY).plan
    before = yard.town.world()
    name = forge.realm.state.full_name
    assert isinstance(apply_changed(yard, plan, repository=name.upper()), CheckError)
    twice = msgspec.structs.replace(plan, steps=plan.steps * 2)
    assert isinstance(apply_changed(yard, twice, title="first"), UsageError)
    assert isinstance(apply_changed(yard, twice, tag="v1.3.0"), UsageError)
    assert yard.town.world() == before


@pytest.mark.parametrize("tag", ["v9.0.0", "v1.3.0", "main", ""])
def test_a_plan_for_a_release_that_is_none_or_another_changes_nothing(yard: Yard, tag: str) -> None:
    settle(yard, {"requirements.txt": PINNED})
    plan = yard.run(DRY).plan
    before = yard.town.world()
    assert isinstance(apply_changed(yard, plan, tag=tag), PilotageError) or tag == "v1.3.0"
    assert yard.town.world() == before


def test_a_preview_is_no_plan_to_apply(yard: Yard) -> None:
    settle(yard, {"requirements.txt": PINNED})
    plan = yard.run(Order("v9.0.0", is_dry=True)).plan
    assert plan.steps
    before = yard.town.world()
    error = apply_changed(yard, plan)
    assert isinstance(error, UsageError)
    assert "not published" in error.message
    assert yard.town.world() == before


def test_the_list_is_the_one_of_the_default_branch_whatever_another_branch_says(yard: Yard, tmp_path: Path) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})
    wider = yard.file(SOURCE, "pyproject.toml").replace(forge.realm.state.full_name, "acme/exact")
    number = yard.source.open_pull_request("wider", "feat: wider", files={"pyproject.toml": wider})
    event = tmp_path / "event.json"
    event.write_text(json.dumps(yard.source.event_pull_request(number, "opened")))
    planned = run("plan", "downstream", "--repo", yard.clone, "--json", env=pull_job(yard, event))
    assert forge.realm.state.full_name in planned.out
    assert "acme/exact" not in planned.out


def test_the_list_is_the_one_of_the_default_branch_also_for_a_release_of_another_branch(yard: Yard) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})
    wider = yard.file(SOURCE, "pyproject.toml").replace(forge.realm.state.full_name, "acme/exact")
    yard.source.push("1.x", {"pyproject.toml": wider}, "chore: reach farther", base="main")
    with Connection(yard.surroundings(), branch="1.x", default_branch="main") as connection:
        rolled = roll_out(connection, DRY, tell=yard.tells.append, show=yard.shown.append)
    assert [row.repository for row in rolled.rows] == [forge.realm.state.full_name]


@pytest.mark.parametrize(("event", "fork"), [("pull_request_target", ""), ("pull_request", "stranger/demo")])
def test_a_stranger_s_event_brings_nothing_anywhere(yard: Yard, tmp_path: Path, event: str, fork: str) -> None:
    settle(yard, {"requirements.txt": PINNED})
    number = yard.source.open_pull_request(f"b-{event}", "feat: x", files={"x": event}, fork=fork)
    payload = tmp_path / "event.json"
    payload.write_text(json.dumps(yard.source.event_pull_request(number, "opened")))
    before = yard.town.world()
    refused = run("downstream", "--repo", yard.clone, env=pull_job(yard, payload, event_name=event))
    assert (refused.code, "refuses to run" in refused.out) == (2, True)
    assert yard.town.world() == before


def pull_job(yard: Yard, event: Path, *, event_name: str = "pull_request", **extra: str) -> dict[str, str]:
    """Give the variables of a job about a pull request."""
    actions = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event_name, "GITHUB_EVENT_PATH": str(event)}
    return {**yard.surroundings().environment, **actions, **extra}
