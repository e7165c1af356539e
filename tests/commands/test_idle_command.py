"""`pilotage idle`: 0 when nothing runs, 1 when the wait is over, 5 when it cannot be known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from commands.cliruns import Run, run
from pilotage.model.patience import Patience
from pilotage.providers.githubidle import Running
from pilotage.reconcile.idle import Waiter
from providers.githubscript import Answer, serve_answers

if TYPE_CHECKING:
    from pathlib import Path

    from providers.githubscript import GitHubScript

PAGE = "https://github.com/acme/demo/actions/runs/2"
BUSY = {
    "id": 2,
    "event": "schedule",
    "head_sha": "c" * 40,
    "html_url": PAGE,
    "created_at": "2026-11-22T10:00:00Z",
    "status": "in_progress",
}
NOTHING = Answer(200, {"total_count": 0, "workflow_runs": []})
SOMETHING = Answer(200, {"total_count": 1, "workflow_runs": [BUSY]})
DEPLOYED = Answer(
    200, {"data": {"repository": {"e0": {"id": "1"}, "deployments": {"nodes": [], "pageInfo": {"hasNextPage": False}}}}}
)


def ask(script: GitHubScript, *arguments: str | Path, **more: str) -> Run:
    env = {
        "GITHUB_REPOSITORY": "acme/demo",
        "GITHUB_API_URL": script.url,
        "GITHUB_GRAPHQL_URL": f"{script.url}/graphql",
        "GITHUB_TOKEN": "ghs_secret",
        **more,
    }
    return run("idle", *arguments, env=env)


def test_nothing_that_runs_ends_with_0_and_a_summary(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    with serve_answers(NOTHING, NOTHING, DEPLOYED) as script:
        words = ("--workflow", "a.yml", "--workflow", "b.yml", "--environment", "production")
        done = ask(script, *words, GITHUB_STEP_SUMMARY=str(summary))
    assert (done.code, done.out, done.err) == (0, "idle: nothing runs of a.yml, b.yml, production\n", "")
    assert summary.read_text() == "### Idle\n\nNothing runs of `a.yml`, `b.yml`, `production`.\n\n"
    assert [one.split("?")[0].rpartition("/workflows/")[2] for one in script.asked] == [
        "a.yml/runs",
        "b.yml/runs",
        "POST /graphql",
    ]


def test_what_still_runs_ends_with_1_and_is_named_with_its_page(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    with serve_answers(SOMETHING) as script:
        done = ask(script, "--workflow", "flows.yml", "--minutes", "0", GITHUB_STEP_SUMMARY=str(summary))
    assert (done.code, done.out) == (1, "")
    line = f"flows.yml (in_progress since 2026-11-22T10:00:00Z): {PAGE}"
    assert done.err == (
        f"error: after 0 minutes this still runs: {line}\n"
        "  Nothing was changed. Run this again later, or let it wait longer with --minutes (idle-minutes).\n"
    )
    assert f"did not become idle within 0 minutes:\n\n- `{line}`\n" in summary.read_text()


def test_what_is_not_known_ends_with_5_and_never_says_idle() -> None:
    with serve_answers(NOTHING, Answer(404, {"message": "Not Found"})) as script:
        done = ask(script, "--workflow", "a.yml", "--workflow", "typo.yml", "--minutes", "0", "--json")
    assert (done.code, done.out) == (5, "")
    assert "acme/demo has no workflow typo.yml" in done.err
    assert "ghs_secret" not in done.err


@pytest.mark.parametrize(("answer", "code", "is_idle"), [(NOTHING, 0, True), (SOMETHING, 1, False)])
def test_the_machine_format_says_the_same(answer: Answer, code: int, is_idle: bool) -> None:
    with serve_answers(answer) as script:
        done = ask(script, "--workflow", "flows.yml", "--minutes", "0", "--json")
    row = {"name": "flows.yml", "state": "in_progress", "since": "2026-11-22T10:00:00Z", "url": PAGE}
    assert (done.code, done.json) == (code, {"format": 1, "idle": is_idle, "running": [] if is_idle else [row]})


def test_the_run_that_waits_is_not_waited_for() -> None:
    with serve_answers(SOMETHING) as script:
        assert ask(script, "--workflow", "flows.yml", "--minutes", "0", GITHUB_RUN_ID="2").code == 0


@pytest.mark.parametrize(
    ("arguments", "env", "words"),
    [
        ([], {}, "Neither a workflow nor an environment is named"),
        (["--workflow", "a.yml"], {"GITHUB_REPOSITORY": ""}, "GITHUB_REPOSITORY is empty"),
        (["--workflow", "a.yml", "--minutes", "-1"], {}, "--minutes"),
        (["--workflow", "a.yml", "--minutes", "soon"], {}, "--minutes"),
    ],
)
def test_a_wait_for_nothing_is_a_usage_error(arguments: list[str], env: dict[str, str], words: str) -> None:
    with serve_answers() as script:
        done = ask(script, *arguments, **env)
        assert script.asked == []
    assert (done.code, done.out, words in done.err) == (2, "", True)


@dataclass
class Clock:
    """Something that runs until the clock says so; waiting moves the clock."""

    ends: float
    now: float = 1000.0
    looks: int = 0
    waits: list[float] = field(default_factory=list)
    tells: list[str] = field(default_factory=list)

    def look(self) -> tuple[Running, ...]:
        self.looks += 1
        return () if self.now >= 1000.0 + self.ends else (Running("production", "queued", "then"),)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def wait(self, minutes: int) -> tuple[Running, ...]:
        poll = Patience(first_wait=4.0, longest_wait=30.0)
        waiter = Waiter(poll=poll, tell=self.tells.append, sleep=self.sleep, now=lambda: self.now)
        return waiter.wait(self.look, minutes=minutes)


def test_the_waits_grow_and_end_as_soon_as_it_is_idle() -> None:
    clock = Clock(ends=40.0)
    assert clock.wait(10) == ()
    assert clock.waits == [4.0, 6.0, 9.0, 13.5, 20.25]


def test_the_wait_is_bounded_and_a_last_look_is_taken_when_the_time_is_up() -> None:
    clock = Clock(ends=60.0)
    assert clock.wait(1) == ()
    clock = Clock(ends=60.5)
    assert [one.name for one in clock.wait(1)] == ["production"]
    assert (sum(clock.waits), clock.looks) == (60.0, len(clock.waits) + 1)


def test_no_minutes_mean_one_look() -> None:
    clock = Clock(ends=1.0)
    assert len(clock.wait(0)) == 1
    assert (clock.looks, clock.waits, clock.tells) == (1, [], [])


def test_people_hear_once_a_minute_what_is_waited_for() -> None:
    clock = Clock(ends=170.0)
    clock.wait(5)
    assert clock.tells == ["1 still running, such as production (queued since then)"] * 3
