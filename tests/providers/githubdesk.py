"""A forge with a workflow and a draft release, and clients of it that never wait."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pilotage.model.patience import Patience
from pilotage.model.remote import Release
from pilotage.model.secret import Secret
from pilotage.providers.github import GitHub
from pilotage.providers.githubcall import GitHubCall
from pilotage.sandbox.forge import Fault, FaultKind, Forge, Permission
from sandbox.githubschema import official_api

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge import Endpoint

DRAFT = Release(0, "v1", "v1", "notes", is_draft=True)
DOCS = "docs.yml"
UNCLEAR = (
    *(FaultKind.LOST_BEFORE, FaultKind.LOST_AFTER, FaultKind.SERVER_ERROR, FaultKind.SERVER_ERROR_AFTER),
    *(FaultKind.CUT_BODY, FaultKind.SECONDARY_LIMIT),
)


@dataclass
class Office:
    """A served forge and a client of it."""

    forge: Forge
    endpoint: Endpoint
    waits: list[float] = field(default_factory=list)
    calls: list[GitHubCall] = field(default_factory=list)

    def client(self, token: str = "w") -> GitHub:  # noqa: S107 - a name, not a secret
        call = GitHubCall(
            self.endpoint.api_url,
            graphql_url=self.endpoint.graphql_url,
            token=Secret(token),
            patience=Patience(attempts=3, first_wait=1, longest_wait=5),
            sleep=self.waits.append,
        )
        self.calls.append(call)
        return GitHub(call, repository="acme/demo", web_url=self.endpoint.server_url)

    def close(self) -> None:
        for call in self.calls:
            call.close()

    def strike(self, kind: FaultKind, verb: str, *, times: int = 1) -> None:
        self.forge.faults.append(Fault(kind, match=lambda request: request.method == verb, times=times))

    def asked(self, verb: str) -> list[str]:
        """Give the paths of the requests of a kind, from the repository on."""
        return [r.path.removeprefix("/repos/acme/demo") for r in self.forge.log if r.method == verb]

    def draft(self) -> Release:
        return self.client().releases.create(DRAFT, commit="main")


@contextlib.contextmanager
def open_office(folder: Path, *, broken: bool = False) -> Iterator[Office]:
    """Serve a forge; what was said to it is judged by GitHub's own description at the end.

    Args:
        folder: A new folder.
        broken: Whether uploads break off: the description forgets the state that this leaves.
    """
    forge = Forge(folder)
    forge.tokens |= {"w": Permission.WRITE, "r": Permission.READ}
    declared = "on: {workflow_dispatch: {inputs: {version: {}}}}\n"
    forge.push("main", {f".github/workflows/{DOCS}": declared, ".github/workflows/ci.yml": "on: push\n"}, "feat: begin")
    with forge.serve() as endpoint, contextlib.ExitStack() as stack:
        office = Office(forge, endpoint)
        stack.callback(office.close)
        yield office
        found = [problem for request in forge.log for problem in official_api().check(request)]
        assert [problem for problem in found if not (broken and "'starter'" in problem)] == []
