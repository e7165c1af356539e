"""Archives take no writes, rules keep refs from being moved by hand, and large trees are cut off."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.forge import Forge
from sandbox.forgeclient import Client, new_forge
from sandbox.githubschema import official_api

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ZERO = "0" * 40
READ_ONLY = (403, "Repository was archived so is read-only.")
CREATED = "Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n"
MOVED = "Repository rule violations found\n\nCannot update this protected ref.\n\n"
DELETED = "Repository rule violations found\n\nCannot delete this protected ref.\n\n"
UPDATE = """mutation Move($id: ID!, $name: GitRefname!, $before: GitObjectID, $after: GitObjectID!) {
  updateRefs(input: {repositoryId: $id, refUpdates: [
    {name: $name, beforeOid: $before, afterOid: $after, force: true}]}) { clientMutationId } }"""


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    made = new_forge(tmp_path / "forge")
    yield made
    api = official_api()
    assert [problem for request in made.log for problem in api.check(request)] == []


@pytest.fixture
def client(forge: Forge) -> Iterator[Client]:
    with forge.serve() as endpoint:
        yield Client(endpoint)


def _read(client: Client, path: str = "") -> dict[str, object]:
    value = client.get(path)
    assert isinstance(value, dict)
    return value


def _problem(answer: dict[str, object]) -> tuple[object, object]:
    rows = answer["errors"]
    assert isinstance(rows, list)
    return rows[0]["type"], rows[0]["message"]


def _update(client: Client, name: str, after: str) -> dict[str, object]:
    return client.query(UPDATE, id=_read(client)["node_id"], name=name, after=after)


def _push(client: Client, folder: Path, *refs: str) -> str:
    """Commit something in a clone and push it; give what git says."""
    url = client.endpoint.clone_url.replace("http://", "http://x:writer@")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run([*git, "clone", "-q", url, folder], check=True)
    subprocess.run([*git, "-C", folder, "commit", "-q", "--allow-empty", "-m", "fix: x"], check=True)
    done = subprocess.run(
        [*git, "-C", folder, "push", "-q", "origin", *refs], capture_output=True, text=True, check=False
    )
    return done.stderr


def test_an_archive_is_read_and_never_written(forge: Forge, client: Client, tmp_path: Path) -> None:
    sha = forge.realm.git.branch("main") or ""
    number = forge.open_pull_request("topic", "feat: a", files={"a": "1"})
    forge.settings.archived, forge.settings.topics = True, ("python",)
    before = forge.world()
    assert (_read(client)["archived"], _read(client)["topics"]) == (True, ["python"])
    found = [
        client.refusal("POST", "/git/refs", {"ref": "refs/heads/x", "sha": sha}),
        client.refusal("POST", "/issues", {"title": "x"}),
        client.refusal("POST", "/dispatches", {"event_type": "x"}),
        client.refusal("PATCH", f"/pulls/{number}", {"title": "x"}),
        client.refusal("POST", "/git/blobs", {"content": "x"}),
        client.refusal("PUT", f"/pulls/{number}/merge", {}),
    ]
    assert found == [READ_ONLY] * 6
    assert _problem(_update(client, "refs/heads/x", sha)) == ("FORBIDDEN", READ_ONLY[1])
    assert "error: 403" in _push(client, tmp_path / "clone", "HEAD:main")
    assert client.send("GET", f"/pulls/{number}").status_code == 200
    assert forge.world() == before


def test_graphql_tells_what_can_be_done_with_a_repository(forge: Forge, client: Client) -> None:
    query = """{ repository(owner: "acme", name: "demo") { isArchived isDisabled isLocked hasIssuesEnabled description
      repositoryTopics(first: 9) { totalCount nodes { topic { name } } } } }"""
    plain = {"isArchived": False, "isDisabled": False, "isLocked": False, "hasIssuesEnabled": True, "description": None}
    none = {"totalCount": 0, "nodes": []}
    assert client.query(query)["data"] == {"repository": plain | {"repositoryTopics": none}}
    settings = forge.settings
    settings.archived = settings.disabled = settings.locked = True
    settings.has_issues, settings.topics, settings.description = False, ("a", "b"), "why"
    other = dict.fromkeys(("isArchived", "isDisabled", "isLocked"), True)
    two = {"totalCount": 2, "nodes": [{"topic": {"name": "a"}}, {"topic": {"name": "b"}}]}
    want = other | {"hasIssuesEnabled": False, "description": "why", "repositoryTopics": two}
    assert client.query(query)["data"] == {"repository": want}


def test_a_protected_branch_is_not_moved_by_hand(forge: Forge, client: Client) -> None:
    sha = forge.push("topic", {"a": "1"}, "feat: a")
    forge.protect("main")
    before = forge.world()
    assert client.refusal("PATCH", "/git/refs/heads/main", {"sha": sha}) == (422, MOVED)
    assert client.refusal("DELETE", "/git/refs/heads/main") == (422, DELETED)
    assert _problem(_update(client, "refs/heads/main", sha)) == ("UNPROCESSABLE", MOVED)
    assert _problem(_update(client, "refs/heads/main", ZERO)) == ("UNPROCESSABLE", DELETED)
    assert forge.world() == before
    assert client.send("PATCH", "/git/refs/heads/topic", {"sha": sha}).status_code == 200


def test_protected_names_are_not_made(forge: Forge, client: Client) -> None:
    sha = forge.realm.git.branch("main") or ""
    forge.protect("pilotage/*", "refs/tags/v*")
    for name in ("refs/heads/pilotage/update-demo", "refs/tags/v1"):
        assert client.refusal("POST", "/git/refs", {"ref": name, "sha": sha}) == (422, CREATED)
        assert _problem(_update(client, name, sha)) == ("UNPROCESSABLE", CREATED)
    assert client.send("POST", "/git/refs", {"ref": "refs/heads/v1", "sha": sha}).status_code == 201


def test_pull_requests_to_a_protected_branch_are_merged(forge: Forge, client: Client) -> None:
    forge.protect("main")
    sha = client.send("POST", "/git/refs", {"ref": "refs/heads/topic", "sha": forge.push("topic", {"a": "1"}, "x")})
    assert sha.status_code == 422  # it is there already
    opened = client.send("POST", "/pulls", {"head": "topic", "base": "main", "title": "feat: a"})
    assert opened.status_code == 201
    assert client.send("PUT", "/pulls/1/merge", {"merge_method": "squash"}).status_code == 200


@pytest.mark.parametrize(
    ("pattern", "target", "is_refused"),
    [
        ("main", "main", True),
        ("main", "other", False),
        ("new", "new", True),
        ("a/*", "a/b", True),
        ("*", "main", True),
        ("*", "x", True),
    ],
)
def test_git_is_kept_from_protected_refs_too(
    forge: Forge, client: Client, tmp_path: Path, pattern: str, target: str, *, is_refused: bool
) -> None:
    forge.protect(pattern)
    before = forge.world()
    said = _push(client, tmp_path / "clone", f"HEAD:refs/heads/{target}")
    assert ("deny updating a hidden ref" in said, forge.world() == before) == (is_refused, is_refused)


def test_rules_and_settings_are_saved_with_the_world(forge: Forge, tmp_path: Path) -> None:
    forge.protect("main", "v*")
    forge.settings.topics, forge.settings.tree_limit = ("a",), 7
    forge.save(tmp_path / "saved")
    assert Forge.load(tmp_path / "saved").settings == forge.settings


def test_a_tree_is_listed_with_its_folders_and_cut_off_at_the_limit(forge: Forge, client: Client) -> None:
    forge.push("main", {"a/b/c.txt": "1", "a/d.txt": "22"}, "feat: more")
    whole = _read(client, "/git/trees/main?recursive=1")
    rows = whole["tree"]
    assert isinstance(rows, list)
    want = ["README.md", "a", "a/b", "a/b/c.txt", "a/d.txt", "src", "src/demo", "src/demo/__init__.py"]
    assert ([row["path"] for row in rows], whole["truncated"]) == (want, False)
    assert {row["path"]: row["size"] for row in rows if row["type"] == "blob"}["a/d.txt"] == 2
    forge.settings.tree_limit = 3
    cut = _read(client, "/git/trees/main?recursive=1")
    assert ([row["path"] for row in rows[:3]], cut["truncated"]) == (want[:3], True)
    assert cut["tree"] == rows[:3]
    assert _read(client, "/git/trees/main")["truncated"] is False


def test_a_file_is_read_by_its_branch_and_path(forge: Forge, client: Client) -> None:
    forge.push("pilotage/update-demo", {"deep/a.txt": "there"}, "feat: a")
    query = """query Read($e: String!) { repository(owner: "acme", name: "demo") {
      object(expression: $e) { ... on Blob { text } } } }"""
    found = [
        client.query(query, e=e)["data"]
        for e in ("refs/heads/pilotage/update-demo:deep/a.txt", "refs/heads/main:deep/a.txt", "refs/heads/x:deep/a.txt")
    ]
    assert found == [{"repository": {"object": value}} for value in ({"text": "there"}, None, None)]


def test_the_last_commit_of_a_pull_request_is_read_alone(forge: Forge, client: Client) -> None:
    forge.open_pull_request("topic", "feat: a", files={"a": "1"})
    last = forge.push("topic", {"a": "2"}, "feat: b")
    query = """{ repository(owner: "acme", name: "demo") { pullRequest(number: 1) {
      commits(last: 1) { totalCount nodes { commit { oid message } } } } } }"""
    want = {"totalCount": 2, "nodes": [{"commit": {"oid": last, "message": "feat: b"}}]}
    assert client.query(query)["data"] == {"repository": {"pullRequest": {"commits": want}}}
