"""Rebuilds on their way: how many run at once, how long they are waited for, and what is heard of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.model.downstreamrules import DownstreamRules
from pilotage.model.patience import Patience
from pilotage.model.remote import WorkflowRun
from pilotage.reconcile.downstream.following import Clock, Follower, Rebuild

if TYPE_CHECKING:
    from collections.abc import Mapping


def run_of(number: int, conclusion: str = "") -> WorkflowRun:
    return WorkflowRun(
        number, "workflow_dispatch", "main", "c", is_done=bool(conclusion), conclusion=conclusion, node_id=f"n{number}"
    )


class World:
    """Runs that end after so many looks, and the time that passes while they are waited for."""

    def __init__(self, *, looks: int = 1, ends: Mapping[int, str] | None = None, gone: tuple[int, ...] = ()) -> None:
        self.looks = looks
        self.ends = ends or {}
        self.gone = gone
        self.seen: dict[str, int] = {}
        self.asked: list[tuple[str, ...]] = []
        self.most = 0
        self.now = 0.0
        self.heard: list[tuple[str, str]] = []
        self.started: list[int] = []

    def watch(self, ids: Mapping[str, tuple[str, int]]) -> dict[str, WorkflowRun]:
        assert all(f"n{number}" == node_id and name == f"acme/r{number}" for node_id, (name, number) in ids.items())
        self.asked.append(tuple(ids))
        self.most = max(self.most, len(ids))
        found = {}
        for node_id in ids:
            number = int(node_id[1:])
            self.seen[node_id] = self.seen.get(node_id, 0) + 1
            is_done = self.seen[node_id] >= self.looks
            if number not in self.gone:
                found[node_id] = run_of(number, self.ends.get(number, "success") if is_done else "")
        return found

    def rebuild(self, number: int, *, is_begun: bool = False, fails: bool = False) -> Rebuild:
        def start() -> WorkflowRun | None:
            self.started.append(number)
            return None if fails else run_of(number)

        return Rebuild(f"acme/r{number}", start, run_of(number) if is_begun else None)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def follow(self, *rebuilds: Rebuild, at_once: int = 2, minutes: int = 60) -> bool:
        follower = Follower(
            self.watch,
            rules=DownstreamRules(at_once=at_once, wait_minutes=minutes),
            poll=Patience(first_wait=10.0, longest_wait=30.0),
            hear=lambda name, run: self.heard.append((name, run.conclusion)),
            clock=Clock(self.sleep, lambda: self.now),
        )
        return follower.follow(rebuilds)


@pytest.mark.parametrize("at_once", [1, 2, 3, 9])
def test_no_more_than_asked_for_run_at_the_same_time_and_all_come_to_their_end(at_once: int) -> None:
    world = World(looks=2)
    assert world.follow(*map(world.rebuild, range(5)), at_once=at_once)
    assert world.most == min(at_once, 5)
    assert world.started == [0, 1, 2, 3, 4]
    assert sorted(name for name, conclusion in world.heard if conclusion == "success") == [
        f"acme/r{n}" for n in range(5)
    ]


def test_what_is_on_its_way_counts_and_is_not_started_again() -> None:
    world = World(looks=2)
    assert world.follow(world.rebuild(1, is_begun=True), world.rebuild(2), at_once=1)
    assert (world.started, world.most) == ([2], 1)
    assert world.heard == [("acme/r1", "success"), ("acme/r2", ""), ("acme/r2", "success")]


def test_all_in_flight_are_watched_by_one_request() -> None:
    world = World(looks=1)
    world.follow(*map(world.rebuild, range(4)), at_once=4)
    assert world.asked == [("n0", "n1", "n2", "n3")]


def test_one_that_cannot_be_started_gives_its_place_to_the_next() -> None:
    world = World()
    assert world.follow(world.rebuild(1, fails=True), world.rebuild(2), at_once=1)
    assert world.heard == [("acme/r2", ""), ("acme/r2", "success")]


def test_a_red_one_ends_alone() -> None:
    world = World(ends={1: "failure"})
    assert world.follow(world.rebuild(1), world.rebuild(2))
    assert world.heard[2:] == [("acme/r1", "failure"), ("acme/r2", "success")]


def test_a_run_that_is_gone_has_ended_badly() -> None:
    world = World(gone=(1,))
    assert world.follow(world.rebuild(1))
    assert world.heard == [("acme/r1", ""), ("acme/r1", "gone")]


def test_the_wait_is_bounded_and_what_waits_for_a_place_is_not_started_after_it() -> None:
    world = World(looks=10_000)
    assert not world.follow(world.rebuild(1), world.rebuild(2), at_once=1, minutes=5)
    assert world.started == [1]
    assert 300 <= world.now <= 330


def test_the_looks_grow_apart_and_are_near_again_after_a_start() -> None:
    world = World(looks=4)
    world.follow(world.rebuild(1), world.rebuild(2), at_once=1)
    assert world.now == 2 * (10 + 15 + 22.5 + 30)


def test_without_a_time_to_wait_everything_is_only_started() -> None:
    world = World(looks=10_000)
    assert world.follow(*map(world.rebuild, range(3)), at_once=1, minutes=0)
    assert (world.started, world.asked, world.now) == ([0, 1, 2], [], 0.0)


def test_nothing_to_follow_asks_nothing() -> None:
    world = World()
    assert world.follow()
    assert world.asked == []
