"""GraphQL tells what a check of a pull request has to know: its commits, files, comments and files at a ref."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.forgeclient import READER, Client, new_forge
from sandbox.githubschema import official_api

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge import Forge
    from pilotage.sandbox.forge.people import Files


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return new_forge(tmp_path / "forge")


@pytest.fixture
def client(forge: Forge) -> Iterator[Client]:
    with forge.serve() as endpoint:
        yield Client(endpoint)
    assert [problem for request in forge.log for problem in official_api().check(request)] == []


def _repository(client: Client, fields: str, **variables: object) -> dict[str, object]:
    """Give the repository's fields; `fields` may use the variables, which are strings."""
    declared = ", ".join(f"${name}: String" for name in variables)
    head = f"query Ask({declared})" if declared else "query Ask"
    answer = client.query(f'{head} {{ repository(owner: "acme", name: "demo") {{ {fields} }} }}', **variables)
    assert "errors" not in answer, answer
    data = answer["data"]
    assert isinstance(data, dict)
    found: dict[str, object] = data["repository"]
    return found


def _pull(client: Client, fields: str, **variables: object) -> dict[str, object]:
    """Give the fields of the first pull request."""
    found = _repository(client, f"pullRequest(number: 1) {{ {fields} }}", **variables)["pullRequest"]
    assert isinstance(found, dict)
    return found


def _blob(client: Client, expression: str) -> object:
    fields = "__typename ... on Blob { oid text isBinary isTruncated byteSize }"
    return _repository(client, f"object(expression: $e) {{ {fields} }}", e=expression)["object"]


def test_a_file_is_read_at_any_ref(forge: Forge, client: Client) -> None:
    forge.create_tag("v1")
    text = 'name = "démo"\n'
    sha = forge.push("main", {"pyproject.toml": text}, "build: name it")
    forge.open_pull_request("topic", "feat: a", files={"pyproject.toml": "theirs\n"}, fork="someone/demo")
    oid = forge.realm.git.files(forge.realm.git.need_commit(sha).tree)["pyproject.toml"].oid
    want = {"__typename": "Blob", "oid": oid, "text": text, "isBinary": False, "isTruncated": False, "byteSize": 15}
    for ref in ("main", "refs/heads/main", "HEAD", sha):
        assert _blob(client, f"{ref}:pyproject.toml") == want
    assert _blob(client, oid) == want
    assert _blob(client, "main") == {"__typename": "Commit"}
    assert _blob(client, "main:") == {"__typename": "Tree"}
    theirs = _blob(client, "refs/pull/1/head:pyproject.toml")
    assert isinstance(theirs, dict)
    assert theirs["text"] == "theirs\n"
    for nothing in (
        "v1:pyproject.toml",
        "main:none",
        "none:pyproject.toml",
        "topic:pyproject.toml",
        "main:README.md/x",
    ):
        assert _blob(client, nothing) is None


def test_a_binary_file_has_no_text_and_a_long_one_is_cut(forge: Forge, client: Client) -> None:
    forge.push("main", {"bin": b"a\0b", "long": "x" * 600_000, "latin": b"\xe9"}, "feat: files")
    found = {name: _blob(client, f"main:{name}") for name in ("bin", "long", "latin")}
    rows = {name: row for name, row in found.items() if isinstance(row, dict)}
    assert [(row["isBinary"], row["isTruncated"], row["byteSize"]) for row in rows.values()] == [
        (True, False, 3),
        (False, True, 600_000),
        (False, False, 1),
    ]
    assert (rows["bin"]["text"], len(rows["long"]["text"]), rows["latin"]["text"]) == (None, 512_000, "\ufffd")


def test_commits_come_oldest_first_with_parents_and_authors(forge: Forge, client: Client) -> None:
    main = forge.realm.git.branch("main") or ""
    forge.open_pull_request("topic", "feat: a", files={"a": "1"}, author="mona")
    first = forge.realm.git.branch("topic") or ""
    side = forge.push("main", {"b": "1"}, "fix: b")
    merge = forge.push("topic", {"b": "1"}, "Merge main\n\nA body.\n\nRefs: #2", parents=(first, side))
    own = forge.push("topic", {"c": "1"}, "fix: c", author="helper[bot]")
    fields = """commits(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { commit { oid
      message messageHeadline messageBody author { name email user { login } }
      parents(first: 3) { totalCount nodes { oid } } } } }"""
    found = _pull(client, fields, after=None)["commits"]
    assert isinstance(found, dict)
    assert (found["totalCount"], found["pageInfo"]["hasNextPage"]) == (3, True)
    commits = [node["commit"] for node in found["nodes"]]
    assert [commit["oid"] for commit in commits] == [first, merge]
    assert [commit["parents"] for commit in commits] == [
        {"totalCount": 1, "nodes": [{"oid": main}]},
        {"totalCount": 2, "nodes": [{"oid": first}, {"oid": side}]},
    ]
    assert commits[0]["author"] == {"name": "mona", "email": "mona@users.noreply.github.com", "user": {"login": "mona"}}
    assert commits[1]["message"] == "Merge main\n\nA body.\n\nRefs: #2"
    assert (commits[1]["messageHeadline"], commits[1]["messageBody"]) == ("Merge main", "A body.\n\nRefs: #2")
    rest = _pull(client, fields, after=found["pageInfo"]["endCursor"])["commits"]
    assert isinstance(rest, dict)
    (last,) = rest["nodes"]
    assert (last["commit"]["oid"], last["commit"]["author"]["user"]) == (own, None)
    address = _pull(client, "commits(last: 1) { nodes { id url } }")["commits"]
    assert isinstance(address, dict)
    assert address["nodes"][0]["url"].endswith(f"/acme/demo/pull/1/commits/{own}")


