"""One run over many repositories: what fails stays alone, changes keep their pace, and waiting has an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.errors import CheckError, RemoteError, UsageError
from pilotage.model.downstreamrules import DownstreamRules
from pilotage.model.patience import Patience
from pilotage.reconcile.downstream.scope import Scope
from pilotage.reconcile.downstream.session import Order, ensure_success
from pilotage.sandbox.forge.faults import Fault, FaultKind
from train.downstreamvillage import BRANCH, TABLE, open_village
from train.downstreamyard import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pilotage.reconcile.downstream.session import RolledOut
    from pilotage.sandbox.forge.log import Request
    from train.downstreamvillage import Village

OPEN = ("pull-request", "open")


@pytest.fixture
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    with open_village(tmp_path_factory, "exact", "older", "other", "people", "third") as opened:
        yield opened


@pytest.fixture
def builds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    with open_village(tmp_path_factory, "red", "unpinned", "wide") as opened:
        yield opened


def out_of_reach(*names: str, method: str = "GET") -> Fault:
    """Let some repositories answer nothing but a server's error."""
    places = tuple(f"/repos/acme/{name}/git/trees" for name in names)
    return Fault(
        FaultKind.SERVER_ERROR,
        match=lambda request: request.method == method and request.path.startswith(places),
        times=10_000,
    )


def reason_of(rolled: RolledOut, kind: str) -> str:
    return next(row.reason for row in rolled.rows if row.repository == f"acme/{kind}")


def exit_code(rolled: RolledOut) -> int | None:
    try:
        ensure_success(rolled)
    except (CheckError, RemoteError) as error:
        return error.exit_code
    return None


def at_each(yard: Village, operation: str, act: Callable[[int], None]) -> list[Request]:
    """Let something happen just before each request of a kind, and give those that came."""
    seen: list[Request] = []

    def hook(request: Request) -> None:
        if request.operation.endswith(operation):
            seen.append(request)
            act(len(seen))

    yard.town.before_request = hook
    return seen


def test_a_repository_that_cannot_be_looked_at_leaves_the_others_alone(village: Village) -> None:
    village.town.faults = [out_of_reach("exact", "people")]
    rolled = village.run()
    assert rows_of(rolled) == {
        "exact": ("skip", "failed"),
        "older": OPEN,
        "other": OPEN,
        "people": ("skip", "failed"),
        "third": OPEN,
    }
    assert "HTTP 502" in reason_of(rolled, "exact")
    assert exit_code(rolled) == CheckError.exit_code
    village.town.faults.clear()
    assert set(rows_of(village.run()).values()) == {OPEN}


def test_three_out_of_reach_one_after_the_other_end_the_run(village: Village) -> None:
    village.town.faults = [out_of_reach("older", "other", "people")]
    with pytest.raises(RemoteError, match="acme/people"):
        village.run()
    assert not any("acme/third" in request.path for request in village.town.log)
    assert village.source.realm.state.issues == []


def test_three_out_of_reach_with_others_between_them_end_nothing(village: Village) -> None:
    village.town.faults = [out_of_reach("exact", "other", "third", method="POST")]
    rolled = village.run()
    failed = ("pull-request", "failed")
    assert rows_of(rolled) == {"exact": failed, "older": OPEN, "other": failed, "people": OPEN, "third": failed}


def test_one_alone_that_is_out_of_reach_ends_the_run(village: Village) -> None:
    village.town.faults = [out_of_reach("exact")]
    with pytest.raises(RemoteError):
        village.run(Order(scope=Scope(only=("acme/exact",))))


def commit_there(yard: Village, number: int) -> None:
    yard.town.forge("acme/exact").push(BRANCH, {f"fix-{number}.py": "pass\n"}, "fix: what the break needs")


def test_a_branch_that_moves_meanwhile_is_looked_at_once_more(village: Village) -> None:
    only = Order(scope=Scope(only=("acme/exact",)))
    moves = at_each(village, "UpdateRefs", lambda number: commit_there(village, number) if number == 1 else None)
    assert rows_of(village.run(only)) == {"exact": OPEN}
    assert len(moves) == 2
    assert village.file("acme/exact", "fix-1.py", branch=BRANCH) == "pass\n"
    assert village.file("acme/exact", "requirements.txt", branch=BRANCH) == "demo==2.0.0\n"


