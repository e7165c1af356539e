"""What the client of an index does with a failing or foreign remote."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
import requests

from pilotage.errors import RemoteError
from pilotage.model.dist import IndexProject
from pilotage.model.patience import Patience
from pilotage.providers.http import Wire, open_session
from pilotage.providers.httpmessage import LostError, Request, read_retry_after
from providers.indexclients import BUSY, CREDENTIALS, JSON_TYPE, html, observe, open_index, page, refusal
from providers.scriptedserver import Reply, serve_script

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("bad", [BUSY, Reply(429), Reply(0), Reply(200, b"x" * 99, cut=50), html("<p>Log in</p>")])
def test_a_passing_failure_is_asked_again_after_a_wait(bad: Reply) -> None:
    waits: list[float] = []
    assert observe(bad, bad, page(), waits=waits) == IndexProject("my-pkg")
    assert waits == [1.0, 2.0]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (BUSY, "503 Service Unavailable: busy"),
        (Reply(0), "got no whole answer"),
        (Reply(200, b'{"meta"', {"Content-Type": JSON_TYPE}), "no page of the Simple interface"),
        (Reply(200, b"\xff", {"Content-Type": JSON_TYPE}), "no page of the Simple interface"),
        (Reply(200, b"{}", {"Content-Type": "application/json"}), "missing required field"),
        (Reply(200, b"hello", {"Content-Type": "text/plain"}), "'text/plain', neither JSON nor HTML"),
        (page(name="other"), "the page of 'other' instead of 'my-pkg'"),
        (page(meta={"api-version": "2.0"}), "version '2.0'"),
        (html("<html><body><a href='my_pkg-1.0.tar.gz'>"), "breaks off before its end"),
        (html("<html><h1>Links for my-pkg</h1></html><a href='my_pkg-1.0.tar.gz'"), "breaks off before its end"),
        (html("<h1>Links for my-pkg</h1><!-- "), "breaks off before its end"),
        (html("<html><title>Sign in</title><a href='/login'>x</a></html>"), "no page of the Simple interface"),
        (html("<meta name='pypi:repository-version' content='2.0'>"), "version '2.0'"),
        (Reply(301, headers={"Location": "/simple/again/"}), "Exceeded 5 redirects"),
        (Reply(301, headers={"Location": "https://[bad/"}), "got no whole answer: ValueError: Invalid IPv6 URL"),
        (Reply(301, headers={"Location": "http://127.0.0.1:99999/"}), "got no whole answer"),
    ],
)
def test_a_lasting_failure_is_unknown_and_never_absent(bad: Reply, said: str) -> None:
    waits: list[float] = []
    error = refusal(bad, waits=waits)
    assert said in error.message
    assert error.message.startswith("127.0.0.1:")
    assert "was asked 3 times for the files of my-pkg" in error.message
    assert waits == [1.0, 2.0]


@pytest.mark.parametrize(("status", "hint"), [(401, "TOKEN"), (403, "TOKEN"), (400, "address"), (410, "address")])
def test_a_clear_refusal_is_not_asked_again(status: int, hint: str) -> None:
    waits: list[float] = []
    error = refusal(Reply(status, b"never"), waits=waits)
    assert (f"{status}" in error.message, hint in error.hint, waits) == (True, True, [])


def test_a_quoted_answer_is_one_short_line() -> None:
    message = refusal(Reply(400, b"a\n::error::b\x1b[31m" + b"c" * 1000)).message
    assert ("a ::error::b?[31mccc" in message, "\n" in message, len(message) < 400) == (True, False, True)


def test_the_wait_that_the_remote_asks_for_is_kept() -> None:
    waits: list[float] = []
    observe(Reply(429, headers={"Retry-After": "5"}), page(), waits=waits)
    assert waits == [5.0]


def test_a_wait_beyond_the_patience_ends_it_at_once() -> None:
    waits: list[float] = []
    error = refusal(Reply(503, headers={"Retry-After": "3600"}), waits=waits)
    assert ("asked once" in error.message, "asks to wait 3600 s" in error.message, waits) == (True, True, [])


def test_the_patience_is_bounded_in_time() -> None:
    clock = iter([0.0, 0.0, 0.0, 100.0])
    wire = Wire(open_session(), Patience(attempts=9, longest_wait=8.0), now=lambda: next(clock, 100.0))
    with serve_script(BUSY) as script, pytest.raises(RemoteError, match="asked once"):
        wire.read(Request(url=script.url), lambda answer: answer, what="a thing")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "soon"}, 0.0),
        ({"retry-after": "-1"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:10 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 10.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT", "date": "Wed, 21 Oct 2026 07:28:10 GMT"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT", "date": "Wed, 21 Oct 2026 07:28:00"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, 0.0),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(headers: dict[str, str], seconds: float) -> None:
    assert read_retry_after(headers) == seconds


def test_credentials_go_to_the_index_and_not_where_it_redirects() -> None:
    with serve_script(page()) as elsewhere:
        away = Reply(302, headers={"Location": f"{elsewhere.url}/simple/my-pkg/"})
        with serve_script(away) as script:
            open_index(script, [], credentials=CREDENTIALS).observe_project("my-pkg")
    assert script.asked[0].headers["authorization"] == "Basic X190b2tlbl9fOmjDvG50ZXIy"
    assert "authorization" not in elsewhere.asked[0].headers


def test_credentials_stay_across_a_redirect_on_the_same_index() -> None:
    with serve_script(Reply(301, headers={"Location": "/simple/my-pkg"}), page()) as script:
        open_index(script, [], credentials=CREDENTIALS).observe_project("my-pkg")
    assert "authorization" in script.asked[1].headers


def test_credentials_of_a_netrc_file_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with serve_script(Reply(301, headers={"Location": "/simple/my-pkg"}), page()) as script:
        open_index(script, []).observe_project("my-pkg")
    assert [("authorization" in asked.headers) for asked in script.asked] == [False, False]


def test_a_redirect_out_of_tls_is_not_believed() -> None:
    response = requests.Response()
    response.raw = io.BytesIO()
    response.url = "http://index.example/simple/my-pkg/"
    hop = requests.Response()
    hop.url = "https://index.example/simple/my-pkg/"
    response.history = [hop]

    class Downgraded(requests.Session):
        def request(self, *_args: object, **_options: object) -> requests.Response:
            return response

    wire = Wire(Downgraded(), Patience())
    with pytest.raises(RemoteError, match=r"redirects to http://index\.example, which has no TLS"):
        wire.read(Request(url=hop.url), lambda answer: answer, what="a thing")


def test_an_answer_without_an_end_is_left() -> None:
    with serve_script(Reply(200, b"x" * 5000)) as script, pytest.raises(LostError, match="no end in sight"):
        Wire(open_session(), Patience()).send(Request(url=script.url, limit=4000))
