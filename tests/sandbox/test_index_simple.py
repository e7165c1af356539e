"""What the embedded index shows: PEP 691 JSON, PEP 503 HTML, the legacy JSON and the files."""

from __future__ import annotations

import hashlib
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
import requests

from pilotage.sandbox.index import Index
from sandbox.index_client import JSON, SDIST, WHEEL, Client, make_wheel, open_index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HTML = "application/vnd.pypi.simple.v1+html"
PIP_ACCEPT = f"{JSON}, {HTML}; q=0.1, text/html; q=0.01"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with open_index(Index(tmp_path)) as client:
        client.index.clock = lambda: 1_700_000_000.25
        yield client


class Links(HTMLParser):
    """Collect the attributes of the links and the metas of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[dict[str, str | None]] = []
        self.metas: dict[str | None, str | None] = {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(dict(attrs))
        if tag == "meta":
            self.metas[dict(attrs)["name"]] = dict(attrs)["content"]


def test_the_json_listing_has_every_key_of_version_1_4(client: Client) -> None:
    content = make_wheel()
    client.upload(WHEEL, content, requires_python=">=3.11")
    metadata = {"sha256": hashlib.sha256(b"Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.0\n").hexdigest()}
    blake2 = hashlib.blake2b(content, digest_size=32).hexdigest()
    assert client.get("simple/demo-pkg/", accept=JSON).json() == {
        "meta": {"api-version": "1.4", "_last-serial": 1},
        "name": "demo-pkg",
        "project-status": {"status": "active"},
        "versions": ["1.0"],
        "files": [
            {
                "filename": WHEEL,
                "url": f"{client.endpoint.root_url}files/{blake2[:2]}/{blake2[2:4]}/{blake2[4:]}/{WHEEL}",
                "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
                "size": len(content),
                "upload-time": "2023-11-14T22:13:20.250000Z",
                "requires-python": ">=3.11",
                "yanked": False,
                "core-metadata": metadata,
                "data-dist-info-metadata": metadata,
                "provenance": None,
            }
        ],
        "alternate-locations": [],
    }


def test_the_html_listing_tells_the_same(client: Client) -> None:
    content = make_wheel()
    client.upload(WHEEL, content, requires_python=">=3.11")
    client.index.yank("demo-pkg", "1.0", 'a "bad" <one>')
    file = client.get("simple/demo-pkg/", accept=JSON).json()["files"][0]
    response = client.get("simple/demo-pkg/", accept="text/html")
    page = Links(response.text)
    metadata = f"sha256={file['core-metadata']['sha256']}"
    assert page.metas == {"pypi:repository-version": "1.4", "pypi:project-status": "active"}
    assert page.links == [
        {
            "href": f"{file['url']}#sha256={file['hashes']['sha256']}",
            "data-requires-python": ">=3.11",
            "data-yanked": 'a "bad" <one>',
            "data-core-metadata": metadata,
            "data-dist-info-metadata": metadata,
        }
    ]
    assert response.text.endswith("<!--SERIAL 2-->\n")


def test_a_plain_file_has_plain_attributes(client: Client) -> None:
    client.upload(SDIST, b"one")
    (link,) = Links(client.get("simple/demo-pkg/").text).links
    assert list(link) == ["href"]
    file = client.get("simple/demo-pkg/", accept=JSON).json()["files"][0]
    assert (file["requires-python"], file["core-metadata"], file["yanked"]) == (None, False, False)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (JSON, JSON),
        (HTML, HTML),
        ("text/html", "text/html"),
        (PIP_ACCEPT, JSON),
        (f"{JSON};q=0.2, {HTML};q=0.9", HTML),
        (f"{JSON};q=0.2, text/html;q=0.1", JSON),
        ("*/*", "text/html"),
        (f"*/*;q=0.1, {JSON}", JSON),
        ("application/json", "text/html"),
        ("image/png", "text/html"),
        ("nonsense", "text/html"),
        ("", "text/html"),
    ],
)
@pytest.mark.parametrize("path", ["simple/", "simple/demo-pkg/"])
def test_the_accept_header_chooses_the_form(client: Client, path: str, accept: str, kind: str) -> None:
    client.upload()
    response = client.get(path, accept=accept)
    assert (response.status_code, response.headers["Content-Type"].partition(";")[0]) == (200, kind)
    assert response.headers["Vary"] == "Accept"


def test_the_list_of_projects_names_each(client: Client) -> None:
    client.upload()
    client.index.add_project("Another.One")
    assert client.get("simple/", accept=JSON).json() == {
        "meta": {"api-version": "1.4", "_last-serial": 2},
        "projects": [{"name": "another-one", "_last-serial": 2}, {"name": "demo-pkg", "_last-serial": 1}],
    }
    links = Links(client.get("simple/").text).links
    assert [link["href"] for link in links] == ["/simple/another-one/", "/simple/demo-pkg/"]


@pytest.mark.parametrize("path", ["Demo.Pkg/", "demo_pkg/", "DEMO-PKG", "demo--pkg/", "demo-pkg"])
def test_any_other_spelling_moves_to_the_normal_one(client: Client, path: str) -> None:
    response = client.get(f"simple/{path}")
    assert (response.status_code, response.headers["Location"]) == (301, "/simple/demo-pkg/")


@pytest.mark.parametrize(
    "path",
    [
        "simple/unknown/",
        "pypi/unknown/json",
        "pypi/demo-pkg/9.9/json",
        "files/no/such/file.whl",
        "integrity/demo-pkg/1.0/unknown.whl/provenance",
        "elsewhere",
    ],
)
def test_what_is_unknown_is_404(client: Client, path: str) -> None:
    client.upload()
    assert client.get(path, accept=JSON).status_code == 404


@pytest.mark.parametrize(("method", "path"), [("DELETE", "simple/"), ("PUT", "simple/demo-pkg/"), ("GET", "legacy/")])
def test_a_wrong_method_is_405(client: Client, method: str, path: str) -> None:
    assert requests.request(method, client.endpoint.root_url + path, timeout=10).status_code == 405


def test_the_serial_grows_with_each_change(client: Client) -> None:
    client.upload(SDIST, b"one")
    first = client.get("simple/demo-pkg/")
    client.upload(WHEEL, b"two")
    second = client.get("simple/demo-pkg/", accept=JSON)
    assert [first.headers["X-PyPI-Last-Serial"], second.headers["X-PyPI-Last-Serial"]] == ["1", "2"]
    assert second.json()["meta"]["_last-serial"] == 2


def test_an_unchanged_listing_answers_304(client: Client) -> None:
    client.upload(SDIST, b"one")
    first = client.get("simple/demo-pkg/", accept=JSON)
    again = client.get("simple/demo-pkg/", accept=JSON, if_none_match=first.headers["ETag"])
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    client.upload(WHEEL, b"two")
    changed = client.get("simple/demo-pkg/", accept=JSON, if_none_match=first.headers["ETag"])
    assert changed.status_code == 200


def test_each_form_has_its_own_etag(client: Client) -> None:
    client.upload()
    tags = {client.get("simple/demo-pkg/", accept=accept).headers["ETag"] for accept in (JSON, HTML, "text/html")}
    assert len(tags) == 3


def test_head_answers_without_a_body(client: Client) -> None:
    client.upload()
    response = client.session.head(client.endpoint.simple_url, timeout=10)
    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["Content-Length"]) > 100


def test_a_file_and_its_metadata_are_served_as_listed(client: Client) -> None:
    content = make_wheel()
    client.upload(WHEEL, content)
    file = client.get("simple/demo-pkg/", accept=JSON).json()["files"][0]
    assert requests.get(file["url"], timeout=10).content == content
    metadata = requests.get(f"{file['url']}.metadata", timeout=10).content
    assert hashlib.sha256(metadata).hexdigest() == file["core-metadata"]["sha256"]


@pytest.mark.parametrize("content", [b"no zip", b"PK\x05\x06" + bytes(18)])
def test_a_wheel_without_metadata_has_none_to_serve(client: Client, content: bytes) -> None:
    client.upload(WHEEL, content)
    file = client.get("simple/demo-pkg/", accept=JSON).json()["files"][0]
    assert file["core-metadata"] is False
    assert requests.get(f"{file['url']}.metadata", timeout=10).status_code == 404


@pytest.mark.parametrize(("reason", "shown"), [("broken", "broken"), ("", True), (None, False)])
def test_a_yanked_file_says_why(client: Client, reason: str | None, shown: str | bool) -> None:
    client.upload()
    client.index.yank("demo-pkg", "1.0.0", reason)
    assert client.get("simple/demo-pkg/", accept=JSON).json()["files"][0]["yanked"] == shown


@pytest.mark.parametrize("status", ["active", "archived", "quarantined", "deprecated"])
def test_the_status_is_shown_in_both_forms(client: Client, status: str) -> None:
    client.upload()
    client.index.set_status("demo-pkg", status)
    assert client.get("simple/demo-pkg/", accept=JSON).json()["project-status"] == {"status": status}
    assert Links(client.get("simple/demo-pkg/").text).metas["pypi:project-status"] == status


def test_the_legacy_json_lists_releases_and_their_files(client: Client) -> None:
    client.upload(SDIST, b"one")
    client.upload("demo_pkg-1.1.tar.gz", b"two")
    client.index.delete_file(SDIST)
    client.index.yank("demo-pkg", "1.1", "broken")
    value = client.get("pypi/Demo.Pkg/json").json()
    assert value["info"] == {"name": "demo-pkg", "version": "1.1", "yanked": True}
    assert {version: [url["filename"] for url in urls] for version, urls in value["releases"].items()} == {
        "1.0": [],
        "1.1": ["demo_pkg-1.1.tar.gz"],
    }
    (url,) = value["urls"]
    assert (url["digests"]["sha256"], url["yanked_reason"]) == (hashlib.sha256(b"two").hexdigest(), "broken")


def test_the_legacy_json_of_one_version_has_only_its_urls(client: Client) -> None:
    client.upload(SDIST, b"one")
    value = client.get("pypi/demo-pkg/1.0.0/json").json()
    assert sorted(value) == ["info", "last_serial", "urls"]
    assert (value["info"]["version"], value["urls"][0]["filename"]) == ("1.0", SDIST)


def test_the_legacy_json_of_a_project_without_releases_is_empty(client: Client) -> None:
    client.index.add_project("demo-pkg")
    value = client.get("pypi/demo-pkg/json").json()
    assert (value["info"]["version"], value["urls"], value["releases"]) == ("", [], {})