def test_a_branch_that_never_stands_still_is_left_to_the_next_run(village: Village) -> None:
    only = Order(scope=Scope(only=("acme/exact", "acme/other")))
    at_each(village, "UpdateRefs", lambda number: commit_there(village, number) if number < 3 else None)
    rolled = village.run(only)
    assert rows_of(rolled) == {"exact": ("pull-request", "failed"), "other": OPEN}
    assert "moved while Pilotage was at work" in reason_of(rolled, "exact")
    village.town.before_request = None
    assert rows_of(village.run(only)) == {"exact": OPEN, "other": OPEN}
    assert village.file("acme/exact", "fix-2.py", branch=BRANCH) == "pass\n"


def test_a_second_look_that_fails_changes_nothing_there(village: Village) -> None:
    def strike(number: int) -> None:
        if number == 1:
            commit_there(village, number)
            village.town.faults = [out_of_reach("exact")]

    moves = at_each(village, "UpdateRefs", strike)
    rolled = village.run(Order(scope=Scope(only=("acme/exact", "acme/other"))))
    assert rows_of(rolled) == {"exact": ("pull-request", "failed"), "other": OPEN}
    assert len(moves) == 2
    assert "HTTP 502" in reason_of(rolled, "exact")


def test_a_second_look_that_finds_nothing_to_do_is_the_end_of_it(village: Village) -> None:
    def follow(number: int) -> None:
        if number == 1:
            commit_there(village, number)
            village.town.forge("acme/exact").push(BRANCH, {"requirements.txt": "demo==2.1.0\n"}, "build: newer")

    moves = at_each(village, "UpdateRefs", follow)
    rolled = village.run(Order(scope=Scope(only=("acme/exact",))))
    assert rows_of(rolled) == {"exact": ("respect", "nothing")}
    assert len(moves) == 1


