"""The law of convergence for several packages: stop anywhere, run again, and the world is that of one clean run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.forge.faults import Fault, FaultKind
from train.harness import Bench, Stage, release_pull_request
from train.test_crash_anywhere import Clean, SecondRun, assert_same_world
from train.test_workspace import ROOT, SEPARATE, merge, start

if TYPE_CHECKING:
    from pilotage.sandbox.forge.forge import Forge

DEATHS = (FaultKind.DEAD_BEFORE, FaultKind.DEAD_AFTER)
TROUBLES = (FaultKind.LOST_AFTER, FaultKind.SERVER_ERROR_AFTER, FaultKind.CUT_BODY)


def merge_feature(forge: Forge) -> None:
    merge(forge, "feat: sing", "packages/core/sing.py")


def merge_fix(forge: Forge) -> None:
    merge(forge, "fix: whisper", "packages/cli/whisper.py")


def merge_release(forge: Forge) -> None:
    forge.merge_pull_request(release_pull_request(forge))


def merge_one(forge: Forge) -> None:
    (core,) = [p.number for p in forge.realm.state.pulls if p.head.endswith("--core") and p.is_open]
    forge.merge_pull_request(core)


def do_nothing(_: Forge) -> None:
    """Leave the world as it is."""


TOGETHER = (
    Stage("open", merge_feature),
    Stage("update", merge_fix),
    Stage("release", merge_release),
    Stage("idle", do_nothing),
)
APART = (
    Stage("apart-open", merge_feature),
    Stage("apart-second", merge_fix),
    Stage("apart-release", merge_one),
)
BUDGETS = {"open": 6, "update": 5, "release": 14, "idle": 1, "apart-open": 6, "apart-second": 9, "apart-release": 15}


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bench]:
    together, apart = (Bench(tmp_path_factory.mktemp(name)) for name in ("together", "apart"))
    return {stage.name: bench for train, bench in ((TOGETHER, together), (APART, apart)) for stage in train}


@pytest.fixture(scope="module")
def clean(benches: dict[str, Bench]) -> dict[str, Clean]:
    """Run both trains cleanly once, keeping the world before and after each run."""
    rows: dict[str, Clean] = {}
    for train, root in ((TOGETHER, ROOT), (APART, SEPARATE)):
        bench = benches[train[0].name]
        with bench.world(start(bench, root)) as (forge, endpoint):
            for stage in train:
                stage.act(forge)
                before = bench.save(forge, stage.name)
                forge.mark()
                bench.run(endpoint)
                rows[stage.name] = Clean(before, bench.checkout(before), forge.api_calls(), forge.world())
    return rows


stages = pytest.mark.parametrize("stage", [*TOGETHER, *APART], ids=lambda stage: stage.name)


@pytest.mark.parametrize("stage", [*TOGETHER, APART[2]], ids=lambda stage: stage.name)
@pytest.mark.parametrize("kind", DEATHS, ids=lambda kind: kind.value)
def test_a_run_over_several_packages_that_dies_at_any_request_is_completed_by_the_next(
    benches: dict[str, Bench], clean: dict[str, Clean], stage: Stage, kind: FaultKind
) -> None:
    bench, known = benches[stage.name], clean[stage.name]
    # a death before a request leaves the world of a death after the one before it: every third shows that
    for at in range(1, known.requests + 1, 1 if kind is FaultKind.DEAD_AFTER else 3):
        with bench.world(known.before, checkout=known.checkout) as (forge, endpoint):
            forge.mark()
            forge.faults.append(Fault(kind, at=at))
            assert bench.try_run(endpoint) is not None, f"request {at}: the run did not notice that it died"
            forge.revive()
            left = bench.fingerprint(forge)
            if left not in known.completed:
                bench.run(endpoint)
                assert_same_world(forge, known, f"{stage.name}, {kind.value} at request {at}")
                known.completed.add(left)


@pytest.mark.parametrize("stage", [*TOGETHER[:2], TOGETHER[3]], ids=lambda stage: stage.name)
def test_a_run_over_several_packages_in_trouble_at_any_request_comes_to_the_same_end(
    benches: dict[str, Bench], clean: dict[str, Clean], stage: Stage
) -> None:
    bench, known = benches[stage.name], clean[stage.name]
    for at in range(1, known.requests + 1):
        kind = TROUBLES[at % len(TROUBLES)]
        with bench.world(known.before, checkout=known.checkout) as (forge, endpoint):
            forge.mark()
            forge.faults.append(Fault(kind, at=at, seconds=0))
            bench.run(endpoint)
            assert_same_world(forge, known, f"{stage.name}, {kind.value} at request {at}")


@pytest.mark.parametrize("stage", TOGETHER[1:3], ids=lambda stage: stage.name)
def test_two_runs_over_several_packages_at_once_come_to_the_end_of_one(
    benches: dict[str, Bench], clean: dict[str, Clean], stage: Stage
) -> None:
    bench, known = benches[stage.name], clean[stage.name]
    for at in range(1, known.requests + 1):
        with bench.world(known.before, checkout=known.checkout) as (forge, endpoint):
            second = SecondRun(bench, endpoint, at)
            forge.before_request = second.at_request
            first = bench.try_run(endpoint)
            forge.before_request = None
            assert (first, second.ended) == (None, [None]), f"{stage.name}, a second run at request {at}"
            assert_same_world(forge, known, f"{stage.name}, a second run at request {at}")


@stages
def test_lists_that_lag_behind_change_nothing_for_several_packages(
    benches: dict[str, Bench], clean: dict[str, Clean], stage: Stage
) -> None:
    bench = benches[stage.name]
    with bench.world(clean[stage.name].before) as (forge, endpoint):
        forge.stale_listings = True
        bench.run(endpoint)
        assert_same_world(forge, clean[stage.name], stage.name)


@stages
def test_planning_after_applying_yields_nothing_for_several_packages(
    benches: dict[str, Bench], clean: dict[str, Clean], stage: Stage
) -> None:
    bench = benches[stage.name]
    with bench.world(clean[stage.name].before) as (_, endpoint):
        bench.run(endpoint)
        assert bench.run(endpoint, is_dry=True).plan.steps == ()


@stages
def test_the_requests_of_a_run_over_several_packages_keep_to_a_budget(clean: dict[str, Clean], stage: Stage) -> None:
    assert clean[stage.name].requests <= BUDGETS[stage.name]
