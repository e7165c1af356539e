"""The client of an index against a server that follows a script: what it asks, understands and refuses."""

from __future__ import annotations

import hashlib
import io
import json
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING

import pytest
import requests

from pilotage.errors import ConflictError, RemoteError
from pilotage.model.dist import Dist, IndexFile, IndexProject
from pilotage.model.indexaddress import IndexAddress
from pilotage.model.patience import Patience
from pilotage.model.secret import Credentials, Secret
from pilotage.providers.distfile import read_metadata
from pilotage.providers.http import Wire, open_session
from pilotage.providers.httpmessage import Answer, GarbledError, LostError, Request, read_retry_after
from pilotage.providers.index import Index
from pilotage.providers.simpleapi import read_project
from pilotage.providers.upload import Verdict
from providers.distfiles import make_sdist, make_wheel
from providers.scriptedserver import Reply, Script, serve_script

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
SHA = "a" * 64
BUSY = Reply(503, b"busy")
CREDENTIALS = Credentials("__token__", Secret("hünter2"))


def page(*files: Mapping[str, object], **more: object) -> Reply:
    content = {"meta": {"api-version": "1.4"}, "name": "my-pkg", "files": files, **more}
    return Reply(200, json.dumps(content).encode(), {"Content-Type": JSON_TYPE})


def html(text: str) -> Reply:
    return Reply(200, text.encode(), {"Content-Type": "text/html; charset=utf-8"})


def open_index(
    script: Script, waits: list[float], *, credentials: Credentials | None = None, attempts: int = 3
) -> Index:
    address = IndexAddress.parse(f"{script.url}/legacy/")
    patience = Patience(attempts=attempts, first_wait=1.0, longest_wait=8.0)
    return Index(address, credentials=credentials, session=open_session(), patience=patience, sleep=waits.append)


def observe(*replies: Reply, waits: list[float] | None = None) -> IndexProject:
    with serve_script(*replies) as script:
        return open_index(script, [] if waits is None else waits).observe_project("My.Pkg")


def refusal(*replies: Reply, waits: list[float] | None = None) -> RemoteError:
    with pytest.raises(RemoteError) as caught:
        observe(*replies, waits=waits)
    return caught.value


def test_a_page_in_json_is_read_whole() -> None:
    files: list[dict[str, object]] = [
        {
            "filename": "my_pkg-1.0.tar.gz",
            "url": "../../files/my_pkg-1.0.tar.gz",
            "hashes": {"sha256": SHA.upper()},
            "size": 7,
            "upload-time": "2026-01-02T03:04:05Z",
            "yanked": "bad",
            "core-metadata": {"sha256": SHA},
        },
        {"filename": "my_pkg-1.1.tar.gz", "url": "https://f.example/b", "hashes": {"md5": "x"}, "yanked": True},
        {"filename": "my_pkg-1.2.tar.gz", "url": "b", "hashes": {"sha256": "no"}, "yanked": False},
    ]
    with serve_script(page(*files, versions=["1.0", "0.9"], **{"project-status": {"status": "archived"}})) as script:
        project = open_index(script, []).observe_project("My.Pkg")
    assert project == IndexProject(
        "my-pkg",
        True,  # noqa: FBT003 - the record's second field
        (
            IndexFile(
                "my_pkg-1.0.tar.gz", SHA, 7, "bad", f"{script.url}/files/my_pkg-1.0.tar.gz", "2026-01-02T03:04:05Z"
            ),
            IndexFile("my_pkg-1.1.tar.gz", yanked="", url="https://f.example/b"),
            IndexFile("my_pkg-1.2.tar.gz", url=f"{script.url}/simple/my-pkg/b"),
        ),
        ("1.0", "0.9"),
        "archived",
    )
    assert (script.asked[0].path, script.asked[0].headers["accept"].split(",")[0]) == ("/simple/my-pkg/", JSON_TYPE)


def test_a_page_in_html_is_read_with_its_digests() -> None:
    text = f"""<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.4">
        <meta name="pypi:project-status" content="deprecated"><title>Links for my-pkg</title></head><body>
        <a href="../../f/my_pkg-1.0.tar.gz#sha256={SHA}" data-yanked="bad">my_pkg-1.0.tar.gz</a><br>
        <a href="/g/my_pkg-1.0%2Bx.tar.gz#md5=123" data-yanked>x</a> <a name="top">no link</a>
        <a href="https://example.org/">Homepage</a></body></html>"""
    with serve_script(html(text)) as script:
        project = open_index(script, []).observe_project("my-pkg")
    assert (project.status, project.files) == (
        "deprecated",
        (
            IndexFile("my_pkg-1.0.tar.gz", SHA, yanked="bad", url=f"{script.url}/f/my_pkg-1.0.tar.gz"),
            IndexFile("my_pkg-1.0+x.tar.gz", yanked="", url=f"{script.url}/g/my_pkg-1.0%2Bx.tar.gz"),
        ),
    )