def test_changes_keep_their_pace(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_village(tmp_path_factory, "exact", "unpinned", "wide") as yard:
        yard.pace = 2.5
        yard.run()
        assert yard.elapsed == 5.0  # three changes have two rests between them


@pytest.mark.parametrize("at_once", [1, 2])
def test_no_more_rebuilds_are_in_flight_than_asked_for(tmp_path_factory: pytest.TempPathFactory, at_once: int) -> None:
    kinds = ("red", "unpinned", "wide")
    names = ", ".join(f'"acme/{kind}"' for kind in kinds)
    rules = (TABLE % names).replace("at-once = 2", f"at-once = {at_once}")
    with open_village(tmp_path_factory, *kinds, rules=rules) as yard:
        flights: list[int] = []
        for forge in yard.town.forges.values():
            forge.runs_take = 3

        def count(_: int) -> None:
            runs = [run for kind in kinds for run in yard.town.forge(f"acme/{kind}").realm.state.runs]
            flights.append(1 + sum(run.status != "completed" for run in runs))

        at_each(yard, "/dispatches", count)
        yard.run()
        assert (len(flights), max(flights)) == (3, at_once)


def test_a_wait_that_is_over_leaves_rows_as_they_are_and_a_run_again_goes_on(builds: Village) -> None:
    builds.poll = Patience(first_wait=60.0, longest_wait=600.0)
    for forge in builds.town.forges.values():
        forge.runs_take = None
    rolled = builds.run()
    assert rows_of(rolled) == {
        "red": ("dispatch", "running"),
        "unpinned": ("dispatch", "running"),
        "wide": ("dispatch", "planned"),  # two at the same time
    }
    assert exit_code(rolled) == RemoteError.exit_code
    assert 0 <= builds.elapsed - DownstreamRules().wait_minutes * 60 <= 600
    for forge in builds.town.forges.values():
        forge.runs_take = 2
    assert rows_of(builds.run()) == {
        "red": ("dispatch", "failed"),
        "unpinned": ("dispatch", "done"),
        "wide": ("dispatch", "done"),
    }
    assert [builds.runs(f"acme/{kind}") for kind in ("red", "unpinned", "wide")] == [1, 1, 1]


def test_without_a_time_to_wait_rebuilds_are_only_started(builds: Village) -> None:
    names = '"acme/red", "acme/unpinned", "acme/wide"'
    builds.configure(f'repositories = [{names}]\nworkflow = "rebuild.yml"\nwait-minutes = 0\nat-once = 1\n')
    rolled = builds.run()
    assert {state for _, state in rows_of(rolled).values()} == {"running"}
    assert exit_code(rolled) is None
    assert rows_of(builds.run())["wide"] == ("dispatch", "done")


def test_a_run_that_is_gone_has_failed_and_the_next_one_starts_another(builds: Village) -> None:
    forge = builds.town.forge("acme/unpinned")

    def lose(number: int) -> None:
        if number == 1:
            forge.realm.state.runs.clear()

    at_each(builds, "Runs", lose)
    only = Order(scope=Scope(only=("acme/unpinned",)))
    rolled = builds.run(only)
    assert rows_of(rolled) == {"unpinned": ("dispatch", "failed")}
    assert "rebuild.yml ended with gone" in reason_of(rolled, "unpinned")
    builds.town.before_request = None
    assert rows_of(builds.run(only)) == {"unpinned": ("dispatch", "done")}


def test_a_rebuild_that_somebody_starts_meanwhile_is_followed_and_none_is_started(builds: Village) -> None:
    forge = builds.town.forge("acme/unpinned")

    def start(number: int) -> None:
        if number == 2:  # the second look, right before the start
            forge.add_run("rebuild.yml", "main", event="workflow_dispatch", status="queued")

    at_each(builds, "/runs", start)
    assert rows_of(builds.run(Order(scope=Scope(only=("acme/unpinned",))))) == {"unpinned": ("dispatch", "done")}
    assert builds.runs("acme/unpinned") == 1


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_server_that_does_not_name_the_run_is_asked_for_it(builds: Village, *, is_shown: bool) -> None:
    forge = builds.town.forge("acme/unpinned")

    def hook(request: Request) -> None:
        if isinstance(request.body, dict):
            request.body.pop("return_run_details", None)
        if not is_shown and request.path.endswith("/runs"):
            forge.realm.state.runs.clear()

    builds.town.before_request = hook
    rolled = builds.run(Order(scope=Scope(only=("acme/unpinned", "acme/wide"))))
    assert rows_of(rolled)["wide"] == ("dispatch", "done")
    if is_shown:
        assert rows_of(rolled)["unpinned"] == ("dispatch", "done")
    else:
        assert "GitHub shows no run of it" in reason_of(rolled, "unpinned")


def test_what_is_watched_no_longer_is_told_and_left_to_the_next_run(builds: Village) -> None:
    watch = Fault(FaultKind.SERVER_ERROR, match=lambda request: request.operation == "Runs", times=10_000)
    builds.town.faults = [watch]
    rolled = builds.run()
    assert not rolled.is_ended
    assert rows_of(rolled)["unpinned"] == ("dispatch", "running")
    assert "rebuilds are watched no longer" in rolled.warnings[0]
    assert exit_code(rolled) == RemoteError.exit_code
    builds.town.faults.clear()
    assert rows_of(builds.run())["unpinned"] == ("dispatch", "done")


def test_a_rebuild_that_cannot_be_started_leaves_the_others_alone(builds: Village) -> None:
    builds.town.forge("acme/unpinned").push(
        "main", {".github/workflows/rebuild.yml": "on: push\njobs: {}\n"}, "ci: no dispatch"
    )
    rolled = builds.run()
    assert rows_of(rolled)["unpinned"] == ("dispatch", "failed")
    assert rows_of(rolled)["wide"] == ("dispatch", "done")
    assert "workflow_dispatch" in reason_of(rolled, "unpinned")


def test_a_repository_that_the_table_does_not_mean_is_refused(village: Village) -> None:
    with pytest.raises(UsageError, match="'acme/stranger' is not one of the 5 repositories"):
        village.run(Order(scope=Scope(only=("acme/exact", "acme/stranger"))))


def test_work_side_by_side_comes_to_the_same_rows(village: Village) -> None:
    village.width = 4
    assert set(rows_of(village.run()).values()) == {OPEN}
