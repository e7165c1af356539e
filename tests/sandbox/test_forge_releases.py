"""Releases, tags and what is latest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from pilotage.sandbox.forge import Refusal
from sandbox.forgeclient import READER, Client, new_forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge import Forge


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return new_forge(tmp_path / "forge")


@pytest.fixture
def client(forge: Forge) -> Iterator[Client]:
    with forge.serve() as endpoint:
        yield Client(endpoint)


def _draft(client: Client, tag: str = "v1", **more: object) -> int:
    number: int = client.send("POST", "/releases", {"tag_name": tag, "draft": True} | more).json()["id"]
    return number


def test_publishing_makes_the_missing_tag_at_the_target(forge: Forge, client: Client) -> None:
    target = forge.realm.git.branch("main")
    number = _draft(client, target_commitish=target)
    forge.push("main", {"a": "1"}, "feat: later")
    assert forge.realm.git.refs.read("refs/tags/v1") is None
    forge.publish_release(number)
    assert forge.realm.git.refs.read("refs/tags/v1") == target
    assert forge.release(number).published_at != ""


def test_publishing_leaves_a_tag_that_exists(forge: Forge, client: Client) -> None:
    tag = forge.create_tag("v1", message="annotated")
    number = _draft(client)
    forge.push("main", {"a": "1"}, "feat: later")
    forge.publish_release(number)
    assert forge.realm.git.refs.read("refs/tags/v1") == tag


def test_a_draft_is_hidden_from_readers_and_never_found_by_tag(forge: Forge, client: Client) -> None:
    number = _draft(client)
    assert client.refusal("GET", "/releases/tags/v1")[0] == 404
    reader = Client(client.endpoint, READER)
    assert reader.get("/releases") == []
    assert reader.refusal("GET", f"/releases/{number}")[0] == 404
    forge.publish_release(number)
    assert [row["id"] for row in _rows(reader.get("/releases"))] == [number]


def test_an_edit_changes_what_is_given(forge: Forge, client: Client) -> None:
    number = _draft(client, body="one", name="n")
    answer = client.send("PATCH", f"/releases/{number}", {"body": "two"}).json()
    assert (answer["body"], answer["name"], answer["draft"], answer["published_at"]) == ("two", "n", True, None)
    forge.edit_release(number, body="three", name="m", draft=False)
    assert (forge.release(number).body, forge.release(number).name) == ("three", "m")
    back = client.send("PATCH", f"/releases/{number}", {"draft": True}).json()
    assert (back["draft"], back["published_at"]) == (True, None)


def test_the_latest_release_is_the_newest_that_may_be(forge: Forge, client: Client) -> None:
    for tag, more in (("v1", {}), ("v2", {}), ("v3", {"prerelease": True}), ("v4", {"make_latest": "false"})):
        forge.publish_release(_draft(client, tag, **more))
    latest = client.get("/releases/latest")
    assert isinstance(latest, dict)
    assert latest["tag_name"] == "v2"


def test_a_release_goes_and_its_tag_stays(forge: Forge, client: Client) -> None:
    first, second = _draft(client, "v1"), _draft(client, "v2")
    forge.publish_release(first)
    assert client.send("DELETE", f"/releases/{first}").status_code == 204
    forge.delete_release(second)
    assert client.get("/releases") == []
    assert forge.realm.git.refs.read("refs/tags/v1") is not None
    forge.delete_tag("v1")
    assert forge.realm.git.refs.read("refs/tags/v1") is None


def test_an_asset_keeps_its_bytes(client: Client) -> None:
    number = _draft(client)
    release = client.get(f"/releases/{number}")
    assert isinstance(release, dict)
    headers = {"Authorization": "token writer", "Content-Type": "application/zip"}
    url = str(release["upload_url"]).partition("{")[0]
    made = requests.post(
        url, params={"name": "a.whl", "label": "A"}, data=b"\0wheel", headers=headers, timeout=9
    ).json()
    assert (made["size"], made["label"], made["content_type"]) == (6, "A", "application/zip")
    accept = {"Authorization": "token writer", "Accept": "application/octet-stream"}
    assert requests.get(made["url"], headers=accept, timeout=9).content == b"\0wheel"
    assert [row["name"] for row in _rows(client.get(f"/releases/{number}/assets"))] == ["a.whl"]
    assert client.send("DELETE", f"/releases/assets/{made['id']}").status_code == 204
    assert client.get(f"/releases/{number}/assets") == []


def test_people_are_refused_too(forge: Forge) -> None:
    forge.create_tag("v1/inner")
    for action in (
        lambda: forge.create_tag("v2", "nothing"),
        lambda: forge.create_tag("v1"),
        lambda: forge.move_branch("main/x", forge.realm.git.branch("main") or ""),
        lambda: forge.release(7),
        lambda: forge.pull_request(7),
    ):
        with pytest.raises(Refusal):
            action()


def _rows(value: object) -> list[dict[str, object]]:
    assert isinstance(value, list)
    return value
