"""Files travel in pieces, and the token goes nowhere else."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import tracemalloc
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import RemoteError
from pilotage.model.secret import Secret
from pilotage.providers.githubcall import GitHubRefusalError, UnclearAnswerError
from pilotage.providers.githubtransfer import GitHubTransfer
from providers.githubscript import HTML, TOKEN, Answer, serve_answers
from providers.scriptedserver import Reply, serve_script

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGE = 90 * 1024 * 1024
GITHUB, ENTERPRISE = "https://api.github.com", "https://github.example/api/v3"


@pytest.mark.parametrize(
    ("api", "url", "is_trusted"),
    [
        (GITHUB, "https://uploads.github.com/repos/a/b/releases/1/assets", True),
        (GITHUB, "https://api.github.com/x", True),
        (GITHUB, "http://uploads.github.com/x", False),
        (GITHUB, "https://uploads.github.com:8443/x", False),
        (GITHUB, "https://uploads.github.com.evil.example/x", False),
        (GITHUB, "https://evil.example/uploads.github.com", False),
        (GITHUB, "https://uploads.github.com@evil.example/x", False),
        (GITHUB, "https://github.com/x", False),
        (GITHUB, "http://127.0.0.1:80/x", False),
        (GITHUB, "", False),
        (ENTERPRISE, "https://github.example/api/uploads/repos/a/b", True),
        (ENTERPRISE, "https://uploads.github.example/repos/a/b", True),
        (ENTERPRISE, "https://uploads.github.com/repos/a/b", False),
        ("https://api.octo.ghe.com", "https://uploads.octo.ghe.com/repos/a/b", True),
        ("http://127.0.0.1:4000/api/v3", "http://127.0.0.1:4000/api/uploads/x", True),
        ("http://127.0.0.1:4000/api/v3", "http://localhost:5000/uploads/x", True),
        ("http://127.0.0.1:4000/api/v3", "https://uploads.github.com/x", False),
    ],
)
def test_the_token_goes_to_the_api_and_its_upload_host_only(api: str, url: str, is_trusted: bool) -> None:
    assert GitHubTransfer(api, token=Secret("t")).is_trusted(url) is is_trusted


def test_a_file_for_a_stranger_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    with serve_answers() as script:
        for url in ("https://evil.example/up?name=a", "nonsense"):
            with pytest.raises(RemoteError, match=r"is no place for the uploads of http://127\.0\.0\.1"):
                script.call().send_file(url, tmp_path / "a", content_type="text/plain")
        assert script.asked == []


def test_a_redirected_upload_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    with serve_answers(Answer(307, {}, {"Location": "https://evil.example/"})) as script:
        call = script.call()
        with pytest.raises(GitHubRefusalError, match="HTTP 307"):
            call.send_file(f"{script.url}/up", tmp_path / "a", content_type="text/plain")


@pytest.mark.parametrize("answer", [Answer(502, HTML), Answer(0), Answer(201, {"id": 1}, cut=3), Answer(201, HTML)])
def test_an_upload_is_sent_once_whatever_comes_back(tmp_path: Path, answer: Answer) -> None:
    (tmp_path / "a").write_text("a")
    with serve_answers(answer) as script:
        with pytest.raises(UnclearAnswerError):
            script.call().send_file(f"{script.url}/up", tmp_path / "a", content_type="text/plain")
        assert len(script.asked) == 1


def test_an_empty_file_is_sent_with_its_length(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with serve_answers(Answer(201, {"id": 1})) as script:
        assert script.call().send_file(f"{script.url}/up", tmp_path / "a", content_type="text/plain") == {"id": 1}
        assert script.questions[0].headers["content-length"] == "0"


def test_no_token_sends_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    with serve_answers(Answer(201, {"id": 1})) as script:
        script.call(token="").send_file(f"{script.url}/up", tmp_path / "a", content_type="text/plain")
        assert "authorization" not in script.questions[0].headers


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_token_does_not_follow_a_download_to_another_host_or_port(tmp_path: Path, host: str) -> None:
    with serve_script(Reply(200, b"wheel")) as storage, serve_answers(Answer(302)) as script:
        place = f"{storage.url.replace('127.0.0.1', host)}/bucket/a?X-Amz-Signature=geheim"
        script.answers[0].headers["Location"] = place
        got = script.call().fetch_file("/repos/a/b/releases/assets/1", tmp_path / "a", limit=5)
        assert (got.size, got.sha256) == (5, hashlib.sha256(b"wheel").hexdigest())
        assert script.questions[0].headers["authorization"] == f"token {TOKEN}"
        assert script.questions[0].headers["accept"] == "application/octet-stream"
        assert [(asked.path, asked.headers.get("authorization")) for asked in storage.asked] == [
            ("/bucket/a?X-Amz-Signature=geheim", None)
        ]
        assert storage.asked[0].headers["accept-encoding"] == "identity"


def test_a_download_of_a_renamed_repository_keeps_its_token(tmp_path: Path) -> None:
    with serve_answers(Answer(301, {}, {"Location": "/repositories/1/releases/assets/1"}), Answer(200, b"x")) as script:
        script.call().fetch_file("/repos/a/old/releases/assets/1", tmp_path / "a", limit=5)
        assert [question.headers.get("authorization") for question in script.questions] == [f"token {TOKEN}"] * 2


@pytest.mark.parametrize("place", ["http://storage.example/a", "ftp://storage.example/a", ""])
def test_a_download_is_not_led_astray(tmp_path: Path, place: str) -> None:
    with serve_answers(Answer(302, {}, {"Location": place} if place else {})) as script:
        with pytest.raises(RemoteError, match="which has no TLS"):
            script.call().fetch_file("/a", tmp_path / "a", limit=5)
        assert len(script.asked) == 1


def test_github_itself_leads_nobody_to_this_machine() -> None:
    transfer = GitHubTransfer(GITHUB, token=Secret("t"))
    with pytest.raises(RemoteError, match="which has no TLS"):
        transfer._follow(f"{GITHUB}/a", "http://127.0.0.1:80/secrets")
    assert transfer._follow(f"{GITHUB}/a", "https://storage.example/a") == "https://storage.example/a"


def test_a_download_is_not_redirected_for_ever(tmp_path: Path) -> None:
    with serve_answers(*[Answer(302, {}, {"Location": "/again"})] * 9) as script:
        with pytest.raises(RemoteError, match="redirected 5 times"):
            script.call().fetch_file("/a", tmp_path / "a", limit=5)
        assert len(script.asked) == 5


def test_a_signed_address_is_not_told_when_the_storage_is_away(tmp_path: Path) -> None:
    with serve_script(Reply(0)) as storage:
        place = f"{storage.url}/b?X-Amz-Signature=geheim"
    # it is gone now
    with serve_answers(*[Answer(302, {}, {"Location": place, "Connection": "close"})] * 3) as script:
        call = script.call()
        with pytest.raises(UnclearAnswerError, match="out of reach") as caught:
            call.fetch_file("/a", tmp_path / "a", limit=5)
    assert "geheim" not in str(caught.value)


def test_more_than_was_announced_is_not_taken(tmp_path: Path) -> None:
    with serve_answers(Answer(200, b"x" * 6)) as script:
        call = script.call()
        with pytest.raises(RemoteError, match="no end in sight after 6 bytes, and 5 were expected"):
            call.fetch_file("/a", tmp_path / "a", limit=5)


@pytest.mark.parametrize(("content", "said"), [({"message": "Not Found"}, "Not Found"), (b"", "no reason given")])
def test_a_refused_download_says_what_github_said_and_writes_nothing(
    tmp_path: Path, content: object, said: str
) -> None:
    with serve_answers(Answer(404, content)) as script:
        call = script.call()
        with pytest.raises(GitHubRefusalError, match=f"404: {said}"):
            call.fetch_file("/a", tmp_path / "a", limit=5)
    assert not (tmp_path / "a").exists()


@contextlib.contextmanager
def _serve_large() -> Iterator[tuple[str, list[int]]]:
    """Take and give 90 MB in pieces; the sizes of what was taken are noted."""
    taken: list[int] = []
    piece = bytes(1024 * 1024)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            left = size = int(self.headers["Content-Length"])
            while left:
                left -= len(self.rfile.read(min(left, 65536)))
            taken.append(size)
            self._head(201, 2)
            self.wfile.write(b"{}")

        def do_GET(self) -> None:
            self._head(200, LARGE)
            for _ in range(LARGE // len(piece)):
                self.wfile.write(piece)

        def _head(self, status: int, size: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(size))
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", taken
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_ninety_megabytes_travel_both_ways_in_little_memory(tmp_path: Path) -> None:
    path, back = tmp_path / "large.whl", tmp_path / "back.whl"
    with path.open("wb") as file:
        file.truncate(LARGE)
    with _serve_large() as (url, taken):
        transfer = GitHubTransfer(url, token=Secret(TOKEN))
        transfer.send(f"{url}/warm", tmp_path / "large.whl", content_type="application/zip")
        tracemalloc.start()
        try:
            transfer.send(f"{url}/up", path, content_type="application/zip")
            reply = transfer.fetch(f"{url}/down", back, limit=LARGE)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            transfer.close()
    assert (taken, reply.size, back.stat().st_size) == ([LARGE, LARGE], LARGE, LARGE)
    assert peak < 8 * 1024 * 1024  # client and server together
