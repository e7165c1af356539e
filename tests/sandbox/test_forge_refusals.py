"""The forge refuses what GitHub refuses, in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from sandbox.forgeclient import READER, SHY, Client, served

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


@pytest.mark.parametrize(("token", "words"), [("stranger", "Bad credentials"), ("", "Requires authentication")])
def test_an_unknown_or_missing_token_is_401(client: Client, token: str, words: str) -> None:
    client.token = token
    assert client.refusal("GET", "") == (401, words)
    query = requests.post(
        client.endpoint.graphql_url,
        json={"query": "{viewer{login}}"},
        headers={"Authorization": f"token {token}"},
        timeout=9,
    )
    assert query.status_code == 401


@pytest.mark.parametrize(
    "header", ["token writer", "Bearer writer", "bearer writer", "Basic eDp3cml0ZXI=", "Basic d3JpdGVyOg=="]
)
def test_every_spelling_of_a_token_is_read(client: Client, header: str) -> None:
    answer = requests.get(f"{client.endpoint.api_url}/rate_limit", headers={"Authorization": header}, timeout=9)
    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["Digest writer", "Basic !", "Basic /w=="])
def test_a_header_that_is_no_token_is_401(client: Client, header: str) -> None:
    answer = requests.get(f"{client.endpoint.api_url}/rate_limit", headers={"Authorization": header}, timeout=9)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/git/refs"), ("PATCH", "/pulls/1"), ("DELETE", "/git/refs/heads/main"), ("PUT", "/pulls/1/merge")],
)
def test_a_reading_token_cannot_write(client: Client, method: str, path: str) -> None:
    client.token = READER
    assert client.refusal(method, path, {}) == (403, "Resource not accessible by integration")


def test_a_token_without_the_setting_cannot_open_pull_requests_but_can_push(forge: Forge, client: Client) -> None:
    forge.push("topic", {"a": "1"}, "feat: a")
    client.token = SHY
    body = {"title": "t", "head": "topic", "base": "main"}
    words = "GitHub Actions is not permitted to create or approve pull requests."
    assert client.refusal("POST", "/pulls", body) == (403, words)
    sha = forge.realm.git.branch("topic")
    assert client.send("POST", "/git/refs", {"ref": "refs/heads/other", "sha": sha}).status_code == 201
    allowed = client.get("/actions/permissions/workflow")
    assert allowed == {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": False}


@pytest.mark.parametrize(
    "path",
    [
        *("/nothing", "/pulls/9", "/git/ref/heads/nothing", "/git/ref/heads", f"/git/commits/{NOWHERE}"),
        *("/git/commits/short", f"/git/trees/{NOWHERE}", f"/git/blobs/{NOWHERE}", f"/git/tags/{NOWHERE}"),
        *("/releases/9", "/releases/latest", "/releases/tags/v9", "/releases/assets/9", "/contents/nothing"),
        *("/commits?sha=nothing", "/compare/main", "/compare/main...nothing", "/issues/9/comments"),
        *("/issues/9/labels", "/contents/a/b/c", "=/repos/acme/other"),
    ],
)
def test_what_is_not_there_is_404(client: Client, path: str) -> None:
    assert client.refusal("GET", path) == (404, "Not Found")


def test_a_missing_branch_or_ref_has_words_of_its_own(client: Client) -> None:
    assert client.refusal("GET", "/branches/nothing") == (404, "Branch not found")
    assert client.refusal("GET", "/contents/README.md?ref=nothing") == (404, "No commit found for the ref nothing")
    assert client.refusal("GET", "/commits/nothing") == (422, "No commit found for SHA: nothing")


def test_unrelated_histories_cannot_be_compared(forge: Forge, client: Client) -> None:
    forge.push("other", {"a": "1"}, "feat: alone", parents=())
    assert client.refusal("GET", "/compare/main...other") == (404, "No common ancestor between main and other.")


def test_a_body_that_is_no_object_is_refused(client: Client) -> None:
    assert client.refusal("POST", "/git/refs", ["x"]) == (400, "Problems parsing JSON")


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/git/refs", {}, 'Invalid request.\n\n"ref" wasn\'t supplied.'),
        ("/git/refs", {"ref": 1}, "Invalid request.\n\nFor 'ref', 1 is not a string."),
        (
            "/pulls",
            {"head": "a", "base": "main", "draft": "x"},
            "Invalid request.\n\nFor 'draft', 'x' is not a boolean.",
        ),
        ("/git/trees", {"tree": "x"}, "Invalid request.\n\nFor 'tree', 'x' is not a array."),
        (
            "/dispatches",
            {"event_type": "x", "client_payload": 1},
            "Invalid request.\n\nFor 'client_payload', 1 is not a object.",
        ),
    ],
)
def test_a_missing_or_mistyped_key_is_422(client: Client, path: str, body: object, words: str) -> None:
    assert client.refusal("POST", path, body) == (422, words)


def test_a_second_open_pull_request_of_a_branch_is_refused(forge: Forge, client: Client) -> None:
    forge.open_pull_request("topic", "feat: a", files={"a": "1"})
    body = {"title": "again", "head": "acme:topic", "base": "main"}
    words = "Validation Failed | A pull request already exists for acme:topic."
    assert client.refusal("POST", "/pulls", body) == (422, words)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"title": "t", "head": "same", "base": "main"}, "Validation Failed | No commits between main and same"),
        ({"title": "t", "head": "nothing", "base": "main"}, "Validation Failed | invalid"),
        ({"title": "t", "head": "same", "base": "nothing"}, "Validation Failed | invalid"),
        ({"head": "same", "base": "main"}, "Validation Failed | missing_field"),
        (
            {"title": "t", "head": "same", "base": "main", "body": "x" * 65537},
            "Validation Failed | body is too long (maximum is 65536 characters)",
        ),
    ],
)
def test_a_pull_request_that_cannot_be_is_refused(forge: Forge, client: Client, body: object, words: str) -> None:
    forge.move_branch("same", forge.realm.git.branch("main") or "")
    assert client.refusal("POST", "/pulls", body) == (422, words)


@pytest.mark.parametrize("body", [{"title": " "}, {"body": "x" * 65537}, {"state": "merged"}, {"base": "nothing"}])
def test_a_refused_edit_changes_nothing(forge: Forge, client: Client, body: dict[str, str]) -> None:
    forge.open_pull_request("topic", "feat: a", "text", files={"a": "1"})
    assert client.refusal("PATCH", "/pulls/1", body | {"title": body.get("title", "new")})[0] == 422
    pull = forge.pull_request(1)
    assert (pull.title, pull.body, pull.state, pull.base) == ("feat: a", "text", "open", "main")


def test_a_merge_that_cannot_be_is_refused(forge: Forge, client: Client) -> None:
    forge.open_pull_request("topic", "feat: a", files={"README.md": "one\n"})
    body = {"merge_method": "squash"}
    assert client.refusal("PUT", "/pulls/1/merge", {"merge_method": "x"}) == (422, "Validation Failed | invalid")
    assert client.refusal("PUT", "/pulls/1/merge", body | {"sha": NOWHERE})[0] == 409
    forge.realm.state.settings.allow_squash_merge = False
    words = "Squash merges are not allowed on this repository."
    assert client.refusal("PUT", "/pulls/1/merge", body) == (405, words)
    forge.realm.state.settings.allow_squash_merge = True
    forge.pull_request(1).draft = True
    assert client.refusal("PUT", "/pulls/1/merge", body) == (405, "Pull Request is still a draft")
    forge.pull_request(1).draft = False
    forge.push("main", {"README.md": "two\n"}, "fix: other")
    assert client.refusal("PUT", "/pulls/1/merge", body) == (405, "Pull Request is not mergeable")
    forge.close_pull_request(1)
    assert client.refusal("PUT", "/pulls/1/merge", body) == (405, "Pull Request is not mergeable")


def test_comments_and_labels_need_sound_content(forge: Forge, client: Client) -> None:
    forge.open_pull_request("topic", "feat: a", files={"a": "1"})
    assert client.refusal("POST", "/issues/1/comments", {"body": " "}) == (422, "Validation Failed | missing_field")
    assert client.refusal("POST", "/issues/1/labels", {"labels": [""]}) == (422, "Validation Failed | invalid")
    assert client.refusal("DELETE", "/issues/1/labels/none") == (404, "Label does not exist")
    assert client.refusal("PATCH", "/issues/comments/9", {"body": "x"}) == (404, "Not Found")


def test_a_tag_has_one_published_release(client: Client) -> None:
    assert client.send("POST", "/releases", {"tag_name": "v1"}).status_code == 201
    assert client.refusal("POST", "/releases", {"tag_name": "v1"}) == (422, "Validation Failed | already_exists")


def test_two_drafts_may_share_a_tag_until_one_is_published(client: Client) -> None:
    ids = [client.send("POST", "/releases", {"tag_name": "v1", "draft": True}).json()["id"] for _ in range(2)]
    assert client.send("PATCH", f"/releases/{ids[0]}", {"draft": False}).status_code == 200
    words = (422, "Validation Failed | already_exists")
    assert client.refusal("PATCH", f"/releases/{ids[1]}", {"draft": False}) == words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"tag_name": ""}, "missing_field"),
        ({"tag_name": "a b"}, "tag_name is not a valid tag"),
        ({"tag_name": "v1", "target_commitish": "nothing"}, "invalid"),
        ({"tag_name": "v1", "make_latest": "perhaps"}, "invalid"),
        ({"tag_name": "v1", "body": "x" * 125001}, "body is too long (maximum is 125000 characters)"),
    ],
)
def test_a_release_that_cannot_be_is_refused(client: Client, body: object, words: str) -> None:
    assert client.refusal("POST", "/releases", body) == (422, f"Validation Failed | {words}")


def test_a_tag_that_cannot_be_made_stops_the_release(forge: Forge, client: Client) -> None:
    forge.create_tag("v1/inner")
    words = "Could not create the tag of the release"
    assert client.refusal("POST", "/releases", {"tag_name": "v1"}) == (422, words)


def test_an_asset_needs_a_fresh_name(client: Client) -> None:
    number = client.send("POST", "/releases", {"tag_name": "v1", "draft": True}).json()["id"]
    url = f"{client.endpoint.server_url}/api/uploads/repos/acme/demo/releases/{number}/assets"
    codes = []
    for name in ("a.whl", "a.whl", ""):
        headers = {"Authorization": "token writer", "Content-Type": "application/zip"}
        answer = requests.post(url, params={"name": name}, data=b"x", headers=headers, timeout=9)
        codes.append((answer.status_code, answer.json().get("errors", [{}])[0].get("code")))
    assert codes == [(201, None), (422, "already_exists"), (422, "missing_field")]


def test_dispatches_have_limits(client: Client) -> None:
    assert client.refusal("POST", "/dispatches", {"event_type": "x" * 101})[0] == 422
    body = {"event_type": "x", "client_payload": {str(n): n for n in range(11)}}
    assert client.refusal("POST", "/dispatches", body)[0] == 422
    assert client.refusal("POST", "/actions/workflows/no.yml/dispatches", {"ref": "main"}) == (404, "Not Found")