def test_the_base_of_an_html_page_counts() -> None:
    project = observe(html('<base href="https://f.example/d/"><a href="my_pkg-1.0.tar.gz">x</a>'))
    assert project.files[0].url == "https://f.example/d/my_pkg-1.0.tar.gz"


def test_an_empty_html_page_of_an_index_is_a_project_without_files() -> None:
    assert observe(html("<html><body><h1>Links for my-pkg</h1></body></html>")) == IndexProject("my-pkg")


def test_a_project_that_the_index_does_not_know_is_absent() -> None:
    assert observe(Reply(404, b"no")) == IndexProject("my-pkg", exists=False)


def test_a_redirect_to_the_normalised_name_is_followed() -> None:
    assert observe(Reply(301, headers={"Location": "/simple/my-pkg/"}), page()) == IndexProject("my-pkg")


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
        (html("<html><body><a href='my_pkg-1.0.tar.gz'>"), "breaks off before </html>"),
        (html("<html><title>Sign in</title><a href='/login'>x</a></html>"), "no page of the Simple interface"),
        (html("<meta name='pypi:repository-version' content='2.0'>"), "version '2.0'"),
        (Reply(301, headers={"Location": "/simple/again/"}), "Exceeded 5 redirects"),
    ],
)
def test_a_lasting_failure_is_unknown_and_never_absent(bad: Reply, said: str) -> None:
    waits: list[float] = []
    error = refusal(bad, waits=waits)
    assert said in error.message
    assert error.message.startswith("127.0.0.1:")
    assert "was asked 3 times for the files of my-pkg" in error.message
    assert waits == [1.0, 2.0]


@pytest.mark.parametrize(("status", "hint"), [(401, "token"), (403, "token"), (400, "address"), (410, "address")])
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


def test_credentials_of_the_upload_are_not_sent_to_another_origin_for_reading() -> None:
    with serve_script(page()) as script:
        address = IndexAddress("x", f"{script.url}/simple/", "https://upload.example/legacy/")
        Index(address, credentials=CREDENTIALS, session=open_session(), patience=Patience()).observe_project("my-pkg")
    assert "authorization" not in script.asked[0].headers


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


def test_a_file_without_a_digest_is_fetched_and_hashed() -> None:
    link = {"filename": "my_pkg-1.0.tar.gz", "url": "/f/my_pkg-1.0.tar.gz", "hashes": {}}
    other = {"filename": "my_pkg-0.9.tar.gz", "url": "/f/my_pkg-0.9.tar.gz", "hashes": {}}
    with serve_script(page(link, other), BUSY, Reply(200, b"content")) as script:
        project = open_index(script, []).observe_files("my-pkg", [Dist("my_pkg-1.0.tar.gz", SHA, 1)])
    assert [(file.sha256, file.size) for file in project.files] == [
        (hashlib.sha256(b"content").hexdigest(), 7),
        ("", None),
    ]
    assert [asked.path for asked in script.asked] == ["/simple/my-pkg/", *["/f/my_pkg-1.0.tar.gz"] * 2]


@pytest.mark.parametrize("reply", [Reply(404, b"gone"), Reply(200, b"x" * 101)])
def test_a_file_that_cannot_be_hashed_is_unknown(reply: Reply) -> None:
    with serve_script(reply) as script, pytest.raises(RemoteError, match="the file my_pkg"):
        open_index(script, []).hash_remote(IndexFile("my_pkg-1.0.tar.gz", url=f"{script.url}/f"), 100)


def test_a_file_is_not_fetched_without_tls() -> None:
    with serve_script(page()) as script, pytest.raises(RemoteError, match="has no TLS"):
        open_index(script, []).hash_remote(IndexFile("my_pkg-1.0.tar.gz", url="http://f.example/f"), 100)


def read_form(content_type: str, body: bytes) -> list[tuple[str, str | None, bytes]]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    found = []
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        found.append((str(part.get_param("name", header="content-disposition")), part.get_filename(), content))
    return found


