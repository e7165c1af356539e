"""Repositories are found by GraphQL's search in GitHub's syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.githubschema import check_graphql
from sandbox.townclient import TownClient, errors, new_town, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge import Town

QUERY = """query Search($q: String!, $first: Int, $after: String, $type: SearchType = REPOSITORY) {
  search(type: $type, query: $q, first: $first, after: $after) {
    repositoryCount nodes { ... on Repository { nameWithOwner } } pageInfo { hasNextPage endCursor } } }"""
NAMES = ("acme/flow-api", "acme/flow-web", "acme/old", "Mona/tool", "mona/flowers", "zed/flow-x")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = new_town(tmp_path / "town", NAMES)
    topics = {"acme/flow-api": ("python", "flow"), "acme/flow-web": ("flow",), "mona/flowers": ("flow", "garden")}
    for name, given in topics.items():
        made.forge(name).settings.topics = given
    made.forge("acme/old").settings.archived = True
    made.forge("Mona/tool").settings.description = "Makes things Flow"
    made.forge("zed/flow-x").settings.private = True
    yield made
    assert [problem for request in made.log for problem in check_graphql(request.body)] == []


@pytest.fixture
def client(town: Town) -> Iterator[TownClient]:
    with town.serve() as addresses:
        yield TownClient(addresses)


def _search(client: TownClient, q: str, **more: object) -> dict[str, object]:
    value = client.data(QUERY, q=q, first=100, **more)["search"]
    assert isinstance(value, dict)
    return value


def _names(client: TownClient, q: str) -> list[str]:
    return [row["nameWithOwner"] for row in rows_of(_search(client, q))]


@pytest.mark.parametrize(
    ("q", "want"),
    [
        ("org:acme", ["acme/flow-api", "acme/flow-web", "acme/old"]),
        ("user:MONA", ["mona/flowers", "Mona/tool"]),
        ("org:acme org:mona topic:flow", ["acme/flow-api", "acme/flow-web", "mona/flowers"]),
        ("topic:flow topic:python", ["acme/flow-api"]),
        ("org:acme -topic:python", ["acme/flow-web", "acme/old"]),
        ("org:acme archived:false", ["acme/flow-api", "acme/flow-web"]),
        ("archived:true", ["acme/old"]),
        ("org:acme -is:archived", ["acme/flow-api", "acme/flow-web"]),
        ("flow in:name", ["acme/flow-api", "acme/flow-web", "mona/flowers", "zed/flow-x"]),
        ("flow in:description", ["Mona/tool"]),
        ("flow in:name,description user:mona", ["mona/flowers", "Mona/tool"]),
        ("garden in:topics", ["mona/flowers"]),
        ('"makes things"', ["Mona/tool"]),
        ("flow api", ["acme/flow-api"]),
        ("repo:acme/old repo:zed/flow-x", ["acme/old", "zed/flow-x"]),
        ("flow -org:acme in:name", ["mona/flowers", "zed/flow-x"]),
        ("is:private", ["zed/flow-x"]),
        ("is:public user:mona flowers", ["mona/flowers"]),
        ("language:python", []),
        ("user:nobody", []),
    ],
)
def test_a_search_finds_what_it_says(client: TownClient, q: str, want: list[str]) -> None:
    assert _names(client, q) == want


def test_no_words_find_all_in_a_stable_order(client: TownClient) -> None:
    assert _names(client, "") == sorted(NAMES, key=str.lower)


def test_only_what_the_viewer_may_see_is_found(town: Town, client: TownClient) -> None:
    town.access["writer"] = {"acme/old": "none", "acme/flow-api": "read"}
    found = _search(client, "org:acme")
    assert (found["repositoryCount"], _names(client, "org:acme")) == (2, ["acme/flow-api", "acme/flow-web"])


def test_pages_follow_each_other(client: TownClient) -> None:
    seen: list[str] = []
    after = None
    for _ in range(3):
        page = client.data(QUERY, q="", first=2, after=after)["search"]
        assert isinstance(page, dict)
        seen += [row["nameWithOwner"] for row in rows_of(page)]
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] is (len(seen) < len(NAMES))
        assert page["repositoryCount"] == len(NAMES)
    assert seen == sorted(NAMES, key=str.lower)


def test_no_more_than_a_thousand_are_shown_of_all_that_are_counted(town: Town, client: TownClient) -> None:
    for number in range(1001):
        town.add("big", f"r{number:04}")
    after, shown, counts, more = None, 0, set(), []
    for _ in range(10):
        page = client.data(QUERY, q="user:big", first=100, after=after)["search"]
        assert isinstance(page, dict)
        shown += len(rows_of(page))
        after = page["pageInfo"]["endCursor"]
        counts.add(page["repositoryCount"])
        more.append(page["pageInfo"]["hasNextPage"])
    assert (shown, counts, more) == (1000, {1001}, [True] * 9 + [False])


def test_searches_for_other_things_find_nothing(client: TownClient) -> None:
    found = _search(client, "flow", type="ISSUE")
    assert (found["repositoryCount"], found["nodes"]) == (0, [])


def test_a_page_is_bounded_as_every_connection_is(client: TownClient) -> None:
    assert [kind for kind, _ in errors(client.query(QUERY, q="flow", first=101))] == ["UNPROCESSABLE"]
