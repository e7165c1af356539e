"""Workflows run, are waited for and are started as on GitHub."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.forge import Forge, Refusal
from sandbox.forgeclient import READER, Client, new_forge
from sandbox.githubschema import official_api

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CI = ".github/workflows/ci.yml"
DOCS = ".github/workflows/docs.yaml"
ON_DOCS = """\
name: Docs
on:
  workflow_dispatch:
    inputs:
      version: {required: true}
      draft: {required: true, default: "no"}
      note: {}
"""


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    made = new_forge(tmp_path / "forge")
    made.push("main", {CI: "on: [push, pull_request]\n", DOCS: ON_DOCS, ".github/workflows/README": "x"}, "ci: begin")
    yield made
    api = official_api()
    assert [problem for request in made.log for problem in api.check(request)] == []


@pytest.fixture
def client(forge: Forge) -> Iterator[Client]:
    with forge.serve() as endpoint:
        yield Client(endpoint)


def _object(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


def _rows(value: object, key: str) -> list[dict[str, object]]:
    rows = _object(value)[key]
    assert isinstance(rows, list)
    return rows


def _runs(client: Client, path: str = "/actions/workflows/ci.yml/runs") -> list[object]:
    return [row["id"] for row in _rows(client.get(path), "workflow_runs")]


def _dispatch(client: Client, workflow: str = "docs.yaml", **body: object) -> tuple[int, str]:
    wanted = {"ref": "main", "inputs": {"version": "1"}} | body
    return client.refusal("POST", f"/actions/workflows/{workflow}/dispatches", wanted)


def _start(client: Client, ref: str = "main") -> int:
    body = {"ref": ref, "inputs": {"version": "1"}, "return_run_details": True}
    answer = client.send("POST", "/actions/workflows/docs.yaml/dispatches", body)
    assert answer.status_code == 200
    number: int = answer.json()["workflow_run_id"]
    assert answer.json()["html_url"].endswith(f"/acme/demo/actions/runs/{number}")
    return number


def test_workflows_are_those_of_the_default_branch_and_those_that_ran(forge: Forge, client: Client) -> None:
    forge.push("topic", {".github/workflows/new.yml": "on: push\n"}, "ci: new")
    forge.add_run("old.yml", "main")
    listed = _rows(client.get("/actions/workflows"), "workflows")
    assert [(row["path"], row["name"]) for row in listed] == [
        (CI, CI),
        (DOCS, "Docs"),
        (".github/workflows/old.yml", ".github/workflows/old.yml"),
    ]
    assert (
        client.get(f"/actions/workflows/{listed[1]['id']}") == client.get("/actions/workflows/docs.yaml") == listed[1]
    )
    assert client.refusal("GET", "/actions/workflows/new.yml") == (404, "Not Found")
    assert client.refusal("GET", "/actions/workflows/new.yml/runs") == (404, "Not Found")


def test_a_repository_without_workflows_has_none(tmp_path: Path) -> None:
    forge = new_forge(tmp_path / "plain")
    with forge.serve() as endpoint:
        assert _rows(Client(endpoint).get("/actions/workflows"), "workflows") == []
    empty = Forge(tmp_path / "empty")
    empty.tokens["writer"] = forge.tokens["writer"]
    with empty.serve() as endpoint:
        assert _rows(Client(endpoint).get("/actions/workflows"), "workflows") == []


def test_runs_are_listed_newest_first_and_counted(forge: Forge, client: Client) -> None:
    made = [forge.add_run("ci.yml", "main") for _ in range(3)]
    forge.add_run("docs.yaml", "main")
    page = _object(client.get("/actions/workflows/ci.yml/runs?per_page=2"))
    assert (page["total_count"], [row["id"] for row in _rows(page, "workflow_runs")]) == (3, made[:0:-1])
    assert _runs(client, "/actions/workflows/ci.yml/runs?per_page=2&page=2") == made[:1]
    assert _object(client.get("/actions/runs"))["total_count"] == 4
    numbers = [row["run_number"] for row in _rows(client.get("/actions/runs"), "workflow_runs")]
    assert numbers == [1, 3, 2, 1]


def test_runs_are_filtered(forge: Forge, client: Client) -> None:
    first = forge.realm.git.branch("main") or ""
    moments = iter([datetime(2026, 1, day, 8, tzinfo=UTC) for day in range(1, 30)])
    forge.realm.clock = lambda: next(moments)
    second = forge.push("topic", {"a": "1"}, "feat: a")
    old = forge.add_run("ci.yml", first, conclusion="failure")  # the 2nd of January
    new = forge.add_run("ci.yml", "topic", event="pull_request", branch="topic", status="queued")  # the 4th
    forge.runs_take = None
    expected = {
        f"head_sha={second}": [new],
        "branch=main": [old],
        "event=pull_request": [new],
        "actor=octocat&event=push": [old],
        "actor=nobody": [],
        "status=completed": [old],
        "status=failure": [old],
        "status=success": [],
        "status=in_progress": [new],  # it has been looked at
        "created=2026-01-04": [new],
        "created=>=2026-01-04": [new],
        "created=>2026-01-02": [new],
        "created=<=2026-01-02": [old],
        "created=<2026-01-04": [old],
        "created=2026-01-01..2026-01-02": [old],
        "created=2026-01-03..*": [new],
        "created=*..2026-01-03": [old],
    }
    assert _runs(client) == [new, old]
    forge.realm.clock = lambda: datetime(2026, 2, 1, tzinfo=UTC)
    found = {query: _runs(client, f"/actions/workflows/ci.yml/runs?{query}") for query in expected}
    assert found == expected


@pytest.mark.parametrize(("take", "seen"), [(2, ["queued", "in_progress"]), (1, ["queued"]), (0, [])])
def test_a_started_run_is_seen_unfinished_as_often_as_was_said(
    forge: Forge, client: Client, take: int, seen: list[str]
) -> None:
    forge.runs_take, forge.runs_end = take, "failure"
    assert (forge.runs_take, forge.runs_end) == (take, "failure")
    number = _start(client)
    shown = [_object(client.get(f"/actions/runs/{number}")) for _ in range(4)]
    ended = [("completed", "failure")] * (4 - len(seen))
    assert [(row["status"], row["conclusion"]) for row in shown] == [(status, None) for status in seen] + ended


def test_a_run_goes_on_when_it_is_listed(forge: Forge, client: Client) -> None:
    number = forge.add_run("ci.yml", "main", status="queued", conclusion="failure")
    states = [_rows(client.get("/actions/workflows/ci.yml/runs"), "workflow_runs")[0]["status"] for _ in range(3)]
    assert (states, forge.run(number).conclusion) == (["queued", "in_progress", "completed"], "success")


def test_a_run_that_takes_for_ever_ends_when_somebody_ends_it(forge: Forge, client: Client) -> None:
    forge.runs_take = None
    number = _start(client)
    shown = {_object(client.get(f"/actions/runs/{number}"))["conclusion"] for _ in range(9)}
    forge.finish_run(number, "cancelled")
    assert (shown, _object(client.get(f"/actions/runs/{number}"))["conclusion"]) == ({None}, "cancelled")


def test_a_run_needs_a_commit_and_a_number_of_its_own(forge: Forge, client: Client) -> None:
    with pytest.raises(Refusal, match="No commit found"):
        forge.add_run("ci.yml", "nothing")
    with pytest.raises(Refusal, match="Not Found"):
        forge.finish_run(7)
    assert client.refusal("GET", "/actions/runs/7") == (404, "Not Found")


@pytest.mark.parametrize("ref", ["topic", "refs/heads/topic", "v1", "refs/tags/v1"])
def test_a_workflow_is_started_on_a_branch_or_tag(forge: Forge, client: Client, ref: str) -> None:
    sha = forge.push("topic", {"a": "1"}, "feat: a")
    forge.create_tag("v1", sha, message="notes")
    number = _start(client, ref)
    run = _object(client.get(f"/actions/runs/{number}"))
    name = ref.rpartition("/")[2]
    assert (run["event"], run["head_branch"], run["head_sha"]) == ("workflow_dispatch", name, sha)
    assert _runs(client, f"/actions/workflows/docs.yaml/runs?event=workflow_dispatch&branch={name}") == [number]
    assert [(d.kind, d.name, d.ref) for d in forge.realm.state.dispatches] == [("workflow_dispatch", "docs.yaml", ref)]


def test_a_dispatch_that_asks_for_no_details_is_answered_without_any(forge: Forge, client: Client) -> None:
    body = {"ref": "main", "inputs": {"version": "1"}}
    answer = client.send("POST", "/actions/workflows/docs.yaml/dispatches", body)
    assert (answer.status_code, answer.content, len(forge.realm.state.runs)) == (204, b"", 1)


def test_a_dispatch_is_refused_in_githubs_words(forge: Forge, client: Client) -> None:
    forge.push("bare", {DOCS: None}, "ci: no docs")
    forge.push("broken", {DOCS: "on: [workflow_dispatch"}, "ci: broken", base="main")
    forge.push("listed", {DOCS: "on: [push, workflow_dispatch]\n"}, "ci: listed", base="main")
    without = (422, "Workflow does not have 'workflow_dispatch' trigger")
    assert _dispatch(client, "no.yml") == (404, "Not Found")
    assert _dispatch(client, "ci.yml") == without
    assert _dispatch(client, ref="bare") == without
    assert _dispatch(client, ref="broken") == without
    assert _dispatch(client, ref="nowhere") == (422, "No ref found for: nowhere")
    assert _dispatch(client, ref=forge.realm.git.branch("main"))[1].startswith("No ref found")
    assert _dispatch(client, inputs={"version": "1", "x": "y"}) == (422, 'Unexpected inputs provided: ["x"]')
    assert _dispatch(client, inputs={"note": "hi"}) == (422, "Required input 'version' not provided")
    assert _dispatch(client, ref="listed") == (422, 'Unexpected inputs provided: ["version"]')
    assert (
        client.send("POST", "/actions/workflows/docs.yaml/dispatches", {"ref": "listed", "inputs": {}}).status_code
        == 204
    )
    assert len(forge.realm.state.runs) == 1


def test_no_more_than_25_inputs_are_taken(tmp_path: Path) -> None:
    forge = new_forge(tmp_path / "wide")
    names = [f"i{n}" for n in range(26)]
    forge.push(
        "main",
        {CI: f"on: {{workflow_dispatch: {{inputs: {{{', '.join(f'{n}: ' + '{}' for n in names)}}}}}}}\n"},
        "ci: x",
    )
    with forge.serve() as endpoint:
        refused = _dispatch(Client(endpoint), "ci.yml", inputs=dict.fromkeys(names, "x"))
    assert refused[0] == 422


@pytest.mark.parametrize(("limit", "reads", "starts"), [("none", 403, 403), ("read", 200, 403), ("write", 200, 204)])
def test_a_token_may_lack_the_right_to_actions_alone(
    forge: Forge, client: Client, limit: str, reads: int, starts: int
) -> None:
    forge.limits["writer"] = {"actions": limit}  # type: ignore[dict-item]  # parametrised
    path = "/actions/workflows/docs.yaml"
    answers = [
        client.send("GET", f"{path}/runs"),
        client.send("POST", f"{path}/dispatches", {"ref": "main", "inputs": {"version": "1"}}),
        client.send("POST", "/releases", {"tag_name": "v1", "draft": True}),
    ]
    assert [answer.status_code for answer in answers] == [reads, starts, 201]
    named = [answer.headers["x-accepted-github-permissions"] for answer in answers]
    assert named == ["actions=read", "actions=write", "contents=write"]


def test_a_token_may_lack_the_right_to_contents_or_to_pull_requests_alone(forge: Forge, client: Client) -> None:
    number = forge.open_pull_request("topic", "feat: a", files={"a": "1"})
    pull = f"PR_{forge.pull_request(number).id}"
    requests = (("POST", "/releases", {"tag_name": "v1", "draft": True}), ("PATCH", "/pulls/1", {"title": "feat: b"}))
    found = {}
    for name in ("contents", "pull_requests"):
        forge.limits["writer"] = {name: "read"}
        found[name] = [client.send(*request).status_code for request in requests]
    assert found == {"contents": [403, 200], "pull_requests": [201, 403]}
    mutation = 'mutation($p: ID!) { updatePullRequest(input: {pullRequestId: $p, title: "x"}) { pullRequest { id } } }'
    assert "errors" in client.query(mutation, p=pull)
    forge.limits.clear()
    assert "errors" not in client.query(mutation, p=pull)


def test_a_reader_sees_runs_and_starts_none(forge: Forge, client: Client) -> None:
    forge.add_run("ci.yml", "main")
    client.token = READER
    assert len(_runs(client)) == 1
    assert _dispatch(client) == (403, "Resource not accessible by integration")


def test_runs_and_limits_are_saved_with_the_world(forge: Forge, client: Client, tmp_path: Path) -> None:
    number = _start(client)
    forge.limits["writer"] = {"actions": "read"}
    forge.runs_take, forge.immutable_releases = None, True
    forge.save(tmp_path / "saved")
    restored = Forge.load(tmp_path / "saved")
    assert restored.realm.state == forge.realm.state
    assert (restored.limits, restored.run(number).status, restored.runs_take) == (forge.limits, "queued", None)
    assert restored.immutable_releases
    assert restored.world() == forge.world()


def test_a_run_more_or_less_is_another_world(forge: Forge) -> None:
    before = forge.world()
    forge.add_run("ci.yml", "main")
    assert forge.world() != before


def test_a_stale_listing_shows_runs_as_they_were(forge: Forge, client: Client) -> None:
    forge.stale_listings = True
    assert _runs(client) == []
    number = forge.add_run("ci.yml", "main", status="queued")
    assert (_runs(client), _runs(client)) == ([], [number])
