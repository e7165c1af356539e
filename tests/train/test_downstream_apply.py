"""A rollout that was planned, reviewed and then applied: exactly that, and nothing that changed meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from pilotage.errors import CheckError, DriftError, UsageError
from pilotage.model.plan import Plan
from pilotage.model.step import CreateTag, RaiseRequirement, StartRebuild
from pilotage.reconcile.applyplan import apply_reviewed
from pilotage.reconcile.downstream.session import Order
from train.downstreamvillage import alike, open_village
from train.downstreamyard import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from train.downstreamvillage import Village

KINDS = ("exact", "kept", "older", "unpinned")
DRY = Order(is_dry=True)


@pytest.fixture
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    with open_village(tmp_path_factory, *KINDS) as opened:
        yield opened


def plan_of(yard: Village) -> Plan:
    """Make the plan and take it through its file."""
    return Plan.from_json(yard.run(DRY).plan.to_json(), place="plan.json")


def apply(yard: Village, plan: Plan, *, digest: str | None = None) -> dict[str, str]:
    """Apply a plan and give what came of each step, by repository."""
    rows = apply_reviewed(
        yard.surroundings(), plan, digest=digest, tell=lambda step, _: told(yard, step), say=lambda _: None
    )
    return {
        step.repository.partition("/")[2]: outcome.result.value
        for step, outcome in rows
        if isinstance(step, StartRebuild | RaiseRequirement)
    }


def told(yard: Village, step: object) -> None:
    assert isinstance(step, StartRebuild | RaiseRequirement)
    yard.tells.append(step.repository)


def test_a_plan_holds_what_is_to_be_done_and_a_word_about_each_that_is_left_alone(village: Village) -> None:
    before = alike(village)
    plan = plan_of(village)
    steps = {(type(step).__name__, getattr(step, "repository", "")) for step in plan.steps}
    assert steps == {
        ("RaiseRequirement", "acme/exact"),
        ("RaiseRequirement", "acme/older"),
        ("StartRebuild", "acme/unpinned"),
    }
    assert [notice.text.partition(":")[0] for notice in plan.notices] == ["acme/kept"]
    assert alike(village) == before


def test_a_plan_is_applied_exactly(village: Village) -> None:
    plan = plan_of(village)
    assert apply(village, plan, digest=plan.digest) == dict.fromkeys(("exact", "older", "unpinned"), "done")
    assert village.tells == ["acme/exact", "acme/older", "acme/unpinned"]
    assert set(rows_of(village.run(DRY)).values()) == {
        ("pull-request", "open"),
        ("respect", "nothing"),
        ("dispatch", "done"),
    }
    for step in plan.steps:
        if isinstance(step, RaiseRequirement):
            (file,) = step.files
            assert village.file(step.repository, file.path, branch=step.branch) == file.text


def test_a_part_of_a_plan_is_a_plan(village: Village) -> None:
    plan = plan_of(village)
    part = msgspec.structs.replace(plan, steps=plan.steps[:1])
    assert apply(village, part) == {"exact": "done"}
    assert rows_of(village.run(DRY))["older"] == ("pull-request", "planned")
    assert village.runs("acme/unpinned") == 0


def test_a_plan_that_is_applied_again_changes_nothing(village: Village) -> None:
    plan = plan_of(village)
    apply(village, plan)
    before = alike(village)
    assert apply(village, plan) == dict.fromkeys(("exact", "older", "unpinned"), "unchanged")
    assert alike(village) == before


def test_a_repository_that_changed_since_is_left_alone_and_reported(village: Village) -> None:
    plan = plan_of(village)
    village.town.forge("acme/exact").push("main", {"README.md": "# More\n"}, "docs: more")
    with pytest.raises(CheckError, match="acme/exact: it is not as it was when the plan was made"):
        apply(village, plan)
    assert village.town.forge("acme/exact").realm.state.pulls == []
    assert village.tells == ["acme/older", "acme/unpinned"]
    assert village.runs("acme/unpinned") == 1


def test_another_digest_is_drift(village: Village) -> None:
    before = alike(village)
    with pytest.raises(DriftError, match="the plan's digest is"):
        apply(village, plan_of(village), digest="0" * 64)
    assert alike(village) == before


def test_other_steps_beside_them_are_refused(village: Village) -> None:
    plan = plan_of(village)
    mixed = msgspec.structs.replace(plan, steps=(*plan.steps, CreateTag("v9.9.9", "1" * 40)))
    before = alike(village)
    with pytest.raises(UsageError, match="more than one release"):
        apply(village, mixed)
    assert alike(village) == before


def test_steps_of_two_releases_are_refused(village: Village) -> None:
    plan = plan_of(village)
    first = msgspec.structs.replace(plan.steps[0], tag="v1.3.0")
    with pytest.raises(UsageError, match="more than one release"):
        apply(village, msgspec.structs.replace(plan, steps=(first, *plan.steps[1:])))


def test_a_plan_for_another_repository_is_refused(village: Village) -> None:
    plan = msgspec.structs.replace(plan_of(village), repository="acme/other")
    with pytest.raises(UsageError, match="the plan is for acme/other, this is acme/demo"):
        apply(village, plan)


def test_a_plan_of_a_release_that_is_withdrawn_is_refused(village: Village) -> None:
    plan = plan_of(village)
    (release,) = [one for one in village.source.realm.state.releases if one.tag_name == "v2.0.0"]
    release.draft, release.published_at = True, ""
    with pytest.raises(UsageError, match=r"v2\.0\.0 is not published yet"):
        apply(village, plan)
