"""A plain client of many repositories for tests: one token, JSON in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from pilotage.sandbox.forge import Permission, Town

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pilotage.sandbox.forge import Addresses

WORKFLOW = ".github/workflows/build.yml"
FILES: dict[str, str | bytes | None] = {
    "pyproject.toml": '[project]\nname = "x"\ndependencies = ["demo==1.0.0"]\n',
    "README.md": "x\n",
    WORKFLOW: "on:\n  workflow_dispatch:\n    inputs:\n      version: {required: true}\n",
}


class TownClient:
    """Sends requests to a served town.

    Args:
        addresses: Where it is.
        token: Whom to be.
    """

    def __init__(self, addresses: Addresses, token: str = "writer") -> None:  # noqa: S107 - a name, not a secret
        self.addresses = addresses
        self.token = token

    def send(self, method: str, path: str, body: object = None) -> requests.Response:
        """Send one REST request; the path starts with `OWNER/NAME`."""
        headers = {"Authorization": f"token {self.token}"}
        return requests.request(
            method, f"{self.addresses.api_url}/repos/{path}", json=body, headers=headers, timeout=10
        )

    def told(self, method: str, path: str, body: object = None) -> tuple[int, str]:
        """Give the status and the message of an answer that refuses."""
        answer = self.send(method, path, body)
        return answer.status_code, answer.json()["message"]

    def query(self, query: str, **variables: object) -> dict[str, object]:
        """Give the JSON of a GraphQL request."""
        answer = requests.post(
            self.addresses.graphql_url,
            json={"query": query, "variables": variables},
            headers={"Authorization": f"bearer {self.token}"},
            timeout=10,
        )
        assert answer.status_code == 200, answer.text
        value: dict[str, object] = answer.json()
        return value

    def data(self, query: str, **variables: object) -> dict[str, object]:
        """Give the data of a GraphQL request that has no errors."""
        answer = self.query(query, **variables)
        assert "errors" not in answer, answer
        value = answer["data"]
        assert isinstance(value, dict)
        return value


def new_town(directory: Path, names: Iterable[str] = ("acme/demo", "acme/site", "mona/tool")) -> Town:
    """Make a town whose repositories have one commit each, and a token that may write everywhere."""
    town = Town(directory)
    town.tokens["writer"] = Permission.WRITE
    for full_name in names:
        town.add(*full_name.split("/")).push("main", FILES, "feat: begin")
    return town


def rows_of(value: object, key: str = "nodes") -> list[Any]:
    """Give a list of an answer."""
    assert isinstance(value, dict)
    rows = value[key]
    assert isinstance(rows, list)
    return rows


def errors(answer: dict[str, object]) -> list[tuple[object, object]]:
    """Give the type and the path of each error of a GraphQL answer."""
    rows = answer.get("errors", [])
    assert isinstance(rows, list)
    return [(row["type"], row.get("path")) for row in rows]
