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
