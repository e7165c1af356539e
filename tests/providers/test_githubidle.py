"""What runs is found with few requests, and what GitHub does not say is never taken for idle."""

from __future__ import annotations

import functools
import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from pilotage.errors import RemoteError
from pilotage.providers.githubidle import UNDONE, GitHubIdle, Running, render_deployments
from providers.githubdesk import DOCS, open_office
from providers.githubscript import Answer, serve_answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from providers.githubscript import GitHubScript

SCHEMA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "github" / "schema.graphql.gz"
SERVER = "https://github.example"
SINCE = "2026-10-01T00:00:00Z"


def page(number: int) -> str:
    return f"{SERVER}/acme/demo/actions/runs/{number}"


def run(number: int, status: str | None = "completed", *, created: str = "2026-11-22T10:00:00Z") -> dict[str, object]:
    return {
        "id": number,
        "event": "schedule",
        "head_sha": "c" * 40,
        "html_url": page(number),
        "created_at": created,
        "status": status,
    }


def runs(*found: dict[str, object], total: int | None = None) -> Answer:
    return Answer(200, {"total_count": len(found) if total is None else total, "workflow_runs": list(found)})


def deployment(
    state: str | None, *, log: str | None = None, created: str = "2026-11-22T10:00:00Z", environment: str = "production"
) -> dict[str, object]:
    status = None if log is None else {"logUrl": log}
    return {"environment": environment, "state": state, "createdAt": created, "latestStatus": status}


def deployments(*found: dict[str, object], after: str | None = None, **known: object) -> Answer:
    info = {"hasNextPage": after is not None, "endCursor": after}
    environments = known or {"e0": {"id": "EN_1"}}
    repository = {"deployments": {"nodes": list(found), "pageInfo": info}, **environments}
    return Answer(200, {"data": {"repository": repository}})


def idle(script: GitHubScript, *, own_run: str = "7") -> GitHubIdle:
    return GitHubIdle(script.call(), repository="acme/demo", own_run=own_run, server_url=SERVER)


def deploying(
    script: GitHubScript, environments: Sequence[str] = ("production",), *, own: str = "7"
) -> tuple[Running, ...]:
    return idle(script, own_run=own).list_deployments(environments, since=SINCE)


@pytest.mark.parametrize("status", [*UNDONE, None, "a state of next year"])
def test_a_run_that_has_not_ended_runs(status: str | None) -> None:
    with serve_answers(runs(run(1), run(2, status))) as script:
        found = idle(script).list_runs("flows.yml")
    assert found == (Running("flows.yml", status or "unknown", "2026-11-22T10:00:00Z", page(2)),)
    assert script.asked == ["GET /repos/acme/demo/actions/workflows/flows.yml/runs?per_page=100"]


def test_the_run_that_asks_is_not_counted() -> None:
    with serve_answers(runs(run(7, "in_progress"), run(1))) as script:
        assert idle(script).list_runs("flows.yml") == ()
    with serve_answers(runs(run(7, "in_progress"))) as script:
        assert [one.url for one in idle(script, own_run="").list_runs("flows.yml")] == [page(7)]


def test_a_short_history_is_known_from_one_request() -> None:
    with serve_answers(runs(run(2), run(1))) as script:
        assert idle(script).list_runs("flows.yml") == ()
        assert len(script.asked) == 1


def test_an_old_run_cannot_hide_behind_newer_ones() -> None:
    newest = [run(number) for number in range(200, 300)]
    old = run(3, "in_progress", created="2026-10-30T00:00:00Z")
    empty = [runs(total=0)] * 3
    with serve_answers(runs(*newest, total=101), *empty, runs(old)) as script:
        found = idle(script).list_runs("flows.yml")
    assert found == (Running("flows.yml", "in_progress", "2026-10-30T00:00:00Z", page(3)),)
    assert [one.partition("status=")[2] for one in script.asked] == ["", *UNDONE[:4]]


def test_a_long_history_without_a_run_takes_a_request_for_each_state() -> None:
    newest = [run(number) for number in range(200, 300)]
    with serve_answers(runs(*newest, total=4711), *[runs(total=0)] * len(UNDONE)) as script:
        assert idle(script).list_runs("flows.yml") == ()
        assert len(script.asked) == 1 + len(UNDONE)


def test_a_workflow_that_is_not_there_is_not_idle() -> None:
    with (
        serve_answers(Answer(404, {"message": "Not Found"})) as script,
        pytest.raises(RemoteError, match="has no workflow flow"),
    ):
        idle(script).list_runs("flow?s.yml")
    assert script.asked == ["GET /repos/acme/demo/actions/workflows/flow%3Fs.yml/runs?per_page=100"]


@pytest.mark.parametrize(
    "answers",
    [
        [Answer(502, b"<html>")] * 3,
        [Answer(403, {"message": "Resource not accessible by integration"})],
        [Answer(200, {"workflow_runs": []})],
        [Answer(200, {"total_count": 1, "workflow_runs": [{"id": 1}]})],
        [runs(run(1), total=2), Answer(403, {"message": "no"})],
    ],
    ids=["down", "forbidden", "no count", "half a run", "refused halfway"],
)
def test_what_is_not_known_of_runs_is_an_error(answers: list[Answer]) -> None:
    with serve_answers(*answers) as script, pytest.raises(RemoteError):
        idle(script).list_runs("flows.yml")


