"""`pilotage idle` on a forge: runs and deployments that are there, end, and are another's or one's own."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING

import pytest

from commands.cliruns import Run, run
from pilotage.model.patience import Patience
from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.idle import LONGEST, Waiter, Watched, wait_idle
from providers.githubdesk import Office, open_office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path / "forge") as opened:
        yield opened


def surround(office: Office, *, own: int = 0) -> dict[str, str]:
    return {
        "GITHUB_REPOSITORY": "acme/demo",
        "GITHUB_API_URL": office.endpoint.api_url,
        "GITHUB_GRAPHQL_URL": office.endpoint.graphql_url,
        "GITHUB_SERVER_URL": office.endpoint.server_url,
        "GITHUB_TOKEN": "w",
        **({"GITHUB_RUN_ID": str(own)} if own else {}),
    }


def ask(office: Office, *words: str, own: int = 0) -> Run:
    return run("idle", *words, "--minutes", "0", env=surround(office, own=own))


def page(office: Office, number: int) -> str:
    return f"{office.endpoint.server_url}/acme/demo/actions/runs/{number}"


def test_a_workflow_is_idle_when_no_run_but_the_own_one_goes_on(office: Office) -> None:
    office.forge.realm.state.runs_take = None
    office.forge.add_run("ci.yml", "main", conclusion="failure")
    own = office.forge.add_run("ci.yml", "main", status="in_progress")
    words = ("--workflow", "ci.yml", "--workflow", "docs.yml")
    assert ask(office, *words, own=own).code == 0
    other = office.forge.add_run("docs.yml", "main", status="waiting")
    done = ask(office, *words, own=own)
    assert (done.code, page(office, other) in done.err) == (1, True)
    done = ask(office, *words, own=other)
    assert (done.code, page(office, own) in done.err) == (1, True)


def test_an_environment_is_idle_when_nothing_but_the_own_run_deploys_to_it(office: Office) -> None:
    own, other = (office.forge.add_run("ci.yml", "main", status="in_progress") for _ in range(2))
    words = ("--environment", "production", "--environment", "staging")
    office.forge.add_deployment("staging", "failure")
    office.forge.add_deployment("production", "in_progress", run=own)
    assert ask(office, *words, own=own).code == 0
    foreign = office.forge.add_deployment("production", "queued", run=other)
    done = ask(office, *words, own=own)
    assert (done.code, f": {page(office, other)}/job/" in done.err, page(office, own) in done.err) == (1, True, False)
    assert "this still runs: production (queued since 20" in done.err
    office.forge.set_deployment(foreign, "success")
    assert ask(office, *words, own=own).code == 0
    office.forge.add_deployment("staging")  # by something that tells nothing of it
    assert ask(office, *words, own=own).code == 1


def test_a_deployment_that_was_left_behind_is_not_waited_for(office: Office) -> None:
    office.forge.realm.clock = lambda: dt.datetime.now(dt.UTC) - LONGEST - dt.timedelta(hours=1)
    office.forge.add_deployment("production", "in_progress")
    assert ask(office, "--environment", "production").code == 0
    office.forge.realm.clock = lambda: dt.datetime.now(dt.UTC) - LONGEST + dt.timedelta(hours=1)
    office.forge.add_deployment("production", "in_progress")
    assert ask(office, "--environment", "production").code == 1


def wait(office: Office, folder: Path, waits: list[float]) -> int:
    clock = itertools.count(step=20)
    waiter = Waiter(
        poll=Patience(first_wait=3.0, longest_wait=30.0),
        tell=lambda _: None,
        sleep=waits.append,
        now=lambda: float(next(clock)),
    )
    surroundings = Surroundings(folder, surround(office))
    return len(wait_idle(surroundings, Watched(("ci.yml",), (), 2), waiter=waiter))


def test_the_wait_ends_with_the_run_or_with_its_time(office: Office, tmp_path: Path) -> None:
    office.forge.realm.state.runs_take = 2
    office.forge.add_run("ci.yml", "main", status="queued")
    waits: list[float] = []
    assert (wait(office, tmp_path, waits), waits) == (0, [3.0, 4.5])
    office.forge.realm.state.runs_take = None
    office.forge.add_run("ci.yml", "main", status="queued")
    waits.clear()
    assert (wait(office, tmp_path, waits), len(waits) > 1) == (1, True)


@pytest.mark.parametrize(
    ("words", "lacks", "said"),
    [
        (["--workflow", "ci.yml"], "actions", "Resource not accessible"),
        (["--environment", "production"], "actions", "Resource not accessible"),
        (["--environment", "production"], "deployments", "Resource not accessible"),
        (["--workflow", "lost.yml"], "", "has no workflow lost.yml"),
        (["--environment", "production", "--environment", "Production"], "", "has no environment 'Production'"),
    ],
)
def test_what_cannot_be_known_is_never_idle(office: Office, words: list[str], lacks: str, said: str) -> None:
    office.forge.add_deployment("production", "success")
    office.forge.limits["w"] = {lacks: "none"} if lacks else {}
    done = ask(office, *words)
    assert (done.code, done.out, said in done.err) == (5, "", True)
