"""A rollout that dies at any request is brought to its end by the next run: nothing twice, and nothing lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from pilotage.reconcile.downstream.session import Order
from pilotage.sandbox.forge.faults import Fault, FaultKind
from train.downstreamvillage import BRANCH, alike, open_village
from train.downstreamyard import rows_of

if TYPE_CHECKING:
    from pilotage.errors import PilotageError
    from pilotage.sandbox.forge.log import Request
    from train.downstreamyard import Yard

VILLAGES = {
    "pulls": ("exact", "kept", "older", "people"),
    "builds": ("locked", "red", "unpinned"),
}
"""Repositories are followed up one by one, so small towns show what a large one would, in less time."""

TROUBLES = (
    FaultKind.LOST_BEFORE,
    FaultKind.LOST_AFTER,
    FaultKind.SERVER_ERROR,
    FaultKind.SERVER_ERROR_AFTER,
    FaultKind.CUT_BODY,
    FaultKind.SECONDARY_LIMIT,
)
ENDS = {
    "exact": ("pull-request", "open"),
    "kept": ("respect", "nothing"),
    "locked": ("pull-request", "open"),
    "older": ("pull-request", "open"),
    "people": ("pull-request", "open"),
    "red": ("dispatch", "failed"),
    "unpinned": ("dispatch", "done"),
}
LOOKS = ("Past", "Find", "Look", "Issues", "Runs")


class Clean(NamedTuple):
    """The requests of a run that nothing disturbs, each with its operation, and the world after it."""

    lines: tuple[str, ...]
    after: object

    def writes(self) -> list[int]:
        """Number the requests that change what anybody sees: not looks, nor trees and commits without a branch."""
        unseen = ("/git/trees", "/git/commits")
        lines = enumerate(self.lines, start=1)
        return [at for at, line in lines if is_writing(line) and not line.endswith(unseen)]


def line_of(request: Request) -> str:
    return f"{request.method} {request.path} {request.operation}"


def is_writing(line: str) -> bool:
    return not line.startswith("GET ") and line.rpartition(" ")[2] not in LOOKS


def run_cleanly(factory: pytest.TempPathFactory, *kinds: str) -> Clean:
    with open_village(factory, *kinds) as yard:
        known = len(yard.town.log)
        yard.run()
        lines = [line_of(request) for request in yard.town.log[known:] if request.kind != "git"]
        return Clean(tuple(lines), alike(yard))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Clean]:
    return {name: run_cleanly(tmp_path_factory, *kinds) for name, kinds in VILLAGES.items()}


villages = pytest.mark.parametrize("village", VILLAGES)


def die(yard: Yard, fault: Fault) -> None:
    """Let a run die; then everything is well again."""
    yard.town.mark()
    yard.town.faults.append(fault)
    yard.try_run()
    assert yard.town.weather.is_dead
    yard.town.revive()


@villages
def test_an_undisturbed_run_brings_every_repository_to_its_end(
    tmp_path_factory: pytest.TempPathFactory, clean: dict[str, Clean], village: str
) -> None:
    with open_village(tmp_path_factory, *VILLAGES[village]) as yard:
        assert rows_of(yard.run()) == {kind: ENDS[kind] for kind in VILLAGES[village]}
        assert alike(yard) == clean[village].after
        assert len(clean[village].writes()) >= 7


@villages
def test_a_run_that_dies_after_any_change_is_completed_by_the_next(
    tmp_path_factory: pytest.TempPathFactory, clean: dict[str, Clean], village: str
) -> None:
    """A death after a look leaves the world as a death after the last change does: see the test of many deaths."""
    own = [
        at for at in clean[village].writes() if village == "pulls" or "acme/demo" not in clean[village].lines[at - 1]
    ]
    for at in own:  # the overview comes and goes alike in both
        with open_village(tmp_path_factory, *VILLAGES[village]) as yard:
            die(yard, Fault(FaultKind.DEAD_AFTER, at=at))
            yard.run()
            assert alike(yard) == clean[village].after, f"after {at}: {clean[village].lines[at - 1]}"


@pytest.mark.parametrize(
    ("village", "kind"),
    [("pulls", " UpdateRefs"), ("pulls", "/pulls"), ("pulls", "/issues"), ("builds", "/dispatches")],
)
def test_a_run_that_dies_before_a_change_is_completed_by_the_next(
    tmp_path_factory: pytest.TempPathFactory, clean: dict[str, Clean], village: str, kind: str
) -> None:
    """The world is as after a death behind the request before; that the change is sent again is what this shows."""
    at = next(at for at in clean[village].writes() if clean[village].lines[at - 1].endswith(kind))
    with open_village(tmp_path_factory, *VILLAGES[village]) as yard:
        die(yard, Fault(FaultKind.DEAD_BEFORE, at=at))
        yard.run()
        assert alike(yard) == clean[village].after


@villages
def test_a_run_that_dies_again_and_again_comes_to_the_same_end(
    tmp_path_factory: pytest.TempPathFactory, clean: dict[str, Clean], village: str
) -> None:
    """Each run gets a little further than the one before, from its first look on."""
    with open_village(tmp_path_factory, *VILLAGES[village]) as yard:
        for reach in range(1, len(clean[village].lines), 4):
            yard.town.mark()
            yard.town.faults = [Fault(FaultKind.DEAD_AFTER, at=reach)]
            yard.try_run()
            yard.town.revive()
        yard.town.faults = []
        yard.run()
        assert alike(yard) == clean[village].after


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Clean]:
    return {kind: run_cleanly(tmp_path_factory, kind) for kind in ("locked", "unpinned")}


class Struck:
    """Which requests were struck: each once, and its repetitions are let through."""

    def __init__(self, *, only: str = "") -> None:
        self.only = only
        self.lines: list[str] = []

    def is_first(self, request: Request) -> bool:
        line = line_of(request)
        if request.kind == "git" or line in self.lines or self.only not in line:
            return False
        self.lines.append(line)
        return True


@pytest.mark.parametrize("name", ["locked", "unpinned"])
@pytest.mark.parametrize("kind", TROUBLES, ids=lambda kind: kind.value)
def test_a_run_with_trouble_at_every_request_goes_on_by_itself(
    tmp_path_factory: pytest.TempPathFactory, alone: dict[str, Clean], name: str, kind: FaultKind
) -> None:
    with open_village(tmp_path_factory, name) as yard:
        struck = Struck()
        yard.town.faults = [Fault(kind, match=struck.is_first, times=1000, seconds=0)]
        assert rows_of(yard.run()) == {name: ENDS[name]}
        assert set(filter(is_writing, alone[name].lines)) <= set(struck.lines)
        assert alike(yard) == alone[name].after


def test_a_rate_limit_of_a_second_is_waited_for(
    tmp_path_factory: pytest.TempPathFactory, alone: dict[str, Clean]
) -> None:
    with open_village(tmp_path_factory, "unpinned") as yard:
        struck = Struck(only="/dispatches")
        yard.town.faults = [Fault(FaultKind.RATE_LIMIT, match=struck.is_first, times=1000)]
        yard.run()
        assert len(struck.lines) == 1
        assert alike(yard) == alone["unpinned"].after


class SecondRun:
    """The same job once more, from start to end, just before the first one's request of a number."""

    def __init__(self, yard: Yard, at: int) -> None:
        self.yard = yard
        self.at = at
        self.count = 0
        self.ended: list[PilotageError | None] = []

    def at_request(self, request: Request) -> None:
        self.count += request.kind != "git"
        if self.count == self.at and not self.ended:
            self.yard.town.before_request = None
            self.ended.append(self.yard.try_run())


