"""Waiting for workflows with a clock of our own: how long, what is said meanwhile, and what an answer can lack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import msgspec
import pytest

from pilotage.errors import CheckError, ConfigError, RemoteError, UsageError
from pilotage.model.patience import Patience
from pilotage.model.publishrules import PublishRules, WorkflowCall
from pilotage.model.remote import WorkflowRun
from pilotage.model.step import Result, StartWorkflow
from pilotage.reconcile.workflows import Workflows, read_own_workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.providers.githubworkflows import GitHubWorkflows

COMMIT, TAG = "c" * 40, "v1.0"


@dataclass
class Runner:
    """Runs of workflows that end when the clock says so; waiting moves the clock."""

    takes: float = 0.0
    conclusion: str = "success"
    shows_after: int = 0
    names_the_run: bool = True
    is_gone: bool = False
    commit: str = COMMIT
    now: float = 0.0
    runs: list[WorkflowRun] = field(default_factory=list)
    started: list[tuple[str, str]] = field(default_factory=list)
    looks: int = 0
    waits: list[float] = field(default_factory=list)
    tells: list[str] = field(default_factory=list)

    def list_runs(self, workflow: str, *, commit: str) -> tuple[WorkflowRun, ...]:
        return tuple(run for run in self.runs if (run.event, run.commit) == (workflow, commit))

    def list_dispatched(self, workflow: str, *, ref: str) -> tuple[WorkflowRun, ...]:
        self.looks += 1
        if self.started and self.looks <= self.shows_after:
            return ()
        return tuple(run for run in self.runs if (run.event, run.ref) == (workflow, ref))

    def find_run(self, run_id: int) -> WorkflowRun | None:
        (found,) = (run for run in self.runs if run.id == run_id)
        if self.is_gone:
            return None
        is_done = self.now >= self.takes
        return msgspec.structs.replace(found, is_done=is_done, conclusion=self.conclusion if is_done else "")

    def dispatch(self, workflow: str, *, ref: str, inputs: Mapping[str, str]) -> int:
        assert inputs == {}
        self.started.append((workflow, ref))
        number = 100 + len(self.started)
        self.runs.insert(0, WorkflowRun(number, workflow, ref, self.commit, is_done=False, url=f"run/{number}"))
        return number if self.names_the_run else 0

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def open(self, **rules: object) -> Workflows:
        return Workflows(
            cast("GitHubWorkflows", self),
            rules=msgspec.convert(rules, PublishRules),
            poll=Patience(first_wait=4.0, longest_wait=30.0),
            tell=self.tells.append,
            sleep=self.sleep,
            now=lambda: self.now,
        )


def ensure(workflows: Workflows, *, own: str = "") -> None:
    workflows.ensure_succeeded(commit=COMMIT, tag=TAG, version="1.0", own=own)


def follow(workflows: Workflows, *, wait: bool = True) -> Result:
    return workflows.start(StartWorkflow(TAG, "docs.yml", TAG, {}, wait), None)


def test_the_waits_grow_up_to_their_longest() -> None:
    runner = Runner(takes=100.0)
    ensure(runner.open(before=["ci.yml"]))
    assert runner.started == [("ci.yml", TAG)]
    assert runner.waits[:4] == [4.0, 6.0, 9.0, 13.5]
    assert max(runner.waits) <= 30.0
    assert runner.tells[0] == "started the workflow ci.yml on v1.0"
    assert runner.tells[-1] == "the workflow ci.yml ended with success: run/101"


def test_a_workflow_that_is_to_wait_for_itself_is_refused_at_once() -> None:
    runner = Runner()
    environment = {"GITHUB_WORKFLOW_REF": "acme/demo/.github/workflows/release.yml@refs/heads/main"}
    assert (read_own_workflow(environment), read_own_workflow({})) == ("release.yml", "")
    with pytest.raises(ConfigError, match="wait for itself"):
        ensure(runner.open(before=["ci.yml", "release.yml"]), own="release.yml")
    assert (runner.started, runner.waits) == ([], [])


def test_a_workflow_that_does_not_end_in_time_ends_the_run_and_says_what_to_set() -> None:
    runner = Runner(takes=1e9)
    with pytest.raises(RemoteError, match=r"ci\.yml did not end within 2 minutes") as caught:
        ensure(runner.open(before=["ci.yml"], **{"wait-minutes": 2}))
    assert "wait-minutes" in caught.value.hint
    assert 120 <= runner.now <= 150


def test_something_is_said_about_once_a_minute_of_waiting() -> None:
    runner = Runner(takes=600.0)
    ensure(runner.open(before=["ci.yml"]))
    said = [line for line in runner.tells if "has been waited for" in line]
    assert 5 <= len(said) <= 10
    assert said[0] == "the workflow ci.yml has been waited for 1 min: run/101"


def test_a_run_that_fails_while_it_is_waited_for_is_named_with_its_page() -> None:
    with pytest.raises(CheckError, match="run/101") as caught:
        ensure(Runner(takes=5.0, conclusion="failure").open(before=["ci.yml"]))
    assert "Nothing was built or published" in caught.value.hint


def test_a_run_that_vanishes_is_no_success() -> None:
    with pytest.raises(RemoteError, match="is gone"):
        ensure(Runner(is_gone=True).open(before=["ci.yml"]))


def test_a_run_on_another_commit_is_no_proof_for_the_release() -> None:
    runner = Runner(commit="d" * 40)
    with pytest.raises(ConfigError, match=r"ran on dddddddddd, but the release v1\.0 is cccccccccc") as caught:
        ensure(runner.open(before=[{"workflow": "ci.yml", "ref": "main"}]))
    assert "ref" in caught.value.hint
    assert runner.started == [("ci.yml", "main")]


def test_a_server_that_does_not_name_the_new_run_is_looked_at_until_it_shows_it() -> None:
    runner = Runner(names_the_run=False, shows_after=4)
    runner.runs.append(WorkflowRun(7, "ci.yml", TAG, "e" * 40, is_done=True, conclusion="failure"))
    ensure(runner.open(before=["ci.yml"]))
    assert len(runner.started) == 1
    assert runner.tells[-1].startswith("the workflow ci.yml ended with success")


def test_a_run_that_never_shows_ends_the_run() -> None:
    runner = Runner(names_the_run=False, shows_after=10_000)
    with pytest.raises(RemoteError, match="GitHub shows no run of it"):
        ensure(runner.open(before=["ci.yml"], **{"wait-minutes": 1}))


def test_a_workflow_that_follows_is_started_once_and_not_waited_for_unasked() -> None:
    runner = Runner(takes=50.0)
    workflows = runner.open(after=["docs.yml"])
    assert follow(workflows, wait=False) is Result.DONE
    assert follow(workflows, wait=False) is Result.UNCHANGED
    assert runner.started == [("docs.yml", TAG)]
    assert runner.waits == []


def test_a_workflow_that_follows_is_looked_up_once_before_it_is_started() -> None:
    runner = Runner()
    follow(runner.open(after=["docs.yml"]), wait=False)
    assert runner.looks == 1


def test_a_workflow_that_follows_is_waited_for_where_that_is_asked() -> None:
    runner = Runner(takes=50.0)
    workflows = runner.open(after=[{"workflow": "docs.yml", "wait": True}])
    assert follow(workflows) is Result.DONE
    assert runner.now >= 50
    runner.conclusion = "failure"
    with pytest.raises(CheckError, match=r"docs\.yml, which follows v1\.0, ended with failure"):
        follow(workflows)
    assert len(runner.started) == 1


def test_followers_are_observed_on_their_own_refs() -> None:
    runner = Runner()
    runner.runs.append(WorkflowRun(7, "docs.yml", "main", COMMIT, is_done=True, conclusion="success"))
    found = runner.open(after=["docs.yml", {"workflow": "docs.yml", "ref": "main"}]).observe_followers(tag=TAG)
    assert [(follower.call, len(follower.runs)) for follower in found] == [
        (WorkflowCall("docs.yml"), 0),
        (WorkflowCall("docs.yml", ref="main"), 1),
    ]


def test_a_plan_that_starts_what_the_configuration_does_not_name_is_refused_with_words() -> None:
    runner = Runner()
    with pytest.raises(UsageError, match=r"starts docs\.yml on v1\.0") as caught:
        follow(runner.open(after=["images.yml"]))
    assert ("new plan" in caught.value.hint, runner.started) == (True, [])
