"""The upload's form, and what the answers of all kinds of indexes mean."""

from __future__ import annotations

import hashlib
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConflictError
from pilotage.providers.distfile import read_metadata
from pilotage.providers.multipart import MultipartForm
from pilotage.providers.upload import Verdict
from providers.distfiles import make_sdist, make_wheel
from providers.indexclients import CREDENTIALS, open_index
from providers.scriptedserver import Reply, serve_script

if TYPE_CHECKING:
    from pathlib import Path


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


def test_an_upload_carries_its_attestations(tmp_path: Path) -> None:
    path, dist = make_wheel(tmp_path)
    with serve_script(Reply(200)) as script:
        open_index(script, []).upload(path, dist, read_metadata(path), attestations='[{"version": 1}]')
        open_index(script, []).upload(path, dist, read_metadata(path))
    found = [
        [value for name, _, value in read_form(asked.headers["content-type"], asked.body) if name == "attestations"]
        for asked in script.asked
    ]
    assert found == [[b'[{"version": 1}]'], []]


def test_an_upload_tells_how_far_it_is_and_begins_again_with_each_try(tmp_path: Path) -> None:
    path, dist = make_wheel(tmp_path, filler=b"x" * 600_000)
    told: list[int] = []
    with serve_script(Reply(200)) as script:
        index = open_index(script, [])
        for _ in range(2):
            index.upload(path, dist, read_metadata(path), progress=told.append)
    once = [0, 262_144, 524_288, dist.size]
    assert told == [*once, *once]


def test_a_large_file_is_sent_in_small_pieces_of_the_announced_length(tmp_path: Path) -> None:
    path = tmp_path / "my_pkg-1.0.tar.gz"
    path.write_bytes(b"x" * 2_000_000)
    form = MultipartForm([("name", "my-pkg")], name="content", path=path, size=2_000_000)
    pieces = [len(piece) for piece in form]
    assert (sum(pieces), max(pieces)) == (len(form), 256 * 1024)


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
        (Reply(400, b"Validation failed: File name has already been taken"), Verdict.CONFLICT),
        (Reply(422, b"This package already exists"), Verdict.CONFLICT),
        (Reply(403, b"Not enough permissions to overwrite"), Verdict.CONFLICT),
        (Reply(403, b"Read-only mode: Uploads are temporarily disabled."), Verdict.LATER),
        (Reply(429), Verdict.LATER),
        (Reply(502), Verdict.LATER),
        (Reply(0), Verdict.LATER),
        (Reply(401), Verdict.REFUSED),
        (Reply(405), Verdict.REFUSED),
        (Reply(400, b"The use of local versions is not allowed."), Verdict.REFUSED),
        (Reply(403, b"Invalid or non-existent authentication information."), Verdict.REFUSED),
        (Reply(400, b"Invalid value for classifiers."), Verdict.REFUSED),
        (Reply(301, headers={"Location": "/elsewhere/"}), Verdict.REFUSED),
        (Reply(308, headers={"Location": "/legacy/"}), Verdict.REFUSED),
        (Reply(404, b"already exists"), Verdict.REFUSED),
        (Reply(413), Verdict.REFUSED),
    ],
)
def test_an_upload_is_sent_once_and_its_answer_classed(tmp_path: Path, reply: Reply, verdict: Verdict) -> None:
    path, dist = make_sdist(tmp_path)
    waits: list[float] = []
    with serve_script(reply) as script:
        answer = open_index(script, waits).upload(path, dist, read_metadata(path))
    assert (answer.verdict, len(script.asked), waits) == (verdict, 1, [])
    assert bool(answer.hint) is (verdict is Verdict.REFUSED)


@pytest.mark.parametrize(
    ("reply", "hint"),
    [
        (Reply(403, b"Invalid API Token: token is expired"), "Run again: files that are there stay"),
        (Reply(403, b"Username/Password authentication is no longer supported."), "Use a token of the project"),
        (Reply(403, b"Invalid or non-existent authentication information."), "PyPI and TestPyPI have tokens of their"),
        (Reply(403, b"Invalid API Token: project-scoped token is not valid for project: 'x'"), "is for this project"),
        (Reply(403, b"The user 'a' isn't allowed to upload to project 'x'."), "Check that the token or the trusted"),
        (Reply(401), "Check that the token or the trusted publisher is for this project"),
        (Reply(400, b"Non-user identities cannot create new projects."), "The pending publisher is for a project of"),
        (Reply(403, b"User 'a' does not have a verified primary email address."), "Verify the e-mail address"),
        (Reply(403, b"User 'a' does not have two-factor authentication enabled."), "Switch two-factor"),
        (Reply(400, b"Project 'x' is archived"), "Unarchive the project"),
        (Reply(400, b"Uploading new files to releases older than 14 days is not allowed."), "The index closes a rel"),
        (Reply(400, reason="The use of local versions in <Version('1.0+x')> is not allowed."), "Release a version wi"),
        (Reply(400, b"File too large. Limit for project 'x' is 100 MB."), "Make the file smaller"),
        (Reply(413, b"<html>Request Entity Too Large</html>"), "Make the file smaller"),
        (Reply(400, b"The digest supplied does not match a digest calculated"), "The file changed on its way."),
        (Reply(400, b"Invalid attestations supplied during upload: x"), "Run again: files that are there stay, and "),
        (Reply(400, b"'9.9' is not a valid metadata version"), "The index does not know this version of the metadata"),
        (Reply(400, b"The name 'x' is too similar to an existing project."), "Choose another name"),
        (Reply(400, b"Start filename for 'my-pkg' with 'my_pkg'."), "Build with a newer release of the build backend"),
        (Reply(400, b"'Foo :: Bar' is not a valid classifier."), "Correct the classifiers"),
        (Reply(400, b"Who knows?"), "Read the index's own words"),
        (Reply(405, b"is archived"), "Check the upload address"),
        (Reply(308, headers={"Location": "/legacy/"}), "Give the upload address that the redirect names"),
    ],
)
def test_a_refusal_comes_with_the_next_action(tmp_path: Path, reply: Reply, hint: str) -> None:
    path, dist = make_sdist(tmp_path)
    with serve_script(reply) as script:
        answer = open_index(script, []).upload(path, dist, read_metadata(path))
    assert answer.verdict is Verdict.REFUSED
    assert hint in answer.hint


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
