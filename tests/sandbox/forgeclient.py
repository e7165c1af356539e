"""A plain client of the forge for tests: one token, JSON in and out."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

import requests

from pilotage.sandbox.forge import Forge, Permission

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge import Endpoint

READER: Final = "reader"
SHY: Final = "shy"
TOKENS: Final = {"writer": Permission.WRITE, READER: Permission.READ, SHY: Permission.NO_PULL_REQUESTS}


class Client:
    """Sends requests to a served forge.

    Args:
        endpoint: Where it is.
        token: Whom to be.
    """

    def __init__(self, endpoint: Endpoint, token: str = "writer") -> None:  # noqa: S107 - a name, not a secret
        self.endpoint = endpoint
        self.token = token

    def send(self, method: str, path: str, body: object = None) -> requests.Response:
        """Send one REST request; the path starts below the repository's address unless it starts with `=`."""
        root = self.endpoint.api_url + ("" if path.startswith("=") else "/repos/acme/demo")
        headers = {"Authorization": f"token {self.token}"}
        return requests.request(method, root + path.removeprefix("="), json=body, headers=headers, timeout=10)

    def get(self, path: str) -> object:
        """Give the JSON of a successful GET."""
        answer = self.send("GET", path)
        assert answer.status_code == 200, answer.text
        value: object = answer.json()
        return value

    def refusal(self, method: str, path: str, body: object = None) -> tuple[int, str]:
        """Give the status and the words of a refusal: its message, and that or the code of the first error."""
        answer = self.send(method, path, body)
        value = answer.json()
        inner = value.get("errors", [{}])[0]
        return answer.status_code, " | ".join(
            filter(None, [value["message"], inner.get("message") or inner.get("code")])
        )

    def query(self, query: str, **variables: object) -> dict[str, object]:
        """Give the JSON of a GraphQL request."""
        answer = requests.post(
            self.endpoint.graphql_url,
            json={"query": query, "variables": variables},
            headers={"Authorization": f"bearer {self.token}"},
            timeout=10,
        )
        assert answer.status_code == 200, answer.text
        value: dict[str, object] = answer.json()
        return value


def new_forge(directory: Path) -> Forge:
    """Make a forge with one commit on its default branch and a token of each kind."""
    forge = Forge(directory)
    forge.tokens = dict(TOKENS)
    forge.push("main", {"README.md": "demo\n", "src/demo/__init__.py": '__version__ = "0.1.0"\n'}, "feat: begin")
    return forge


@contextlib.contextmanager
def served(directory: Path) -> Iterator[tuple[Forge, Client]]:
    """Make and serve a forge."""
    forge = new_forge(directory)
    with forge.serve() as endpoint:
        yield forge, Client(endpoint)
