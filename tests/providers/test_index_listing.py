"""All pages of a project, the credentials that reading carries, and what an index's own serial is worth."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from requests.adapters import BaseAdapter

from pilotage.errors import RemoteError
from pilotage.model.dist import Dist, IndexFile, IndexProject
from pilotage.model.indexaddress import PYPI, IndexAddress
from pilotage.model.patience import Patience
from pilotage.model.secret import Credentials, Secret
from pilotage.providers.http import open_session
from pilotage.providers.httpmessage import GarbledError, read_next_link
from pilotage.providers.index import Index
from pilotage.providers.listing import MAX_PAGES
from providers.indexclients import BUSY, CREDENTIALS, JSON_TYPE, SHA, html, observe, open_index, page, refusal
from providers.scriptedserver import Reply, serve_script

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE = Patience(attempts=2, first_wait=0.0, longest_wait=8.0)
DIST = Dist("my_pkg-1.0.tar.gz", SHA, 1)


def row(name: str) -> dict[str, object]:
    return {"filename": name, "url": name, "hashes": {"sha256": SHA}}


def linked(reply: Reply, link: str) -> Reply:
    return Reply(reply.status, reply.body, {**reply.headers, "Link": link})


FIRST = page(row("my_pkg-0.9.tar.gz"), versions=["0.9", "1.0"])
SECOND = page(row("my_pkg-1.0.tar.gz"), versions=["1.0", "1.1"])


@pytest.mark.parametrize(
    "link",
    [
        '</simple/my-pkg/?page=2>; rel="next"',
        "<?page=2>;rel=next",
        '</>; rel="first", <?page=2#x>; x=y; REL="last next"',
    ],
)
def test_a_project_on_several_pages_is_read_to_its_last(link: str) -> None:
    with serve_script(linked(FIRST, link), BUSY, SECOND) as script:
        project = open_index(script, []).observe_project("my-pkg")
    assert [file.name for file in project.files] == ["my_pkg-0.9.tar.gz", "my_pkg-1.0.tar.gz"]
    assert project.versions == ("0.9", "1.0", "1.1")
    assert [asked.path for asked in script.asked] == ["/simple/my-pkg/", *["/simple/my-pkg/?page=2"] * 2]


@pytest.mark.parametrize(
    "where",
    [
        '<link rel="next" href="?page=2">',
        '<a rel="NEXT nofollow" href="/simple/my-pkg/?page=2">older</a>',
        '<base href="/simple/my-pkg/x/"><link href="../?page=2" rel="next"><a rel="next" href="../?page=2">older</a>',
    ],
)
def test_a_project_on_several_html_pages_is_read_to_its_last(where: str) -> None:
    first = html(f'<html><h1>Links for my-pkg</h1>{where}<a href="my_pkg-0.9.tar.gz">x</a></html>')
    second = html('<html><a href="my_pkg-1.0.tar.gz">x</a></html>')
    with serve_script(first, second) as script:
        project = open_index(script, []).observe_project("my-pkg")
    assert [file.name for file in project.files] == ["my_pkg-0.9.tar.gz", "my_pkg-1.0.tar.gz"]
    assert script.asked[1].path == "/simple/my-pkg/?page=2"


@pytest.mark.parametrize(
    "second", [Reply(404, b"gone"), Reply(401), BUSY, html("<p>Log in</p>"), page(name="other"), Reply(200, b"{")]
)
def test_a_next_page_that_cannot_be_had_makes_the_whole_unknown(second: Reply) -> None:
    assert "my-pkg" in refusal(linked(FIRST, '<?page=2>; rel="next"'), second).message


@pytest.mark.parametrize("link", ["<>; rel=next", "<./>; rel=next", "<#more>; rel=next", "</simple/my-pkg/>; rel=next"])
def test_a_page_that_names_itself_as_the_next_one_is_unknown(link: str) -> None:
    with serve_script(linked(FIRST, link)) as script, pytest.raises(RemoteError, match="cannot be followed"):
        open_index(script, []).observe_project("my-pkg")
    assert len(script.asked) == 1


def test_an_html_page_that_names_itself_as_the_next_one_is_unknown() -> None:
    assert "cannot be followed" in refusal(html('<h1>Links for my-pkg</h1><link rel="next" href="">')).message


def test_pages_that_go_round_in_a_circle_are_left() -> None:
    there, back = linked(FIRST, "<?page=2>; rel=next"), linked(FIRST, "<?page=3>; rel=next")
    with serve_script(there, back, there) as script, pytest.raises(RemoteError, match="the one after 3 cannot"):
        open_index(script, []).observe_project("my-pkg")
    assert len(script.asked) == 3


def test_pages_without_an_end_are_left() -> None:
    endless = [linked(page(), f"<?page={number}>; rel=next") for number in range(MAX_PAGES + 1)]
    with serve_script(*endless) as script, pytest.raises(RemoteError, match=f"after {MAX_PAGES} cannot be followed"):
        open_index(script, []).observe_project("my-pkg")
    assert len(script.asked) == MAX_PAGES


def test_a_next_page_elsewhere_is_not_asked() -> None:
    with serve_script(SECOND) as elsewhere:
        error = refusal(linked(FIRST, f"<{elsewhere.url}/simple/my-pkg/?page=2>; rel=next"))
    assert ("cannot be followed" in error.message, elsewhere.asked) == (True, [])


def test_a_next_page_that_is_redirected_elsewhere_is_not_believed() -> None:
    with serve_script(SECOND) as elsewhere:
        away = Reply(302, headers={"Location": f"{elsewhere.url}/simple/my-pkg/"})
        assert "does not say" in refusal(linked(FIRST, "<?page=2>; rel=next"), away).message


@pytest.mark.parametrize(
    "first",
    [
        linked(page(), "<https://[bad/>; rel=next"),
        linked(page(), "<?page=2>; rel=next, <?page=3>; rel=next"),
        html('<h1>Links for my-pkg</h1><link rel="next" href="https://[bad/">'),
        html('<h1>Links for my-pkg</h1><link rel="next" href="?2"><link rel="next" href="?3">'),
    ],
)
def test_a_page_that_goes_on_nobody_knows_where_is_unknown(first: Reply) -> None:
    assert "goes on at" in refusal(first).message


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("", None),
        ("<a>; rel=prev", None),
        ("<a>", None),
        ("a; rel=next", None),
        ("<>; rel=next", ""),
        ('<a>; title="x; rel=next', "a"),
        ('<a>; rel="nexts", <b>; rel="prev next"', "b"),
        ("<a>; rel=next, <a>; rel=next", "a"),
        ("<" * 100_000, None),
        ("<a>;" * 50_000, None),
    ],
)
def test_the_next_link_of_a_header_is_read(link: str, expected: str | None) -> None:
    assert read_next_link({"link": link}) == expected


def test_two_next_links_are_none() -> None:
    with pytest.raises(GarbledError):
        read_next_link({"link": "<a>; rel=next, <b>; rel=next"})


class TestCredentials:
    """To both origins of the index, and nowhere else."""

    def test_they_go_to_the_origin_of_reading_and_to_that_of_writing(self) -> None:
        file = {"filename": DIST.name, "hashes": {}}
        with serve_script(Reply(200, b"x")) as write, serve_script(page(file | {"url": f"{write.url}/f"})) as read:
            address = IndexAddress("mine", f"{read.url}/simple/", f"{write.url}/upload")
            index = Index(address, credentials=CREDENTIALS, session=open_session(), patience=PATIENCE)
            index.observe_files("my-pkg", [DIST])
        assert [asked.headers.get("authorization", "")[:6] for asked in (*read.asked, *write.asked)] == ["Basic "] * 2

    def test_they_do_not_go_to_files_elsewhere(self) -> None:
        with serve_script(Reply(200, b"x")) as files:
            listing = page({"filename": DIST.name, "url": f"{files.url}/f", "hashes": {}})
            with serve_script(listing) as script:
                open_index(script, [], credentials=CREDENTIALS).observe_files("my-pkg", [DIST])
        assert ["authorization" in asked.headers for asked in (*script.asked, *files.asked)] == [True, False]

    def test_they_do_not_go_to_pypi_for_reading(self) -> None:
        session = open_session()
        canned = Canned({"https://pypi.org/simple/my-pkg/": (200, page().body)})
        session.mount("https://", canned)
        Index(PYPI, credentials=CREDENTIALS, session=session, patience=PATIENCE).observe_project("my-pkg")
        assert [(request.url, "Authorization" in request.headers) for request in canned.asked] == [
            ("https://pypi.org/simple/my-pkg/", False)
        ]


class Canned(BaseAdapter):
    """Answers for hosts that no test may ask."""

    def __init__(self, answers: Mapping[str, tuple[int, bytes]], kinds: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.answers = answers
        self.kinds = kinds or {}
        self.asked: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_args: object, **_options: object) -> requests.Response:
        self.asked.append(request)
        response = requests.Response()
        response.request, response.url = request, request.url or ""
        response.status_code, body = self.answers[response.url]
        response.headers["Content-Type"] = self.kinds.get(response.url, JSON_TYPE)
        response.raw = io.BytesIO(body)
        return response

    def close(self) -> None:
        """Hold nothing."""


def test_an_index_that_sends_readers_on_to_pypi_has_no_such_project() -> None:
    session = open_session()
    canned = Canned({"https://pypi.org/simple/my-pkg/": (200, page(row("my_pkg-1.0.tar.gz")).body)})
    session.mount("https://", canned)
    with serve_script(Reply(303, headers={"Location": "https://pypi.org/simple/my-pkg/"})) as script:
        address = IndexAddress.parse(script.url)
        index = Index(address, credentials=CREDENTIALS, session=session, patience=PATIENCE)
        assert index.observe_project("my-pkg") == IndexProject("my-pkg", exists=False)
    assert ["Authorization" in request.headers for request in canned.asked] == [False]


@given(st.lists(st.lists(st.integers(0, 9), max_size=3), min_size=1, max_size=6))
def test_a_listing_that_is_cut_into_pages_anywhere_is_read_as_the_whole(cuts: list[list[int]]) -> None:
    address = IndexAddress.parse("https://i.example/simple/")
    urls = [f"{address.simple_url}my-pkg/", *(f"{address.simple_url}my-pkg/?page={n}" for n in range(1, len(cuts)))]
    answers: dict[str, tuple[int, bytes]] = {}
    for url, following, minors in zip(urls, [*urls[1:], ""], cuts, strict=True):
        rows = "".join(f'<a href="/f/my_pkg-1.{minor}.tar.gz">x</a>' for minor in minors)
        link = f'<link rel="next" href="{following}">' if following else ""
        answers[url] = (200, f"<html><h1>Links for my-pkg</h1>{link}{rows}</html>".encode())
    session = open_session()
    session.mount("https://", Canned(answers, dict.fromkeys(urls, "text/html")))
    project = Index(address, credentials=None, session=session, patience=PATIENCE).observe_project("my-pkg")
    assert [file.name for file in project.files] == [f"my_pkg-1.{minor}.tar.gz" for cut in cuts for minor in cut]


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    ("credentials", "hint"),
    [
        (None, "It shows its files only to those it knows: set PILOTAGE_INDEX_TOKEN (of several indexes: "),
        (Credentials("ann", Secret("hunter2")), "Check the user, and that the token is for this index"),
    ],
)
def test_an_index_that_wants_other_credentials_for_reading_says_so(
    status: int, credentials: Credentials | None, hint: str
) -> None:
    with serve_script(Reply(status, b"hunter2 is wrong")) as script, pytest.raises(RemoteError) as caught:
        open_index(script, [], credentials=credentials).observe_project("my-pkg")
    assert caught.value.hint.startswith(hint)
    assert str(status) in caught.value.message
    assert ("hunter2" in caught.value.message) is (credentials is None)


def test_a_refusal_where_a_redirect_led_says_that_no_credentials_went_there() -> None:
    with serve_script(Reply(401)) as elsewhere:
        away = Reply(302, headers={"Location": f"{elsewhere.url}/simple/my-pkg/"})
        with serve_script(away) as script, pytest.raises(RemoteError) as caught:
            open_index(script, [], credentials=CREDENTIALS).observe_project("my-pkg")
    assert caught.value.hint.startswith(f"{elsewhere.url.removeprefix('http://')} answers for it and gets no")


def test_a_refusal_by_pypi_is_not_about_a_token() -> None:
    session = open_session()
    session.mount("https://", Canned({"https://pypi.org/simple/my-pkg/": (403, b"blocked")}))
    with pytest.raises(RemoteError) as caught:
        Index(PYPI, credentials=None, session=session, patience=PATIENCE).observe_project("my-pkg")
    assert caught.value.hint == "Check the index's address."


SHOWN = page(row(DIST.name))


@pytest.mark.parametrize(
    ("reply", "serial"),
    [
        (SHOWN, None),
        (page(meta={"api-version": "1.1", "_last-serial": 7}), 7),
        (page(meta={"api-version": "1.1", "_last-serial": None}), None),
        (Reply(200, SHOWN.body, {**SHOWN.headers, "X-PyPI-Last-Serial": "8"}), 8),
        (Reply(200, SHOWN.body, {**SHOWN.headers, "X-PyPI-Last-Serial": "soon"}), None),
        (Reply(200, SHOWN.body, {**SHOWN.headers, "X-PyPI-Last-Serial": "9" * 99}), None),
        (html("<h1>Links for my-pkg</h1><!--SERIAL 9-->"), 9),
        (html("<h1>Links for my-pkg</h1><!-- SERIAL x --><!-- a comment -->"), None),
    ],
)
def test_the_serial_of_a_page_is_read(reply: Reply, serial: int | None) -> None:
    assert observe(reply).serial == serial


def at(serial: int) -> Reply:
    return page(row(DIST.name), meta={"api-version": "1.4", "_last-serial": serial})


@pytest.mark.parametrize(
    ("serials", "expected"),
    [
        ([5, 5], True),
        ([5, 6], True),
        ([5, 4, 5, 4], False),
        ([4, 5, 4, 6, 6], True),
        ([4, 4], False),
    ],
)
def test_an_older_page_never_counts_as_an_agreeing_answer(serials: list[int], expected: bool) -> None:
    patience = Patience(attempts=len(serials), first_wait=0.0)
    with serve_script(at(5), *map(at, serials)) as script:
        index = open_index(script, [])
        index.observe_project("my-pkg")
        assert index.verify("my-pkg", [DIST], patience=patience) is expected


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"hashes": None},
        {"yanked": None, "size": None, "upload-time": None},
        {"core-metadata": False, "data-dist-info-metadata": {"sha256": "x"}, "provenance": None, "new": [1]},
    ],
)
def test_what_an_index_leaves_out_or_adds_is_no_fault(more: dict[str, object]) -> None:
    content = {
        "meta": {"api-version": "1.99", "tracks": ["https://x.example/"], "new": 1},
        "name": "My.Pkg",
        "files": [{"filename": DIST.name, "url": "f", **more}],
        "versions": None,
        "project-status": None,
        "alternate-locations": ["https://x.example/"],
    }
    with serve_script(Reply(200, json.dumps(content).encode(), {"Content-Type": JSON_TYPE})) as script:
        project = open_index(script, []).observe_project("my-pkg")
    assert project == IndexProject("my-pkg", files=(IndexFile(DIST.name, url=f"{script.url}/simple/my-pkg/f"),))


@pytest.mark.parametrize(
    ("project_status", "expected"),
    [({}, "active"), ({"status": "archived", "reason": "done"}, "archived"), ({"status": "new"}, "new")],
)
def test_the_status_of_a_project_is_read_as_far_as_it_goes(project_status: object, expected: str) -> None:
    assert observe(page(**{"project-status": project_status})).status == expected


def test_a_file_whose_url_is_none_stays_a_file() -> None:
    in_json = observe(page({"filename": DIST.name, "url": "https://[bad/", "hashes": {}}))
    in_html = observe(html(f'<a href="https://[bad/f/my_pkg-1.0.tar.gz?x#egg=y&sha256={SHA}">x</a>'))
    assert in_json.files == (IndexFile(DIST.name),)
    assert in_html.files == (IndexFile(DIST.name, SHA),)


def test_a_file_whose_url_is_none_cannot_be_hashed() -> None:
    with serve_script(page()) as script, pytest.raises(RemoteError, match="has no TLS"):
        open_index(script, []).hash_remote(IndexFile(DIST.name), 10)
