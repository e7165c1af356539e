"""Workflows are listed, looked up, and started once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.model.remote import WorkflowRun
from pilotage.providers.githubcall import GitHubRefusalError, UnclearAnswerError
from pilotage.providers.githubworkflows import GitHubWorkflows
from pilotage.sandbox.forge import FaultKind
from providers.githubdesk import DOCS, UNCLEAR, Office, open_office
from providers.githubscript import Answer, serve_answers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path / "forge") as made:
        yield made


def _dispatch(office: Office, **more: str) -> int:
    return office.client().workflows.dispatch(DOCS, ref=more.pop("ref", "main"), inputs=more)


def test_runs_of_a_commit_are_given_newest_first(office: Office) -> None:
    forge = office.forge
    sha = forge.realm.git.branch("main") or ""
    first = forge.add_run("ci.yml", sha, conclusion="failure")
    other = forge.push("main", {"a": "1"}, "feat: a")
    forge.add_run("ci.yml", other)
    forge.add_run(DOCS, sha)
    second = forge.add_run("ci.yml", sha, event="merge_group", branch="queue", status="queued")
    found = office.client().workflows.list_runs("ci.yml", commit=sha)
    assert [(run.id, run.event, run.ref, run.commit, run.is_done, run.conclusion) for run in found] == [
        (second, "merge_group", "queue", sha, False, ""),
        (first, "push", "main", sha, True, "failure"),
    ]
    assert found[0].url == f"{office.endpoint.server_url}/acme/demo/actions/runs/{second}"
    assert found[0].created_at.endswith("Z")


def test_dispatched_runs_of_a_ref_are_those_and_no_others(office: Office) -> None:
    office.forge.create_tag("v1")
    office.forge.add_run(DOCS, "main", branch="v1")
    _dispatch(office)
    number = _dispatch(office, ref="v1")
    for ref in ("v1", "refs/tags/v1"):
        assert [run.id for run in office.client().workflows.list_dispatched(DOCS, ref=ref)] == [number]


def test_a_start_on_a_ref_in_full_is_found_again(office: Office) -> None:
    office.strike(FaultKind.LOST_AFTER, "POST")
    number = _dispatch(office, ref="refs/heads/main")
    assert [run.id for run in office.forge.realm.state.runs] == [number]


def test_a_run_is_looked_up_by_its_number(office: Office) -> None:
    number = _dispatch(office, version="1")
    workflows = office.client().workflows
    seen = [workflows.find_run(number) for _ in range(3)]
    assert [run is not None and run.is_done for run in seen] == [False, False, True]
    assert seen[2] is not None
    assert (seen[2].conclusion, workflows.find_run(7)) == ("success", None)


def test_a_workflow_is_started_with_its_inputs(office: Office) -> None:
    number = _dispatch(office, version="1.2.3")
    run = office.forge.run(number)
    assert (run.workflow, run.event, run.head_branch) == (DOCS, "workflow_dispatch", "main")
    assert office.forge.realm.state.dispatches[0].payload == {"version": "1.2.3"}


@pytest.mark.parametrize("stale", [False, True])
@pytest.mark.parametrize("kind", UNCLEAR)
def test_a_workflow_is_started_once_in_spite_of(office: Office, kind: FaultKind, stale: bool) -> None:
    _dispatch(office)
    office.forge.stale_listings = stale
    office.client().workflows.list_dispatched(DOCS, ref="main")  # the run of before has had its time to show
    office.strike(kind, "POST")
    number = _dispatch(office)
    assert [run.id for run in office.forge.realm.state.runs][1:] == [number]


def test_a_run_that_shows_late_is_waited_for_before_a_second_try(office: Office) -> None:
    office.strike(FaultKind.LOST_AFTER, "POST")
    office.forge.stale_listings = True
    _dispatch(office)
    assert (len(office.asked("POST")), office.waits) == (1, [1, 1])


def test_a_second_try_comes_only_after_the_whole_patience(office: Office) -> None:
    office.strike(FaultKind.LOST_BEFORE, "POST")
    _dispatch(office)
    # wait, look, wait, look, wait, look; then again
    assert (len(office.asked("POST")), len(office.asked("GET")), office.waits) == (2, 4, [1, 1, 2])


def test_a_start_that_stays_unclear_is_an_error(office: Office) -> None:
    office.strike(FaultKind.LOST_BEFORE, "POST", times=99)
    with pytest.raises(UnclearAnswerError):
        _dispatch(office)
    assert (len(office.asked("POST")), office.forge.realm.state.runs) == (3, [])


def test_a_server_that_tells_no_number_gives_none() -> None:
    with serve_answers(Answer(200, {"workflow_runs": []}), Answer(204, b"")) as script:
        workflows = GitHubWorkflows(script.call(), repository="acme/demo")
        assert workflows.dispatch("a?b.yml", ref="main", inputs={}) == 0
        assert script.asked[1] == "POST /repos/acme/demo/actions/workflows/a%3Fb.yml/dispatches"


def test_a_server_that_does_not_know_the_question_is_asked_without_it() -> None:
    words = {"message": 'Invalid request.\n\n"return_run_details" is not a permitted key.'}
    with serve_answers(Answer(200, {"workflow_runs": []}), Answer(422, words), Answer(204, b"")) as script:
        workflows = GitHubWorkflows(script.call(), repository="acme/demo")
        assert workflows.dispatch("a.yml", ref="main", inputs={"x": "y"}) == 0
        assert script.questions[2].body == '{"ref": "main", "inputs": {"x": "y"}}'


def test_a_run_without_a_branch_and_a_status_is_read() -> None:
    row = {"id": 7, "event": "push", "head_sha": "a", "html_url": "u", "created_at": "t", "head_branch": None}
    with serve_answers(Answer(200, row | {"status": None, "conclusion": None})) as script:
        found = GitHubWorkflows(script.call(), repository="acme/demo").find_run(7)
        assert found == WorkflowRun(7, "push", "", "a", is_done=False, url="u", created_at="t")


@pytest.mark.parametrize(("status", "is_done"), [("completed", True), ("in_progress", False), ("waiting", False)])
def test_only_what_is_completed_is_done_whatever_else_is_said(status: str, is_done: bool) -> None:
    row = {"id": 7, "event": "push", "head_sha": "a", "html_url": "u", "created_at": "t", "status": status}
    with serve_answers(Answer(200, row | {"conclusion": "failure"})) as script:
        found = GitHubWorkflows(script.call(), repository="acme/demo").find_run(7)
        assert (found is not None and found.is_done) is is_done


@pytest.mark.parametrize(
    ("workflow", "ref", "inputs", "said", "hint"),
    [
        ("no.yml", "main", {}, "404", "as .github/workflows/no.yml"),
        ("ci.yml", "main", {}, "trigger", "Add `workflow_dispatch:` to `on:` in .github/workflows/ci.yml"),
        (DOCS, "nowhere", {}, "No ref found for: nowhere", "a branch or a tag that exists"),
        (DOCS, "main", {"x": "y"}, "Unexpected inputs", "Declare these inputs under `on: workflow_dispatch: inputs:`"),
    ],
)
def test_a_refused_start_says_what_to_do(
    office: Office, workflow: str, ref: str, inputs: dict[str, str], said: str, hint: str
) -> None:
    with pytest.raises(GitHubRefusalError, match=said) as caught:
        office.client().workflows.dispatch(workflow, ref=ref, inputs=inputs)
    assert (hint in caught.value.hint, len(office.asked("POST")) <= 1) == (True, True)


def test_a_required_input_and_a_disabled_workflow_are_explained() -> None:
    words = {
        "Required input 'version' not provided": "Pass this input to a.yml",
        "Cannot trigger a 'workflow_dispatch' on a disabled workflow": "Enable a.yml",
        "Something new": "",
    }
    for said, hint in words.items():
        with serve_answers(Answer(200, {"workflow_runs": []}), Answer(422, {"message": said})) as script:
            with pytest.raises(GitHubRefusalError) as caught:
                GitHubWorkflows(script.call(), repository="acme/demo").dispatch("a.yml", ref="main", inputs={})
            assert (caught.value.hint.startswith(hint), bool(caught.value.hint)) == (True, bool(hint))


@pytest.mark.parametrize(("limit", "missing"), [("read", "actions: write"), ("none", "actions: read")])
def test_a_missing_permission_is_named_and_no_other(office: Office, limit: str, missing: str) -> None:
    office.forge.limits["w"] = {"actions": limit}  # type: ignore[dict-item]  # parametrised
    with pytest.raises(GitHubRefusalError, match="not accessible") as caught:
        _dispatch(office)
    assert (f"`{missing}`" in caught.value.hint, "contents" in caught.value.hint) == (True, False)


def test_a_run_that_may_not_be_read_is_not_gone(office: Office) -> None:
    with pytest.raises(GitHubRefusalError, match="401"):
        office.client("unknown").workflows.find_run(1)
