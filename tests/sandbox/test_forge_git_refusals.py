"""The git data routes refuse what GitHub refuses, in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.forgeclient import Client, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge import Forge

NOWHERE = "f" * 40


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Forge, Client]]:
    with served(tmp_path / "forge") as made:
        yield made


@pytest.fixture
def forge(world: tuple[Forge, Client]) -> Forge:
    return world[0]


@pytest.fixture
def client(world: tuple[Forge, Client]) -> Client:
    return world[1]


def test_a_ref_is_created_once(forge: Forge, client: Client) -> None:
    sha = forge.realm.git.branch("main")
    assert client.refusal("POST", "/git/refs", {"ref": "refs/heads/main", "sha": sha}) == (
        422,
        "Reference already exists",
    )
    assert client.refusal("POST", "/git/refs", {"ref": "heads/x", "sha": sha}) == (
        422,
        "heads/x is not a valid ref name.",
    )
    assert client.refusal("POST", "/git/refs", {"ref": "refs/heads/main/x", "sha": sha}) == (
        422,
        "Reference update failed",
    )


@pytest.mark.parametrize("oid", [NOWHERE, "short", "main"])
def test_a_ref_needs_an_object(client: Client, oid: str) -> None:
    assert client.refusal("POST", "/git/refs", {"ref": "refs/tags/v1", "sha": oid}) == (422, "Object does not exist")


def test_a_branch_needs_a_commit(forge: Forge, client: Client) -> None:
    blob = forge.realm.git.objects.write("blob", b"x")
    words = "Reference cannot be updated: the object is not a commit"
    assert client.refusal("POST", "/git/refs", {"ref": "refs/heads/x", "sha": blob}) == (422, words)


def test_a_ref_moves_forward_unless_forced(forge: Forge, client: Client) -> None:
    before = forge.realm.git.branch("main")
    after = forge.push("main", {"a": "1"}, "feat: a")
    assert client.refusal("PATCH", "/git/refs/heads/main", {"sha": before}) == (422, "Update is not a fast forward")
    assert forge.realm.git.branch("main") == after
    assert client.send("PATCH", "/git/refs/heads/main", {"sha": before, "force": True}).status_code == 200
    assert forge.realm.git.branch("main") == before


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_ref_that_is_not_there_cannot_change(client: Client, method: str) -> None:
    assert client.refusal(method, "/git/refs/tags/v9", {"sha": NOWHERE}) == (422, "Reference does not exist")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"tree": []}, "Invalid tree info"),
        ({"base_tree": NOWHERE, "tree": [{}]}, "base_tree is not a valid tree oid"),
        ({"tree": [{"path": "a"}]}, "Must supply either tree.sha or tree.content"),
        ({"tree": [{"path": "a", "sha": None, "content": "x"}]}, "Must supply either tree.sha or tree.content"),
        ({"tree": [{"path": "../a", "content": "x"}]}, "tree.path contains a malformed path component"),
        ({"tree": [{"path": "/a", "content": "x"}]}, "tree.path contains a malformed path component"),
        ({"tree": [{"path": "a", "sha": None}]}, "GitRPC::BadObjectState"),
        ({"tree": [{"path": "a", "sha": NOWHERE}]}, f"tree.sha {NOWHERE} is not a valid object"),
    ],
)
def test_a_tree_that_cannot_be_is_refused(client: Client, body: object, words: str) -> None:
    assert client.refusal("POST", "/git/trees", body) == (422, words)


def test_a_commit_needs_its_tree_and_parents(forge: Forge, client: Client) -> None:
    tree = forge.realm.git.need_commit(forge.realm.git.branch("main") or "").tree
    assert client.refusal("POST", "/git/commits", {"message": "m", "tree": NOWHERE}) == (422, "Tree SHA does not exist")
    words = "Parent SHA does not exist or is not a commit object"
    body = {"message": "m", "tree": tree, "parents": [tree]}
    assert client.refusal("POST", "/git/commits", body) == (422, words)
    author = {"name": "M", "email": "m@example.org", "date": "yesterday"}
    dated = {"message": "m", "tree": tree, "author": author}
    assert client.refusal("POST", "/git/commits", dated)[0] == 422


def test_a_tag_object_and_a_blob_need_sound_content(client: Client) -> None:
    body = {"tag": "v1", "message": "m", "object": NOWHERE, "type": "commit"}
    assert client.refusal("POST", "/git/tags", body) == (422, "Object does not exist")
    body = {"content": "x", "encoding": "base64"}
    assert client.refusal("POST", "/git/blobs", body) == (422, "content is not valid Base64")
