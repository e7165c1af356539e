"""The law of convergence: stop anywhere, run again, and the world is that of one clean run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.forge.faults import Fault, FaultKind
from train.harness import STAGES, WITHDRAWN, Bench, Stage

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.errors import PilotageError
    from pilotage.sandbox.forge.forge import Endpoint, Forge

DEATHS = (FaultKind.DEAD_BEFORE, FaultKind.DEAD_AFTER)
TROUBLES = (
    FaultKind.LOST_BEFORE,
    FaultKind.LOST_AFTER,
    FaultKind.SERVER_ERROR,
    FaultKind.SERVER_ERROR_AFTER,
    FaultKind.CUT_BODY,
    FaultKind.SECONDARY_LIMIT,
    FaultKind.RATE_LIMIT,
)


@dataclass(frozen=True)
class Clean:
    """A stage: the world before its run and a clone of it, the requests of a clean run, and the world after it.

    `completed` holds the worlds, left by a death, that the next run was seen to complete: most requests only read,
    so many deaths leave the same one.
    """

    before: Path
    checkout: Path
    requests: int
    after: dict[str, object]
    completed: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def clean(bench: Bench) -> dict[str, Clean]:
    """Run two whole trains cleanly once, keeping the world before and after each run."""
    rows: dict[str, Clean] = {}
    start = bench.start()
    for train in (STAGES, WITHDRAWN):
        with bench.world(start) as (forge, endpoint):
            for stage in train:
                stage.act(forge)
                before = bench.save(forge, stage.name) if stage.name not in rows else start
                forge.mark()
                bench.run(endpoint)
                if stage.name not in rows:
                    rows[stage.name] = Clean(before, bench.checkout(before), forge.api_calls(), forge.world())
    return rows


stages = pytest.mark.parametrize("stage", [*STAGES, WITHDRAWN[-1]], ids=lambda stage: stage.name)


@stages
@pytest.mark.parametrize("kind", DEATHS, ids=lambda kind: kind.value)
def test_a_run_that_dies_at_any_request_is_completed_by_the_next(
    bench: Bench, clean: dict[str, Clean], stage: Stage, kind: FaultKind
) -> None:
    known = clean[stage.name]
    for at in range(1, known.requests + 1):
        with bench.world(known.before, checkout=known.checkout) as (forge, endpoint):
            forge.mark()
            forge.faults.append(Fault(kind, at=at))
            assert bench.try_run(endpoint) is not None, f"request {at}: the run did not notice that it died"
            forge.revive()
            left = bench.fingerprint(forge)
            if left not in known.completed:
                bench.run(endpoint)
                assert_same_world(forge, known, f"{stage.name}, {kind.value} at request {at}")
                assert bench.run(endpoint, is_dry=True).plan.steps == ()
                known.completed.add(left)


@stages
@pytest.mark.parametrize("kind", TROUBLES, ids=lambda kind: kind.value)
def test_a_run_in_trouble_at_any_request_comes_to_the_same_end(
    bench: Bench, clean: dict[str, Clean], stage: Stage, kind: FaultKind
) -> None:
    known = clean[stage.name]
    for at in range(1, known.requests + 1):
        waits: list[float] = []
        with bench.world(known.before, checkout=known.checkout) as (forge, endpoint):
            forge.mark()
            forge.faults.append(Fault(kind, at=at, seconds=0))
            bench.run(endpoint, sleep=waits.append if kind is FaultKind.RATE_LIMIT else None)
            assert_same_world(forge, known, f"{stage.name}, {kind.value} at request {at}")
        # the forge names the second at which it goes on, and a run waits for it once
        assert [wait >= 1 for wait in waits] == [True] * (kind is FaultKind.RATE_LIMIT)


class SecondRun:
    """A second client, that runs from start to end just before the first one's request of a number."""

    def __init__(self, bench: Bench, endpoint: Endpoint, at: int) -> None:
        self.bench = bench
        self.endpoint = endpoint
        self.at = at
        self.count = 0
        self.ended: list[PilotageError | None] = []

    def at_request(self, _: object) -> None:
        self.count += 1
        if self.count == self.at:
            self.ended.append(self.bench.try_run(self.endpoint))


@stages
def test_two_runs_at_once_come_to_the_end_of_one(bench: Bench, clean: dict[str, Clean], stage: Stage) -> None:
    known = clean[stage.name]
    for at in range(1, known.requests + 1):
        with bench.world(known.before, checkout=known.checkout) as (forge, endpoint):
            second = SecondRun(bench, endpoint, at)
            forge.before_request = second.at_request
            first = bench.try_run(endpoint)
            forge.before_request = None
            assert (first, second.ended) == (None, [None])
            assert_same_world(forge, known, f"{stage.name}, a second run at request {at}")


@stages
def test_lists_that_lag_behind_change_nothing(bench: Bench, clean: dict[str, Clean], stage: Stage) -> None:
    with bench.world(clean[stage.name].before) as (forge, endpoint):
        forge.stale_listings = True
        bench.run(endpoint)
        assert_same_world(forge, clean[stage.name], stage.name)


def test_a_whole_train_with_lists_that_lag_behind_leaves_nothing_to_do_and_nothing_twice(
    bench: Bench, clean: dict[str, Clean]
) -> None:
    with bench.world(clean["open"].before) as (forge, endpoint):
        forge.stale_listings = True
        for stage in STAGES:
            if stage.name != "open":  # the saved world has it done
                stage.act(forge)
            bench.run(endpoint)
        forge.stale_listings = False
        assert bench.run(endpoint, is_dry=True).plan.steps == ()
        assert [release.tag_name for release in forge.realm.state.releases] == ["v0.2.0"]
        assert [p.head for p in forge.realm.state.pulls].count("pilotage/release-main") == 1


@stages
def test_planning_after_applying_yields_nothing(bench: Bench, clean: dict[str, Clean], stage: Stage) -> None:
    with bench.world(clean[stage.name].before) as (_, endpoint):
        bench.run(endpoint)
        assert bench.run(endpoint, is_dry=True).plan.steps == ()


@pytest.mark.parametrize(("name", "budget"), [("open", 8), ("update", 5), ("release", 8), ("idle", 3)], ids=str)
def test_a_stage_keeps_to_its_budget_of_requests(clean: dict[str, Clean], name: str, budget: int) -> None:
    assert clean[name].requests <= budget


def assert_same_world(forge: Forge, clean: Clean, place: str) -> None:
    assert forge.world() == clean.after, place
