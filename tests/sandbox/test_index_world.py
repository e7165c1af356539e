"""People's acts on the embedded index, and its world saved and loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from pilotage.sandbox.index import Index, Publisher, TokenScope
from sandbox.index_client import JSON, SDIST, WHEEL, Client, open_index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with open_index(Index(tmp_path / "index")) as client:
        client.upload(WHEEL, b"wheel")
        client.upload(SDIST, b"sdist")
        yield client


def test_the_world_sorts_projects_and_files(client: Client) -> None:
    client.index.add_project("a-project")
    world = client.index.world()
    assert list(world) == ["a-project", "demo-pkg"]
    assert [file["name"] for file in world["demo-pkg"]] == [WHEEL, SDIST]


def test_a_deleted_file_leaves_its_version_listed(client: Client) -> None:
    for name in (WHEEL, SDIST):
        client.index.delete_file(name)
    listing = client.get("simple/demo-pkg/", accept=JSON).json()
    assert (listing["versions"], listing["files"]) == (["1.0"], [])


def test_a_deleted_file_cannot_be_fetched(client: Client) -> None:
    url = client.get("simple/demo-pkg/", accept=JSON).json()["files"][0]["url"]
    client.index.delete_file(WHEEL)
    assert requests.get(url, timeout=10).status_code == 404


def test_a_file_that_is_not_there_cannot_be_deleted(client: Client) -> None:
    with pytest.raises(KeyError, match=r"unknown\.whl"):
        client.index.delete_file("unknown.whl")


def test_a_yank_takes_the_whole_release_and_later_files_of_it(client: Client) -> None:
    client.upload("demo_pkg-1.1.tar.gz", b"next")
    client.index.yank("Demo.Pkg", "1.0.0", "broken")
    client.upload("demo_pkg-1.0-py2-none-any.whl", b"late")
    assert {file["name"]: file["yanked"] for file in client.index.world()["demo-pkg"]} == {
        WHEEL: "broken",
        SDIST: "broken",
        "demo_pkg-1.0-py2-none-any.whl": "broken",
        "demo_pkg-1.1.tar.gz": None,
    }
    client.index.yank("demo-pkg", "1.0", None)
    assert {file["yanked"] for file in client.index.world()["demo-pkg"]} == {None}


def test_a_project_that_is_there_keeps_its_files(client: Client) -> None:
    before = client.index.world()
    client.index.add_project("Demo.Pkg")
    assert client.index.world() == before


def fill(index: Index) -> None:
    index.tokens["scoped"] = TokenScope(frozenset({"demo-pkg"}), expires=1.5)
    index.add_publisher("demo-pkg", "octo/demo", workflow="release.yml", environment="pypi")
    index.add_pending_publisher("new", "octo/new", workflow="release.yml")
    index.claims["ref"] = "refs/tags/v1.0"
    index.yank("demo-pkg", "1.0", "broken")
    index.spent.add("used")


def test_a_saved_world_comes_back_whole(client: Client, tmp_path: Path) -> None:
    client.index.delete_file(SDIST)
    fill(client.index)
    client.index.save(tmp_path / "saved")
    loaded = Index.load(tmp_path / "saved")
    assert loaded.world() == client.index.world()
    assert loaded.tokens == client.index.tokens
    assert loaded.publishers == [Publisher("demo-pkg", "octo/demo", "release.yml", "pypi")]
    assert loaded.pending == [Publisher("new", "octo/new", "release.yml")]
    assert (loaded.claims, loaded.spent, loaded.serial) == (client.index.claims, {"used"}, client.index.serial)
    with open_index(loaded) as again:
        assert again.upload(SDIST, b"sdist").status_code == 400
        url = again.get("simple/demo-pkg/", accept=JSON).json()["files"][0]["url"]
        assert requests.get(url, timeout=10).content == b"wheel"


def test_what_happens_after_loading_leaves_the_saved_world_alone(client: Client, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    client.index.save(saved)
    before = client.index.world()
    loaded = Index.load(saved)
    loaded.delete_file(SDIST)
    with open_index(loaded) as again:
        again.upload("demo_pkg-1.1.tar.gz", b"next")
    assert Index.load(saved).world() == before
    assert client.index.world() == before


def test_a_world_may_be_saved_where_it_lives(client: Client) -> None:
    client.index.save(client.index.directory)
    assert Index.load(client.index.directory).world() == client.index.world()


def test_an_empty_world_can_be_saved(tmp_path: Path) -> None:
    Index(tmp_path / "index").save(tmp_path / "saved")
    assert Index.load(tmp_path / "saved").world() == {}