def forgive(yard: Yard, line: str) -> None:
    """Take away what GitHub lets nobody do only where nothing changed since a look: to start, and to begin an issue."""
    if line.endswith("/dispatches"):
        runs = yard.town.forge(f"acme/{line.split('/')[3]}").realm.state.runs
        assert len(runs) == 2
        del runs[-1]
    if line.startswith("POST ") and line.endswith("/issues"):
        issues = yard.source.realm.state.issues
        assert [issue.state for issue in issues] == [issues[0].state, "closed"]
        del issues[-1]


@pytest.mark.parametrize("village", [("exact", "people"), VILLAGES["builds"]], ids="-".join)
def test_two_runs_at_once_come_to_the_end_of_one(
    tmp_path_factory: pytest.TempPathFactory, village: tuple[str, ...]
) -> None:
    clean = run_cleanly(tmp_path_factory, *village)
    for at in clean.writes():
        line = clean.lines[at - 1]
        if village == VILLAGES["builds"] and not line.endswith("/dispatches"):
            continue  # pull requests and the overview come to be alike in both
        with open_village(tmp_path_factory, *village) as yard:
            second = SecondRun(yard, at)
            yard.town.before_request = second.at_request
            first = yard.try_run()
            yard.town.before_request = None
            assert (first, second.ended) == (None, [None]), f"a second run at {at}: {line}"
            forgive(yard, line)
            assert alike(yard) == clean.after, f"a second run at {at}: {line}"


def test_many_threads_come_to_the_same_end(tmp_path_factory: pytest.TempPathFactory, clean: dict[str, Clean]) -> None:
    with open_village(tmp_path_factory, *VILLAGES["pulls"]) as yard:
        yard.width = 4
        yard.run()
        assert alike(yard) == clean["pulls"].after


@pytest.mark.parametrize(
    "place", ["/acme/exact/git/commits ", "/acme/exact/pulls ", "/acme/older/pulls/", "/dispatches"]
)
def test_a_newer_release_that_overtakes_a_run_at_any_change_is_never_lowered(
    tmp_path_factory: pytest.TempPathFactory, place: str
) -> None:
    """The newer release comes out, and its run to its end, just before a request of the older one's run."""
    with open_village(tmp_path_factory, "exact", "older", "unpinned") as yard:
        ended: list[PilotageError | None] = []

        def overtake(request: Request) -> None:
            line = line_of(request)
            if place in line and is_writing(line) and not ended:
                yard.town.before_request = None
                yard.release("2.1.0")
                ended.append(yard.try_run())

        yard.town.before_request = overtake
        assert (yard.try_run(Order("v2.0.0")), ended) == (None, [None])
        for kind in ("exact", "older"):
            assert yard.file(f"acme/{kind}", "requirements.txt", branch=BRANCH) == "demo==2.1.0\n"
        yard.run()
        for kind in ("exact", "older"):
            (pull,) = yard.town.forge(f"acme/{kind}").realm.state.pulls
            assert pull.title == "build(deps): update demo to 2.1.0 (breaking)"
        (issue,) = yard.source.realm.state.issues
        assert issue.title == "Downstream of demo 2.1.0"


@villages
def test_lists_that_lag_behind_bring_nothing_twice(
    tmp_path_factory: pytest.TempPathFactory, clean: dict[str, Clean], village: str
) -> None:
    with open_village(tmp_path_factory, *VILLAGES[village]) as yard:
        yard.town.stale_listings = True
        yard.run()
        assert alike(yard) == clean[village].after
        yard.run()
        yard.town.stale_listings = False
        yard.run()
        assert alike(yard) == clean[village].after
