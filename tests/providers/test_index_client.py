"""What an index's pages say, and what is no page of an index."""

from __future__ import annotations

import contextlib
import hashlib

import pytest

from pilotage.errors import ConflictError, RemoteError
from pilotage.model.dist import Dist, IndexFile, IndexProject
from pilotage.model.patience import Patience
from pilotage.providers.httpmessage import Answer, GarbledError
from pilotage.providers.simpleapi import read_page
from providers.indexclients import BUSY, JSON_TYPE, SHA, html, observe, open_index, page
from providers.scriptedserver import Reply, serve_script


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


def test_a_base_that_is_no_url_does_not_count() -> None:
    with serve_script(html('<base href="https://[bad/"><a href="my_pkg-1.0.tar.gz">x</a>')) as script:
        project = open_index(script, []).observe_project("my-pkg")
    assert project.files[0].url == f"{script.url}/simple/my-pkg/my_pkg-1.0.tar.gz"


@pytest.mark.parametrize("unit", ["<a ", "<a x='", "<!--", "<!", "</", "<?", "&#", "<script>", "<title>", "<h1>a", "<"])
def test_a_long_page_of_broken_html_is_read_at_once(unit: str) -> None:
    body = f"<h1>Links for my-pkg</h1>{unit * (100_000 // len(unit))}".encode()
    answer = Answer("https://i.example/", 200, "OK", {"content-type": "text/html"}, body)
    with contextlib.suppress(GarbledError):
        assert read_page(answer, "my-pkg").project == IndexProject("my-pkg")


def test_an_empty_html_page_of_an_index_is_a_project_without_files() -> None:
    assert observe(html("<html><body><h1>Links for my-pkg</h1></body></html>")) == IndexProject("my-pkg")


def test_a_project_that_the_index_does_not_know_is_absent() -> None:
    assert observe(Reply(404, b"no")) == IndexProject("my-pkg", exists=False)


def test_a_redirect_to_the_normalised_name_is_followed() -> None:
    assert observe(Reply(301, headers={"Location": "/simple/my-pkg/"}), page()) == IndexProject("my-pkg")


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


def test_a_page_is_read_only_from_an_answer_that_says_what_it_is() -> None:
    with pytest.raises(GarbledError):
        read_page(Answer("https://i.example/", 200, "OK", {}), "my-pkg")


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


def test_a_release_is_verified_on_an_index_that_names_no_digests() -> None:
    dist = Dist("my_pkg-1.0.tar.gz", hashlib.sha256(b"content").hexdigest(), 7)
    nameless = page({"filename": dist.name, "url": "f", "hashes": {}})
    content = Reply(200, b"content")
    with serve_script(nameless, content, nameless, content) as script:
        assert open_index(script, []).verify("my-pkg", [dist], patience=PATIENCE)


def test_a_release_that_shows_other_bytes_is_a_conflict() -> None:
    with serve_script(shown(DIST, "b" * 64)) as script, pytest.raises(ConflictError, match="other bytes"):
        open_index(script, []).verify("my-pkg", [DIST], patience=PATIENCE)
