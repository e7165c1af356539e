"""What the embedded index does on demand: faults, staleness, the hook, the log, and leaving no trace."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
import requests

from pilotage.sandbox.index import Fault, FaultKind, Index, IndexRequest
from sandbox.index_client import JSON, SDIST, WHEEL, Client, open_index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LISTING = "simple/demo-pkg/"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with open_index(Index(tmp_path)) as client:
        yield client


def outcome(client: Client) -> tuple[int, bool]:
    """Upload once: the status (0 when the connection broke) and whether the file is there now."""
    try:
        status = client.upload().status_code
    except requests.ConnectionError:
        status = 0
    return status, bool(client.index.projects)


@pytest.mark.parametrize(
    ("kind", "status", "done"),
    [
        (FaultKind.LOST_BEFORE, 0, False),
        (FaultKind.LOST_AFTER, 0, True),
        (FaultKind.SERVER_ERROR, 503, False),
        (FaultKind.SERVER_ERROR_AFTER, 502, True),
        (FaultKind.RATE_LIMIT, 429, False),
        (FaultKind.NOT_JSON, 200, False),
        (FaultKind.DEAD_BEFORE, 0, False),
        (FaultKind.DEAD_AFTER, 0, True),
    ],
)
def test_a_fault_hits_before_or_after_the_effect(client: Client, kind: FaultKind, status: int, done: bool) -> None:
    client.index.faults.append(Fault(kind))
    assert outcome(client) == (status, done)
    assert client.index.faults == []


@pytest.mark.parametrize("kind", [FaultKind.DEAD_BEFORE, FaultKind.DEAD_AFTER])
def test_the_dead_answer_nothing_until_they_are_revived(client: Client, kind: FaultKind) -> None:
    client.index.faults += [Fault(kind), Fault(FaultKind.SERVER_ERROR)]
    for _ in range(3):
        with pytest.raises(requests.ConnectionError):
            client.get("simple/")
    client.index.revive()
    assert client.get("simple/").status_code == 503
    assert client.get("simple/").status_code == 200
    assert [request.status for request in client.index.log] == [0, 0, 0, 503, 200]


def test_a_slow_answer_is_whole(client: Client) -> None:
    client.index.faults.append(Fault(FaultKind.SLOW, seconds=0.2))
    begun = time.monotonic()
    assert client.get("simple/").status_code == 200
    assert time.monotonic() - begun >= 0.2


def test_a_slow_answer_holds_nobody_else_up(client: Client) -> None:
    client.index.faults.append(Fault(FaultKind.SLOW, match="/slow", seconds=30))
    with pytest.raises(requests.Timeout):
        requests.get(f"{client.endpoint.root_url}slow", timeout=0.05)
    assert client.get("simple/").status_code == 200


def test_a_cut_body_promises_more_than_it_holds(client: Client) -> None:
    client.upload()
    client.index.faults.append(Fault(FaultKind.CUT_BODY, match=LISTING))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.get(LISTING)
    assert client.get(LISTING).status_code == 200


def test_a_rate_limit_says_when_to_come_back(client: Client) -> None:
    client.index.faults.append(Fault(FaultKind.RATE_LIMIT, seconds=7))
    response = client.get("simple/")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")


def statuses(client: Client, count: int, path: str = "simple/") -> list[int]:
    return [client.get(path).status_code for _ in range(count)]


def test_a_fault_may_wait_for_its_request_and_last(client: Client) -> None:
    client.index.faults.append(Fault(FaultKind.SERVER_ERROR, at=2, times=2))
    assert statuses(client, 5) == [200, 503, 503, 200, 200]


def test_a_fault_counts_from_the_last_mark(client: Client) -> None:
    statuses(client, 2)
    client.index.mark()
    client.index.faults.append(Fault(FaultKind.SERVER_ERROR, at=2))
    assert statuses(client, 3) == [200, 503, 200]


def test_a_fault_may_choose_by_method_and_path(client: Client) -> None:
    client.index.faults.append(Fault(FaultKind.SERVER_ERROR, match=r"^POST /legacy/"))
    assert (statuses(client, 1), client.upload().status_code, client.upload().status_code) == ([200], 503, 200)


def test_a_stale_listing_is_the_one_before_the_last_upload(client: Client) -> None:
    client.index.stale = 2
    client.upload(SDIST, b"one")
    assert statuses(client, 3, LISTING) == [404, 404, 200]
    client.upload(WHEEL, b"two")
    assert [client.list_names() for _ in range(3)] == [[SDIST], [SDIST], [SDIST, WHEEL]]


def test_a_stale_listing_has_the_old_serial_and_the_upload_knows_the_truth(client: Client) -> None:
    client.upload(SDIST, b"one")
    client.index.stale = 1
    client.upload(WHEEL, b"two")
    serial = client.index.serial
    assert client.upload(WHEEL, b"other").status_code == 400
    assert client.get(LISTING, accept=JSON).headers["X-PyPI-Last-Serial"] == str(serial - 1)
    assert client.get(LISTING, accept=JSON).headers["X-PyPI-Last-Serial"] == str(serial)


def test_the_hook_acts_just_before_a_request(client: Client) -> None:
    def rival(request: IndexRequest) -> None:
        if request.method == "POST":
            client.index.before_request = None
            assert client.upload(SDIST, b"the rival's").status_code == 200

    client.index.before_request = rival
    assert client.upload(SDIST, b"ours").status_code == 400
    assert [entry.status for entry in client.index.log] == [400, 200]


def test_the_log_has_every_request_and_calls_those_since_the_mark(client: Client) -> None:
    client.get("simple/?a=b")
    client.index.mark()
    client.get("nowhere%20at%20all")
    assert client.index.log == [
        IndexRequest(1, "GET", "/simple/", 200),
        IndexRequest(2, "GET", "/nowhere at all", 404),
    ]
    assert client.index.calls() == client.index.log[1:]


def test_a_bug_of_the_index_fails_the_test(tmp_path: Path) -> None:
    def broken(_: IndexRequest) -> None:
        raise ZeroDivisionError

    index = Index(tmp_path)
    index.before_request = broken
    with pytest.raises(ZeroDivisionError), index.serve() as endpoint:
        assert requests.get(endpoint.simple_url, timeout=10).status_code == 500


def test_serving_ends_without_a_trace_even_with_open_connections(tmp_path: Path) -> None:
    before = threading.active_count()
    with open_index(Index(tmp_path)) as client, socket.socket() as idle:
        port = int(client.endpoint.root_url.rstrip("/").rpartition(":")[2])
        idle.connect(("127.0.0.1", port))
        client.get("simple/")
        assert threading.active_count() > before
    assert threading.active_count() == before
    with pytest.raises(requests.ConnectionError):
        requests.get(client.endpoint.simple_url, timeout=1)


def test_an_index_may_be_served_again(tmp_path: Path) -> None:
    index = Index(tmp_path)
    with open_index(index) as client:
        client.upload()
    with open_index(index) as client:
        assert client.list_names() == [SDIST]
