"""Worlds are saved, restored and compared; listings can lag."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.forge import Forge, Permission
from sandbox.forgeclient import Client, new_forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return new_forge(tmp_path / "forge")


@pytest.fixture
def client(forge: Forge) -> Iterator[Client]:
    with forge.serve() as endpoint:
        yield Client(endpoint)


def _fill(forge: Forge) -> None:
    """Make one of everything."""
    forge.open_pull_request("topic", "feat: a", "why", files={"a.txt": "a"})
    forge.label_pull_request(1, "big")
    forge.comment(1, "fine")
    forge.merge_pull_request(1)
    forge.open_pull_request("open", "fix: b", files={"b.txt": "b"})
    forge.create_tag("v1", message="notes")
    with forge.serve() as endpoint:
        client = Client(endpoint)
        client.send("POST", "/releases", {"tag_name": "v2", "body": "draft", "draft": True})
        client.send("POST", "/dispatches", {"event_type": "x", "client_payload": {"a": [1]}})
        number = client.send("POST", "/releases", {"tag_name": "v3"}).json()["id"]
        client.send("POST", f"=/../uploads/repos/acme/demo/releases/{number}/assets?name=a.whl")
    forge.logins["writer"] = "octocat"


def test_a_saved_world_is_restored_whole(forge: Forge, tmp_path: Path) -> None:
    _fill(forge)
    forge.save(tmp_path / "saved")
    restored = Forge.load(tmp_path / "saved", into=tmp_path / "copy")
    assert restored.world() == forge.world()
    assert restored.realm.state == forge.realm.state
    assert (restored.tokens, restored.logins) == (forge.tokens, forge.logins)
    assert restored.realm.git.refs.read_all() == forge.realm.git.refs.read_all()


def test_numbers_go_on_after_a_restore_and_the_saved_world_stays(forge: Forge, tmp_path: Path) -> None:
    _fill(forge)
    forge.save(tmp_path / "saved")
    before = Forge.load(tmp_path / "saved").world()
    copy = Forge.load(tmp_path / "saved", into=tmp_path / "copy")
    assert copy.open_pull_request("next", "feat: c", files={"c.txt": "c"}) == 3
    copy.create_tag("v9")
    copy.delete_branch("open")
    assert Forge.load(tmp_path / "saved").world() == before
    assert Forge(tmp_path / "saved").world() == before


def test_what_was_never_saved_cannot_be_loaded(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Forge.load(tmp_path)


def test_a_forge_has_the_names_it_was_given(tmp_path: Path) -> None:
    forge = Forge(tmp_path, owner="mona", name="thing", default_branch="trunk")
    forge.tokens["t"] = Permission.WRITE
    forge.push("trunk", {"a": b"\0"}, "feat: begin")
    with forge.serve() as endpoint:
        assert endpoint.clone_url == f"{endpoint.server_url}/mona/thing.git"
        assert endpoint.graphql_url == f"{endpoint.server_url}/api/graphql"
        answer = Client(endpoint, "t").send("GET", "=/repos/mona/thing").json()
    assert (answer["full_name"], answer["default_branch"]) == ("mona/thing", "trunk")
    head = subprocess.run(["git", "symbolic-ref", "HEAD"], cwd=tmp_path / "thing.git", capture_output=True, check=True)
    assert head.stdout == b"refs/heads/trunk\n"


def test_two_ways_to_the_same_end_are_one_world(tmp_path: Path) -> None:
    worlds = []
    for detour in (False, True):
        forge = new_forge(tmp_path / str(detour))
        forge.realm.clock = lambda d=detour: datetime(2026, 1 + d, 1, tzinfo=UTC)  # type: ignore[misc]  # a default binds the loop's value
        forge.open_pull_request("topic", "feat: a", "why", files={"a.txt": "b" if detour else "a"})
        if detour:
            forge.push("topic", {"a.txt": "a"}, "feat: a", parents=(forge.realm.git.branch("main") or "",))
        forge.create_tag("v1")
        worlds.append(forge.world())
    assert worlds[0] == worlds[1]


@pytest.mark.parametrize(
    "change",
    [
        lambda forge: forge.push("main", {"x": "x"}, "fix: x"),
        lambda forge: forge.push("topic", {"x": "x"}, "fix: x"),
        lambda forge: forge.create_tag("v2"),
        lambda forge: forge.edit_pull_request(2, body="other"),
        lambda forge: forge.edit_pull_request(2, title="other"),
        lambda forge: forge.close_pull_request(2),
        lambda forge: forge.comment(2, "hm"),
        lambda forge: forge.edit_release(forge.realm.state.releases[0].id, body="other"),
        lambda forge: forge.publish_release(forge.realm.state.releases[0].id),
        lambda forge: forge.delete_release(forge.realm.state.releases[0].id),
        lambda forge: forge.label_pull_request(2, "small"),
    ],
)
def test_every_difference_that_matters_shows(forge: Forge, change: object) -> None:
    _fill(forge)
    before = forge.world()
    assert callable(change)
    change(forge)
    assert forge.world() != before


def test_a_branch_without_a_common_past_is_described(forge: Forge) -> None:
    forge.push("other", {"a": "1"}, "feat: alone", parents=())
    branches = forge.world()["branches"]
    assert isinstance(branches, dict)
    assert branches["other"]["messages"] == ["feat: alone"]


def _listed(client: Client) -> list[list[object]]:
    rows = [client.get(path) for path in ("/pulls?state=all", "/releases", "/issues/1/comments")]
    return [[row["id"] for row in found] for found in rows if isinstance(found, list)]


def test_a_stale_listing_shows_the_world_of_the_previous_one(forge: Forge, client: Client) -> None:
    forge.open_pull_request("topic", "feat: a", files={"a.txt": "a"})
    forge.stale_listings = True
    assert forge.stale_listings
    assert len(_listed(client)[0]) == 1  # the first listing has none before it
    forge.open_pull_request("other", "feat: b", files={"b.txt": "b"})
    assert client.send("GET", "/pulls/2").status_code == 200
    assert len(_listed(client)[0]) == 1
    assert len(_listed(client)[0]) == 2
    forge.comment(1, "hm")
    stale = client.get("/issues/1/comments")
    fresh = client.get("/issues/1/comments")
    assert isinstance(stale, list)
    assert isinstance(fresh, list)
    assert (len(stale), len(fresh)) == (0, 1)


def test_a_stale_graphql_answer_is_of_one_moment(forge: Forge, client: Client) -> None:
    query = """{ repository(owner: "acme", name: "demo") {
      refs(refPrefix: "refs/tags/", first: 9) { totalCount } pullRequests(first: 9) { totalCount }
      ref(qualifiedName: "refs/tags/v1") { name } } }"""
    forge.stale_listings = True
    client.query(query)
    forge.create_tag("v1")
    forge.open_pull_request("topic", "feat: a", files={"a.txt": "a"})
    none, one = {"totalCount": 0}, {"totalCount": 1}
    want = {"refs": none, "pullRequests": none, "ref": {"name": "v1"}}
    assert client.query(query) == {"data": {"repository": want}}
    want = {"refs": one, "pullRequests": one, "ref": {"name": "v1"}}
    assert client.query(query) == {"data": {"repository": want}}
    forge.stale_listings = False


def _git(forge: Forge, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=forge.realm.git.git_dir, capture_output=True, check=True)


def test_packed_refs_and_objects_are_the_same_world(forge: Forge, tmp_path: Path) -> None:
    _fill(forge)
    before = forge.world()
    _git(forge, "gc", "-q", "--prune=now")
    forge.save(tmp_path / "saved")
    packed = Forge.load(tmp_path / "saved")
    assert packed.world() == before
    packed.delete_branch("open")
    packed.delete_tag("v1")
    named = {name for name in packed.realm.git.refs.read_all() if not name.startswith("refs/pull/")}
    assert named == {"refs/heads/main", "refs/heads/topic", "refs/tags/v3"}


def test_git_itself_finds_nothing_wrong(forge: Forge) -> None:
    _fill(forge)
    forge.push("main", {"a.txt": None, "src/demo/__init__.py": None, "z/y/x.txt": "x", "z.txt": "z"}, "fix: many")
    forge.push("main", {"z/y/x.txt": None, "z": "now a file"}, "fix: turn")
    done = subprocess.run(
        ["git", "fsck", "--strict"], cwd=forge.realm.git.git_dir, capture_output=True, text=True, check=False
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if "error" in line]) == (0, [])
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "main"], cwd=forge.realm.git.git_dir, capture_output=True, check=True
    )
    assert listed.stdout.decode().split() == ["README.md", "z", "z.txt"]


def test_a_branch_may_take_the_place_of_an_empty_folder(forge: Forge) -> None:
    sha = forge.realm.git.branch("main") or ""
    forge.move_branch("a/b", sha)
    forge.delete_branch("a/b")
    forge.move_branch("a", sha)
    assert forge.realm.git.branch("a") == sha


def test_a_world_is_copied_where_links_are_not_possible(forge: Forge, tmp_path: Path) -> None:
    source = forge.realm.git.git_dir / "objects" / "info" / "note"
    source.write_text("x")
    from pilotage.sandbox.forge.repository import _link  # noqa: PLC0415 - the fallback has no other door

    target = tmp_path / "note"
    target.write_text("taken: a link cannot be made")
    _link(os.fspath(source), os.fspath(target))
    assert target.read_text() == "x"
