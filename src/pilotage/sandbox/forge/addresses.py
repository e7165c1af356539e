"""Where a served forge is, in the addresses of a GitHub Enterprise Server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

REST: Final = "/api/v3"
UPLOADS: Final = "/api/uploads"
GRAPHQL: Final = "/api/graphql"
STORAGE: Final = "/storage/"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where one repository is."""

    server_url: str
    api_url: str
    graphql_url: str
    clone_url: str


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a server is, and the repositories on it.

    Args:
        server_url: Such as `http://127.0.0.1:8080`, without a slash at the end.
    """

    server_url: str

    @property
    def api_url(self) -> str:
        """Give the root of the REST API."""
        return self.server_url + REST

    @property
    def graphql_url(self) -> str:
        """Give the address of the GraphQL API."""
        return self.server_url + GRAPHQL

    def clone_url(self, full_name: str) -> str:
        """Give the address that git clones a repository from."""
        return f"{self.server_url}/{full_name}.git"

    def endpoint(self, full_name: str) -> Endpoint:
        """Give everything for the client of one repository."""
        return Endpoint(self.server_url, self.api_url, self.graphql_url, self.clone_url(full_name))
