"""Deployments and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.forge import Forge, Refusal
from sandbox.forgeclient import Client, new_forge
from sandbox.githubschema import official_api

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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


def _ids(client: Client, query: str = "") -> list[int]:
    rows = client.get(f"/deployments{query}")
    assert isinstance(rows, list)
    return [row["id"] for row in rows]


def _states(client: Client, number: int) -> list[str]:
    rows = client.get(f"/deployments/{number}/statuses")
    assert isinstance(rows, list)
    return [row["state"] for row in rows]


def test_deployments_are_listed_newest_first_and_filtered(forge: Forge, client: Client) -> None:
    head = forge.realm.git.branch("main")
    topic = forge.push("topic", {"a": "1"}, "feat: a")
    made = [
        forge.add_deployment("production", "success"),
        forge.add_deployment("staging"),
        forge.add_deployment("production", "failure", ref="topic"),
    ]
    expected = {
        "": made[::-1],
        "?environment=production": [made[2], made[0]],
        "?environment=production&per_page=1": [made[2]],
        "?environment=lost": [],
        "?ref=topic": [made[2]],
        f"?sha={topic}": [made[2]],
        f"?sha={head}&environment=staging": [made[1]],
        "?task=deploy:migrations": [],
    }
    assert {query: _ids(client, query) for query in expected} == expected


def test_statuses_are_listed_newest_first(forge: Forge, client: Client) -> None:
    number = forge.add_deployment("production", "in_progress")
    forge.set_deployment(number, "success", description="all well")
    forge.set_deployment(number, "inactive")
    assert _states(client, number) == ["inactive", "success", "in_progress"]
    assert _states(client, forge.add_deployment("staging")) == []
    assert client.refusal("GET", "/deployments/7/statuses") == (404, "Not Found")


def test_a_deployment_needs_a_commit_and_a_status_a_deployment(forge: Forge) -> None:
    with pytest.raises(Refusal, match="No ref found for: lost"):
        forge.add_deployment("production", ref="lost")
    with pytest.raises(Refusal, match="Not Found"):
        forge.set_deployment(7, "success")


def test_a_token_may_lack_the_right_to_deployments_alone(forge: Forge, client: Client) -> None:
    forge.limits["writer"] = {"deployments": "none"}
    assert client.refusal("GET", "/deployments") == (403, "Resource not accessible by integration")
    assert client.send("GET", "/pulls").status_code == 200


def test_deployments_are_saved_and_make_another_world(forge: Forge, tmp_path: Path) -> None:
    worlds = [forge.world()]
    number = forge.add_deployment("production", "success")
    worlds.append(forge.world())
    forge.set_deployment(number, "inactive")
    worlds.append(forge.world())
    forge.save(tmp_path / "saved")
    assert Forge.load(tmp_path / "saved").realm.state == forge.realm.state
    assert [worlds.count(world) for world in worlds] == [1, 1, 1]


def test_a_stale_listing_shows_deployments_as_they_were(forge: Forge, client: Client) -> None:
    forge.stale_listings = True
    assert _ids(client) == []
    number = forge.add_deployment("production", "success")
    assert (_ids(client), _ids(client)) == ([], [number])


ASKED = """
query($names: [String!], $first: Int, $after: String, $direction: OrderDirection!) {
  repository(owner: "acme", name: "demo") {
    deployments(environments: $names, first: $first, after: $after, orderBy: {field: CREATED_AT, direction: $direction})
    {
      nodes { __typename databaseId environment state commitOid creator { login } latestStatus { state logUrl } }
      pageInfo { hasNextPage endCursor }
    }
    there: environment(name: "production") { name }
    lost: environment(name: "Production") { name }
  }
}
"""


def _ask(client: Client, direction: str = "DESC", **variables: object) -> dict[str, object]:
    answer = client.query(ASKED, direction=direction, **{"first": 9, **variables})
    assert "errors" not in answer, answer
    data = answer["data"]
    assert isinstance(data, dict)
    found: dict[str, object] = data["repository"]
    return found


def _page(found: dict[str, object]) -> list[int]:
    page = found["deployments"]
    assert isinstance(page, dict)
    return [node["databaseId"] for node in page["nodes"]]


def test_graphql_lists_deployments_by_environment_in_order_and_in_pages(forge: Forge, client: Client) -> None:
    made = [forge.add_deployment(name) for name in ("production", "staging", "production", "lab")]
    assert _page(_ask(client)) == made[::-1]
    assert _page(_ask(client, "ASC", names=["production", "lab"])) == [made[0], made[2], made[3]]
    assert _page(_ask(client, names=[])) == []
    first = _ask(client, names=["production"], first=1)
    info = first["deployments"]["pageInfo"]  # type: ignore[index]  # the query's shape, checked by the next lines
    assert (_page(first), info["hasNextPage"]) == ([made[2]], True)
    assert _page(_ask(client, names=["production"], first=1, after=info["endCursor"])) == [made[0]]


def test_graphql_tells_how_a_deployment_stands_and_which_run_deploys(forge: Forge, client: Client) -> None:
    forge.push("main", {".github/workflows/ci.yml": "on: push\n"}, "ci: begin")
    run = forge.add_run("ci.yml", "main")
    number = forge.add_deployment("production", run=run, author="github-actions[bot]")
    states, node = [], {}
    for told in ("", "queued", "in_progress", "success", "inactive", "error"):
        if told:
            forge.set_deployment(number, told)
        (node,) = _ask(client)["deployments"]["nodes"]  # type: ignore[index]  # the query's shape
        states.append(node["state"])
    assert states == ["PENDING", "QUEUED", "IN_PROGRESS", "ACTIVE", "INACTIVE", "ERROR"]
    log = f"{client.endpoint.server_url}/acme/demo/actions/runs/{run}/job/{run}"
    assert node == {
        "__typename": "Deployment",
        "databaseId": number,
        "environment": "production",
        "state": "ERROR",
        "commitOid": forge.realm.git.branch("main"),
        "creator": {"login": "github-actions"},
        "latestStatus": {"state": "ERROR", "logUrl": log},
    }
    rows = client.get(f"/deployments/{number}/statuses")
    assert isinstance(rows, list)
    assert rows[0]["log_url"] == log


def test_an_environment_is_there_from_its_first_deployment(forge: Forge, client: Client) -> None:
    assert [_ask(client)[name] for name in ("there", "lost")] == [None, None]
    forge.add_deployment("production")
    assert [_ask(client)[name] for name in ("there", "lost")] == [{"name": "production"}, None]


@pytest.mark.parametrize(("permission", "field"), [("deployments", "deployments"), ("actions", "there")])
def test_graphql_keeps_deployments_from_a_token_without_the_right(
    forge: Forge, client: Client, permission: str, field: str
) -> None:
    forge.limits["writer"] = {permission: "none"}
    errors = client.query(ASKED, direction="ASC", first=1)["errors"]
    assert isinstance(errors, list)
    assert (errors[0]["type"], errors[0]["path"]) == ("FORBIDDEN", ["repository", field])
