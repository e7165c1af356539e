"""Faults strike exactly the request they were planned for."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
import requests

from pilotage.sandbox.forge import Fault, FaultKind, Request
from sandbox.forgeclient import Client, new_forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge import Forge

LOST = requests.exceptions.ConnectionError


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return new_forge(tmp_path / "forge")


@pytest.fixture
def client(forge: Forge) -> Iterator[Client]:
    with forge.serve() as endpoint:
        yield Client(endpoint)


def _dispatch(client: Client, name: str = "x") -> requests.Response:
    return client.send("POST", "/dispatches", {"event_type": name})


def _names(forge: Forge) -> list[str]:
    return [dispatch.name for dispatch in forge.realm.state.dispatches]


@pytest.mark.parametrize(
    ("kind", "effect"),
    [
        (FaultKind.LOST_BEFORE, []),
        (FaultKind.LOST_AFTER, ["x"]),
        (FaultKind.DEAD_BEFORE, []),
        (FaultKind.DEAD_AFTER, ["x"]),
    ],
)
def test_a_cut_comes_before_or_after_the_effect(
    forge: Forge, client: Client, kind: FaultKind, effect: list[str]
) -> None:
    forge.faults.append(Fault(kind, at=1))
    with pytest.raises(LOST):
        _dispatch(client)
    assert _names(forge) == effect
    assert [(request.status, request.fault) for request in forge.log] == [(0, kind.value)]
    assert forge.faults == []


@pytest.mark.parametrize(
    ("kind", "status", "effect"),
    [
        (FaultKind.SERVER_ERROR, 502, []),
        (FaultKind.SERVER_ERROR_AFTER, 502, ["x"]),
        (FaultKind.SECONDARY_LIMIT, 403, []),
        (FaultKind.RATE_LIMIT, 403, []),
        (FaultKind.SLOW, 204, ["x"]),
    ],
)
def test_an_error_answers_with_or_without_the_effect(
    forge: Forge, client: Client, kind: FaultKind, status: int, effect: list[str]
) -> None:
    forge.faults.append(Fault(kind, at=1, seconds=0.01))
    assert (_dispatch(client).status_code, _names(forge)) == (status, effect)
    assert _dispatch(client, "y").status_code == 204


def test_limits_are_told_as_github_tells_them(forge: Forge, client: Client) -> None:
    forge.faults += [Fault(FaultKind.SECONDARY_LIMIT, at=1, seconds=3), Fault(FaultKind.RATE_LIMIT, at=2)]
    first, second = _dispatch(client), _dispatch(client)
    assert (first.headers["Retry-After"], "secondary rate limit" in first.json()["message"]) == ("3", True)
    assert second.headers["x-ratelimit-remaining"] == "0"
    assert 0 <= int(second.headers["x-ratelimit-reset"]) - time.time() + 1 <= 2
    third = _dispatch(client)
    assert (third.headers["x-ratelimit-limit"], third.headers["x-ratelimit-remaining"]) == ("5000", "4997")


def test_an_html_page_comes_with_a_502(forge: Forge, client: Client) -> None:
    forge.faults.append(Fault(FaultKind.SERVER_ERROR))
    answer = _dispatch(client)
    assert (answer.headers["Content-Type"], answer.text[:6]) == ("text/html", "<html>")


def test_a_slow_answer_waits(forge: Forge, client: Client) -> None:
    forge.faults.append(Fault(FaultKind.SLOW, seconds=0.2))
    started = time.monotonic()
    assert _dispatch(client).status_code == 204
    assert time.monotonic() - started >= 0.2


def test_a_cut_body_breaks_off_in_the_middle(forge: Forge, client: Client) -> None:
    forge.faults.append(Fault(FaultKind.CUT_BODY))
    with pytest.raises((LOST, requests.exceptions.ChunkedEncodingError)):
        client.get("")
    assert forge.log[0].answer is not None


def test_the_count_is_shared_by_rest_and_graphql_and_starts_at_the_mark(forge: Forge, client: Client) -> None:
    client.get("")
    forge.mark()
    forge.faults.append(Fault(FaultKind.SERVER_ERROR, at=3))
    statuses = [client.send("GET", "").status_code]
    client.query("{ viewer { login } }")
    statuses += [client.send("GET", "").status_code for _ in range(2)]
    assert statuses == [200, 502, 200]
    assert forge.api_calls() == 4


def test_a_fault_strikes_what_matches_as_often_as_told(forge: Forge, client: Client) -> None:
    def is_dispatch(request: Request) -> bool:
        return request.operation == "/repos/{owner}/{repo}/dispatches" and request.body == {"event_type": "x"}

    forge.faults.append(Fault(FaultKind.SERVER_ERROR, match=is_dispatch, times=2))
    assert [client.send("GET", "").status_code, _dispatch(client, "y").status_code] == [200, 204]
    assert [_dispatch(client).status_code for _ in range(3)] == [502, 502, 204]


def _ls_remote(client: Client) -> int:
    url = client.endpoint.clone_url.replace("http://", "http://x-access-token:writer@")
    environment = os.environ | {"GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run(["git", "ls-remote", url], env=environment, capture_output=True, check=False).returncode


def test_after_death_nothing_gets_through_until_the_revival(forge: Forge, client: Client) -> None:
    assert _ls_remote(client) == 0
    forge.mark()
    forge.faults.append(Fault(FaultKind.DEAD_AFTER, at=2))
    assert _dispatch(client, "a").status_code == 204
    for _ in range(2):
        with pytest.raises(LOST):
            _dispatch(client, "b")
    with pytest.raises(LOST):
        client.query("{ viewer { login } }")
    assert _ls_remote(client) != 0
    forge.revive()
    assert (_dispatch(client, "c").status_code, _ls_remote(client)) == (204, 0)
    assert _names(forge) == ["a", "b", "c"]


def test_a_hook_lets_a_second_client_in_between(forge: Forge, client: Client) -> None:
    seen = []

    def hook(request: Request) -> None:
        seen.append(request.operation)
        _dispatch(client, f"before {request.number}")

    forge.before_request = hook
    _dispatch(client, "mine")
    forge.before_request = None
    assert seen == ["/repos/{owner}/{repo}/dispatches"]
    assert _names(forge) == ["before 1", "mine"]


def test_the_log_tells_each_request(forge: Forge, client: Client) -> None:
    client.get("/pulls?state=all")
    client.query("query Who { viewer { login } }")
    client.query("{ viewer { login } }")
    client.send("GET", "/nothing")
    _ls_remote(client)
    rows = [(r.number, r.kind, r.method, r.path, r.operation, r.status) for r in forge.log[:4]]
    assert rows == [
        (1, "rest", "GET", "/repos/acme/demo/pulls", "/repos/{owner}/{repo}/pulls", 200),
        (2, "graphql", "POST", "/api/graphql", "Who", 200),
        (3, "graphql", "POST", "/api/graphql", "query", 200),
        (4, "rest", "GET", "/repos/acme/demo/nothing", "", 404),
    ]
    assert (forge.log[0].query, forge.log[0].answer, forge.log[0].login) == (
        {"state": "all"},
        [],
        "github-actions[bot]",
    )
    git = [(r.kind, r.operation, r.status) for r in forge.log[4:]]
    assert set(git) == {("git", "git-upload-pack", 401), ("git", "git-upload-pack", 200)}


def test_a_bug_of_the_forge_reaches_its_test(forge: Forge, client: Client) -> None:
    forge.realm.state.settings = None  # type: ignore[assignment]  # the bug
    answer = client.send("GET", "")
    assert (answer.status_code, "AttributeError" in answer.json()["message"]) == (500, True)


def test_a_served_forge_ends_with_a_client_that_says_nothing(forge: Forge) -> None:
    import socket  # noqa: PLC0415 - only this test opens a bare socket

    with forge.serve() as endpoint:
        host, port = endpoint.server_url.removeprefix("http://").split(":")
        silent = socket.create_connection((host, int(port)))
        assert Client(endpoint).send("GET", "").status_code == 200
    silent.close()
    with pytest.raises(LOST):
        Client(endpoint).send("GET", "")
