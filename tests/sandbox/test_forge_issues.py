"""Issues stand beside pull requests, with numbers of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.forge import Forge, Refusal
from sandbox.forgeclient import READER, Client, new_forge
from sandbox.githubschema import official_api
from sandbox.townclient import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIST = """query Issues($filter: IssueFilters, $states: [IssueState!], $order: IssueOrder) {
  repository(owner: "acme", name: "demo") { hasIssuesEnabled
    issues(first: 50, filterBy: $filter, states: $states, orderBy: $order) { totalCount nodes {
      id databaseId number title body state stateReason closed closedAt url viewerDidAuthor author { login }
      createdAt updatedAt comments(first: 9) { nodes { body url } } } } } }"""


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    made = new_forge(tmp_path / "forge")
    yield made
    api = official_api()
    assert [problem for request in made.log for problem in api.check(request)] == []
    assert [request.answer for request in made.log if request.status == 500] == []


@pytest.fixture
def client(forge: Forge) -> Iterator[Client]:
    with forge.serve() as endpoint:
        yield Client(endpoint)


def _open(client: Client, title: str = "Broken", **more: object) -> dict[str, object]:
    answer = client.send("POST", "/issues", {"title": title} | more)
    assert answer.status_code == 201, answer.text
    value: dict[str, object] = answer.json()
    return value


def _numbers(client: Client, query: str = "") -> list[int]:
    rows = client.get(f"/issues{query}")
    assert isinstance(rows, list)
    return [row["number"] for row in rows]


def _issues(client: Client, **variables: object) -> list[dict[str, object]]:
    answer = client.query(LIST, **variables)
    data = answer["data"]
    assert isinstance(data, dict)
    return rows_of(data["repository"]["issues"])


def test_an_issue_is_opened_changed_closed_and_opened_again(client: Client) -> None:
    made = _open(client, body="why", labels=["bug", {"name": "big"}])
    assert (made["number"], made["state"], made["body"], made["comments"]) == (1, "open", "why", 0)
    assert [label["name"] for label in rows_of(made, "labels")] == ["bug", "big"]
    assert str(made["html_url"]).endswith("/acme/demo/issues/1")
    states = []
    for change in (
        {"title": "Mended", "body": "so", "labels": ["done"]},
        {"state": "closed"},
        {"state": "open"},
        {"state": "closed", "state_reason": "not_planned"},
    ):
        now = client.send("PATCH", "/issues/1", change).json()
        states.append((now["state"], now["state_reason"], now["closed_at"] is not None))
    assert states == [
        ("open", None, False),
        ("closed", "completed", True),
        ("open", "reopened", False),
        ("closed", "not_planned", True),
    ]
    read = client.get("/issues/1")
    assert isinstance(read, dict)
    assert (read["title"], read["body"], [label["name"] for label in read["labels"]]) == ("Mended", "so", ["done"])


def test_issues_and_pull_requests_share_their_numbers(forge: Forge, client: Client) -> None:
    assert forge.open_issue("one") == 1
    assert forge.open_pull_request("topic", "feat: a", files={"a": "1"}) == 2
    assert _open(client)["number"] == 3
    assert client.send("GET", "/pulls/1").status_code == 404
    as_issue = client.get("/issues/2")
    assert isinstance(as_issue, dict)
    assert str(as_issue["pull_request"]["html_url"]).endswith("/pull/2")
    assert client.send("PATCH", "/issues/2", {"title": "x"}).status_code == 404
    repository = client.get("")
    assert isinstance(repository, dict)
    assert repository["open_issues_count"] == 3


def test_issues_are_listed_newest_first_and_filtered(forge: Forge, client: Client) -> None:
    moments = iter([datetime(2026, 1, day, 8, tzinfo=UTC) for day in range(1, 30)])
    forge.realm.clock = lambda: next(moments)
    forge.open_issue("one", author="mona")
    _open(client, "two", labels=["bug"])
    forge.open_issue("three")
    forge.edit_issue(1, state="closed", body="done")
    forge.open_pull_request("topic", "feat: a", files={"a": "1"})
    expected = {
        "": [4, 3, 2],
        "?state=closed": [1],
        "?state=all": [4, 3, 2, 1],
        "?state=all&creator=mona": [1],
        "?state=all&sort=updated&direction=asc": [2, 3, 1, 4],
        "?state=all&sort=created&direction=asc&per_page=2": [1, 2],
        "?labels=bug": [2],
        "?labels=bug,big": [],
        "?state=all&since=2026-01-04T00:00:00Z": [4, 1],
    }
    assert {query: _numbers(client, query) for query in expected} == expected


def test_comments_and_labels_are_put_on_issues_too(forge: Forge, client: Client) -> None:
    forge.open_issue("one")
    made = client.send("POST", "/issues/1/comments", {"body": "hm"}).json()
    assert made["html_url"].endswith(f"/issues/1#issuecomment-{made['id']}")
    forge.comment(1, "yes")
    assert client.send("PATCH", f"/issues/comments/{made['id']}", {"body": "ah"}).json()["body"] == "ah"
    assert len(rows_of({"c": client.get("/issues/1/comments")}, "c")) == 2
    assert client.send("POST", "/issues/1/labels", {"labels": ["a", "b"]}).status_code == 200
    assert [row["name"] for row in client.send("DELETE", "/issues/1/labels/a").json()] == ["b"]
    assert len(rows_of({"l": client.get("/issues/1/labels")}, "l")) == 1
    (node,) = _issues(client)
    assert [row["body"] for row in rows_of(node["comments"])] == ["ah", "yes"]
    assert rows_of(forge.world(), "comments") == [
        {"issue": "one", "author": "github-actions[bot]", "body": "ah"},
        {"issue": "one", "author": "octocat", "body": "yes"},
    ]
    found = client.get("/issues/1")
    assert isinstance(found, dict)
    assert found["comments"] == 2


def test_graphql_tells_whose_an_issue_is(forge: Forge, client: Client) -> None:
    forge.open_issue("theirs", None, author="mona")
    ours = _open(client, "ours")
    client.send("PATCH", "/issues/2", {"state": "closed", "state_reason": "duplicate"})
    first, second = _issues(client)
    assert (first["viewerDidAuthor"], first["author"], first["body"]) == (False, {"login": "mona"}, "")
    assert (first["state"], first["stateReason"], first["closed"], first["closedAt"]) == ("OPEN", None, False, None)
    assert (second["viewerDidAuthor"], second["id"], second["databaseId"]) == (True, ours["node_id"], ours["id"])
    assert (second["state"], second["stateReason"], second["closed"]) == ("CLOSED", "DUPLICATE", True)
    assert second["url"] == ours["html_url"]


def test_graphql_filters_and_orders_issues(forge: Forge, client: Client) -> None:
    moments = iter([datetime(2026, 1, day, 8, tzinfo=UTC) for day in range(1, 30)])
    forge.realm.clock = lambda: next(moments)
    forge.open_issue("one", author="mona")
    _open(client, "two")
    forge.edit_issue(1, state="closed")
    found = [
        [row["number"] for row in _issues(client, **variables)]
        for variables in (
            {"states": ["OPEN"]},
            {"filter": {"states": ["CLOSED"]}},
            {"filter": {"createdBy": "mona"}},
            {"filter": {"createdBy": "github-actions"}},
            {"filter": {"createdBy": "mona", "states": ["OPEN"]}},
            {"order": {"field": "UPDATED_AT", "direction": "ASC"}},
            {"order": {"field": "CREATED_AT", "direction": "DESC"}},
        )
    ]
    assert found == [[2], [1], [1], [2], [], [2, 1], [2, 1]]


def test_issues_that_are_switched_off_are_refused(forge: Forge, client: Client) -> None:
    forge.open_issue("one")
    forge.open_pull_request("topic", "feat: a", files={"a": "1"})
    forge.settings.has_issues = False
    gone = (410, "Issues are disabled for this repo")
    assert client.refusal("POST", "/issues", {"title": "x"}) == gone
    assert client.refusal("GET", "/issues") == gone
    assert client.refusal("PATCH", "/issues/1", {"title": "x"}) == gone
    assert _issues(client) == []
    assert client.send("POST", "/issues/2/comments", {"body": "x"}).status_code == 201
    repository = client.get("")
    assert isinstance(repository, dict)
    assert repository["has_issues"] is False


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"title": " "}, "missing_field"),
        ({"title": "x" * 257}, "title is too long"),
        ({"body": "x" * 65537}, "body is too long"),
        ({"labels": [""]}, "invalid"),
        ({"state": "open", "state_reason": "completed"}, "invalid"),
    ],
)
def test_what_github_does_not_take_changes_nothing(
    forge: Forge, client: Client, body: dict[str, object], words: str
) -> None:
    forge.open_issue("one")
    before = forge.world()
    status, told = client.refusal("PATCH", "/issues/1", body)
    assert (status, words in told, forge.world() == before) == (422, True, True)


def test_a_state_that_github_does_not_know_is_refused(forge: Forge) -> None:
    forge.open_issue("one")
    with pytest.raises(Refusal):
        forge.edit_issue(1, state="lost")


def test_an_issue_that_is_not_there_is_not_found(forge: Forge, client: Client) -> None:
    found = [
        client.refusal("GET", "/issues/7"),
        client.refusal("PATCH", "/issues/7", {"title": "x"}),
        client.refusal("POST", "/issues/7/comments", {"body": "x"}),
    ]
    assert found == [(404, "Not Found")] * 3
    with pytest.raises(Refusal, match="Not Found"):
        forge.issue(7)
    with pytest.raises(Refusal, match="Not Found"):
        forge.comment(7, "x")


def test_issues_need_a_permission_of_their_own(forge: Forge, client: Client) -> None:
    forge.open_issue("one")
    forge.open_pull_request("topic", "feat: a", files={"a": "1"})
    found = {}
    for name in ("issues", "pull_requests"):
        forge.limits["writer"] = {name: "read"}
        found[name] = [
            client.send("POST", "/issues", {"title": "x"}).status_code,
            client.send("POST", "/issues/1/comments", {"body": "x"}).status_code,
            client.send("POST", "/issues/2/comments", {"body": "x"}).status_code,
        ]
    assert found == {"issues": [403, 403, 201], "pull_requests": [201, 201, 403]}
    client.token = READER
    assert client.send("POST", "/issues", {"title": "x"}).status_code == 403


def test_an_issue_more_or_other_is_another_world(forge: Forge, tmp_path: Path) -> None:
    worlds = [forge.world()]
    forge.open_issue("one")
    worlds.append(forge.world())
    forge.edit_issue(1, state="closed")
    worlds.append(forge.world())
    assert [worlds.count(world) for world in worlds] == [1, 1, 1]
    forge.save(tmp_path / "saved")
    assert Forge.load(tmp_path / "saved").world() == worlds[-1]


def test_a_stale_listing_shows_issues_as_they_were(forge: Forge, client: Client) -> None:
    forge.stale_listings = True
    assert _numbers(client) == []
    forge.open_issue("one")
    assert (_numbers(client), len(_issues(client))) == ([], 1)