def test_an_upload_is_pypi_s_form_with_the_metadata_of_the_file(tmp_path: Path) -> None:
    path, dist = make_wheel(tmp_path, filler=b"\x00\r\n--" * 200_000)
    with serve_script(Reply(200)) as script:
        index = open_index(script, [], credentials=CREDENTIALS)
        answer = index.upload(path, dist, read_metadata(path))
    asked = script.asked[0]
    form = read_form(asked.headers["content-type"], asked.body)
    assert answer.verdict is Verdict.ACCEPTED
    assert (asked.method, asked.path, asked.headers["content-length"]) == ("POST", "/legacy/", str(len(asked.body)))
    assert "transfer-encoding" not in asked.headers
    assert form[-1] == ("content", dist.name, path.read_bytes())
    assert [(name, value.decode()) for name, _, value in form[:-1]] == [
        (":action", "file_upload"),
        ("protocol_version", "1"),
        ("filetype", "bdist_wheel"),
        ("pyversion", "py3"),
        ("sha256_digest", dist.sha256),
        ("blake2_256_digest", hashlib.blake2b(path.read_bytes(), digest_size=32).hexdigest()),
        ("author_email", "Ann Author <ann@example.org>"),
        ("classifiers", "Programming Language :: Python :: 3"),
        ("classifiers", "Typing :: Typed"),
        ("description", "# my_pkg — grüße\n"),
        ("description_content_type", "text/markdown"),
        ("keywords", "one,two"),
        ("license_expression", "MIT"),
        ("license_file", "LICENSE"),
        ("metadata_version", "2.4"),
        ("name", "my_pkg"),
        ("project_urls", "Home, https://example.org/home"),
        ("requires_dist", "packaging>=24"),
        ("requires_python", ">=3.11"),
        ("summary", "A package for tests"),
        ("version", "1.0"),
    ]


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (Reply(200), Verdict.ACCEPTED),
        (Reply(201), Verdict.ACCEPTED),
        (Reply(409, b"taken"), Verdict.CONFLICT),
        (Reply(400, b"no", reason="File already exists ('x', with blake2_256 hash 'y')."), Verdict.CONFLICT),
        (Reply(400, b"This filename was previously used by a file that has since been deleted."), Verdict.CONFLICT),
        (Reply(400, b"This filename has already been used, use a different version."), Verdict.CONFLICT),
        (Reply(400, b"Only one sdist may be uploaded per release."), Verdict.CONFLICT),
        (Reply(400, b"Repository does not allow updating assets"), Verdict.CONFLICT),
        (Reply(403, b"Not enough permissions to overwrite"), Verdict.CONFLICT),
        (Reply(403, b"Read-only mode: Uploads are temporarily disabled."), Verdict.LATER),
        (Reply(429), Verdict.LATER),
        (Reply(502), Verdict.LATER),
        (Reply(0), Verdict.LATER),
        (Reply(401), Verdict.REFUSED),
        (Reply(403, b"Invalid or non-existent authentication information."), Verdict.REFUSED),
        (Reply(400, b"Invalid value for classifiers."), Verdict.REFUSED),
        (Reply(301, headers={"Location": "/elsewhere/"}), Verdict.REFUSED),
    ],
)
def test_an_upload_is_sent_once_and_its_answer_classed(tmp_path: Path, reply: Reply, verdict: Verdict) -> None:
    path, dist = make_sdist(tmp_path)
    waits: list[float] = []
    with serve_script(reply) as script:
        answer = open_index(script, waits).upload(path, dist, read_metadata(path))
    assert (answer.verdict, len(script.asked), waits) == (verdict, 1, [])
    assert bool(answer.hint) is (verdict is Verdict.REFUSED)


def test_an_answer_that_repeats_the_token_is_shown_without_it(tmp_path: Path) -> None:
    path, dist = make_sdist(tmp_path)
    with serve_script(Reply(403, "token hünter2 is wrong".encode())) as script:
        answer = open_index(script, [], credentials=CREDENTIALS).upload(path, dist, read_metadata(path))
    assert answer.text == "403 Forbidden: token *** is wrong"


def test_a_file_that_changed_since_the_plan_is_not_sent(tmp_path: Path) -> None:
    path, dist = make_sdist(tmp_path)
    metadata = read_metadata(path)
    make_sdist(tmp_path, filler=b"changed")
    with serve_script(Reply(200)) as script, pytest.raises(ConflictError, match="changed since it was planned"):
        open_index(script, []).upload(path, dist, metadata)
    assert script.asked == []


def shown(dist: Dist, sha256: str = "") -> Reply:
    return page({"filename": dist.name, "url": "f", "hashes": {"sha256": sha256 or dist.sha256}})


DIST = Dist("my_pkg-1.0.tar.gz", SHA, 1)
PATIENCE = Patience(attempts=4, first_wait=1.0, longest_wait=2.0)


@pytest.mark.parametrize(
    ("replies", "expected", "expected_waits"),
    [
        ([shown(DIST)], True, [0.0, 1.0]),
        ([page(), shown(DIST), page(), shown(DIST)], False, [0.0, 1.0, 2.0, 2.0]),
        ([page(), BUSY, shown(DIST)], True, [0.0, 1.0, 2.0, 2.0]),
        ([page()], False, [0.0, 1.0, 2.0, 2.0]),
    ],
)
def test_a_release_is_verified_by_two_agreeing_answers(
    replies: list[Reply], expected: bool, expected_waits: list[float]
) -> None:
    waits: list[float] = []
    with serve_script(*replies) as script:
        verified = open_index(script, waits).verify("my-pkg", [DIST], patience=PATIENCE)
    assert (verified, waits) == (expected, expected_waits)


def test_a_release_that_shows_other_bytes_is_a_conflict() -> None:
    with serve_script(shown(DIST, "b" * 64)) as script, pytest.raises(ConflictError, match="other bytes"):
        open_index(script, []).verify("my-pkg", [DIST], patience=PATIENCE)


def test_a_page_is_read_only_from_an_answer_that_says_what_it_is() -> None:
    with pytest.raises(GarbledError):
        read_project(Answer("https://i.example/", 200, "OK", {}), "my-pkg")