def test_the_forge_s_runs_are_told_apart_as_github_s_are(tmp_path: Path) -> None:
    with open_office(tmp_path / "forge") as office:
        call = office.client().workflows._call
        own = office.forge.add_run("ci.yml", "main", status="in_progress")
        asking = GitHubIdle(call, repository="acme/demo", own_run=str(own), server_url=SERVER)
        assert asking.list_runs("ci.yml") == ()
        waiting = office.forge.add_run("ci.yml", "main", status="waiting")
        office.forge.add_run(DOCS, "main", status="queued")
        found = asking.list_runs("ci.yml")
        assert [(one.state, one.url.rpartition("/")[2]) for one in found] == [("waiting", str(waiting))]
        for _ in range(101):
            office.forge.add_run("ci.yml", "main", conclusion="success")
        assert [one.state for one in asking.list_runs("ci.yml")] == ["waiting"]


@pytest.mark.parametrize("state", ["PENDING", "QUEUED", "IN_PROGRESS", "WAITING", None])
def test_a_deployment_that_has_not_ended_runs(state: str | None) -> None:
    with serve_answers(deployments(deployment("ACTIVE"), deployment(state, log="https://ci.example/1"))) as script:
        found = deploying(script)
    assert found == (
        Running("production", (state or "unknown").lower(), "2026-11-22T10:00:00Z", "https://ci.example/1"),
    )
    assert len(script.asked) == 1


@pytest.mark.parametrize("state", ["ABANDONED", "ACTIVE", "DESTROYED", "ERROR", "FAILURE", "INACTIVE", "SUCCESS"])
def test_a_deployment_that_has_ended_does_not_run(state: str) -> None:
    with serve_answers(deployments(deployment(state))) as script:
        assert deploying(script) == ()


def test_the_deployment_of_the_run_that_asks_is_not_counted() -> None:
    own = [deployment("IN_PROGRESS", log=f"{page(7)}/job/5"), deployment("QUEUED", log=page(7))]
    with serve_answers(deployments(*own, deployment("QUEUED", log=page(77)))) as script:
        assert [one.url for one in deploying(script)] == [page(77)]
    with serve_answers(deployments(*own)) as script:
        assert len(deploying(script, own="")) == 2


def test_all_environments_are_asked_at_once_and_as_data() -> None:
    names = ("production", 'the "other" {one}')
    with serve_answers(deployments(e0={"id": "1"}, e1={"id": "2"})) as script:
        assert deploying(script, names) == ()
    (question,) = script.questions
    sent = json.loads(question.body)
    assert sent["variables"]["names"] == list(names)
    assert (sent["variables"]["e0"], sent["variables"]["e1"]) == names
    assert "other" not in sent["query"]


def test_deployments_are_read_back_as_far_as_one_can_still_run() -> None:
    fresh, old = deployment("ACTIVE"), deployment("IN_PROGRESS", created="2026-09-30T23:59:59Z")
    late = deployment("IN_PROGRESS", created=SINCE)
    with serve_answers(deployments(fresh, after="A"), deployments(late, old, after="B")) as script:
        assert [one.since for one in deploying(script)] == [SINCE]
        assert [json.loads(one.body)["variables"]["after"] for one in script.questions] == [None, "A"]


def test_more_deployments_than_can_be_read_are_not_idle() -> None:
    with (
        serve_answers(*[deployments(deployment("ACTIVE"), after="A")] * 20) as script,
        pytest.raises(RemoteError, match="more than 2000 deployments to production"),
    ):
        deploying(script)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (deployments(e0=None), "no environment 'production'"),
        (Answer(200, {"data": {"repository": None}}), "no such repository"),
        (Answer(200, {"data": {"repository": {"e0": {"id": "1"}}}}), "deployments"),
        (Answer(200, {"errors": [{"message": "Resource not accessible by integration"}]}), "not accessible"),
    ],
    ids=["no environment", "no repository", "no deployments", "forbidden"],
)
def test_what_is_not_known_of_deployments_is_an_error(answer: Answer, words: str) -> None:
    with serve_answers(answer) as script, pytest.raises(RemoteError, match=words):
        deploying(script)


@functools.cache
def read_schema() -> GraphQLSchema:
    if not SCHEMA.is_file():
        pytest.skip("GitHub's official schema is not beside this checkout (../shared/data/github/schema.graphql.gz)")
    with gzip.open(SCHEMA, "rt", encoding="utf-8") as file:
        return build_schema(file.read(), assume_valid=True)


@pytest.mark.parametrize("environments", [1, 3])
def test_the_query_is_valid_by_github_s_schema(environments: int) -> None:
    assert [error.message for error in validate(read_schema(), parse(render_deployments(environments)))] == []