def test_files_tell_how_they_change(forge: Forge, client: Client) -> None:
    forge.push("main", {"gone": "1", "old": "name\n" * 9, "same": "1"}, "feat: files")
    files: Files = {"gone": None, "old": None, "new": "name\n" * 9, "same": "2", "a": "1\n2\n"}
    forge.open_pull_request("topic", "feat: a", files=files)
    forge.push("main", {"later": "1"}, "fix: elsewhere")
    fields = "files(first: 9) { totalCount nodes { path changeType additions deletions } }"
    found = _pull(client, fields)["files"]
    assert isinstance(found, dict)
    assert found["totalCount"] == 4
    assert [tuple(node.values()) for node in found["nodes"]] == [
        ("a", "ADDED", 2, 0),
        ("gone", "DELETED", 0, 1),
        ("new", "RENAMED", 0, 0),
        ("same", "MODIFIED", 1, 1),
    ]


def test_comments_tell_who_wrote_them(forge: Forge, client: Client) -> None:
    forge.open_pull_request("topic", "feat: a", files={"a": "1"}, author="dependabot[bot]")
    forge.open_pull_request("other", "feat: b", files={"b": "1"})
    theirs = forge.comment(1, "hello", author="mona")
    ours = client.send("POST", "/issues/1/comments", {"body": "ours"}).json()["id"]
    forge.comment(2, "elsewhere")
    fields = """author { __typename login } comments(first: 9) { totalCount nodes { databaseId id body viewerDidAuthor
      isMinimized author { __typename login } } }"""

    def row(number: int, body: str, kind: str, login: str) -> dict[str, object]:
        author = {"__typename": kind, "login": login}
        known = {"databaseId": number, "id": f"IC_{number}", "body": body, "isMinimized": False, "author": author}
        return known | {"viewerDidAuthor": kind == "Bot"}

    want = [row(theirs, "hello", "User", "mona"), row(ours, "ours", "Bot", "github-actions")]
    found = _pull(client, fields)
    assert found["author"] == {"__typename": "Bot", "login": "dependabot"}
    assert found["comments"] == {"totalCount": 2, "nodes": want}
    forge.logins[READER] = "mona"
    seen = _pull(Client(client.endpoint, READER), "comments(last: 9) { nodes { viewerDidAuthor } }")["comments"]
    assert seen == {"nodes": [{"viewerDidAuthor": True}, {"viewerDidAuthor": False}]}


def test_comments_come_from_either_end_and_by_their_last_change(forge: Forge, client: Client) -> None:
    forge.open_pull_request("topic", "feat: a", files={"a": "1"})
    numbers = [forge.comment(1, f"comment {n}") for n in range(3)]
    changed = next(comment for comment in forge.realm.state.comments if comment.id == numbers[0])
    changed.updated_at = "2999-01-01T00:00:00Z"

    def bodies(arguments: str) -> list[str]:
        found = _pull(client, f"comments({arguments}) {{ nodes {{ body url createdAt updatedAt }} }}")["comments"]
        assert isinstance(found, dict)
        return [node["body"] for node in found["nodes"]]

    assert bodies("first: 2") == ["comment 0", "comment 1"]
    assert bodies("last: 2") == ["comment 1", "comment 2"]
    assert bodies("first: 9, orderBy: {field: UPDATED_AT, direction: ASC}") == ["comment 1", "comment 2", "comment 0"]
    assert bodies("first: 1, orderBy: {field: UPDATED_AT, direction: DESC}") == ["comment 0"]


def test_the_base_and_the_repository_are_told(forge: Forge, client: Client) -> None:
    forge.open_pull_request("topic", "feat: a", files={"a": "1"})
    side = forge.push("main", {"b": "1"}, "fix: b")
    assert _pull(client, "baseRefName baseRefOid") == {"baseRefName": "main", "baseRefOid": side}
    found = _repository(client, "isFork owner { __typename login url } defaultBranchRef { name }")
    owner = {"__typename": "User", "login": "acme", "url": f"{client.endpoint.server_url}/acme"}
    assert found == {"isFork": False, "owner": owner, "defaultBranchRef": {"name": "main"}}
