"""The forge itself: one repository, its tokens, its faults, its log, and the server that opens it."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pilotage.sandbox.forge.access import ACTIONS_BOT, Permission, Viewer
from pilotage.sandbox.forge.app import REST, Door
from pilotage.sandbox.forge.events import Events
from pilotage.sandbox.forge.faults import Fault, Weather
from pilotage.sandbox.forge.listing import Listings
from pilotage.sandbox.forge.log import Kind, Request
from pilotage.sandbox.forge.realm import Realm
from pilotage.sandbox.forge.server import serve_app
from pilotage.sandbox.forge.shapes import Links
from pilotage.sandbox.forge.state import State, state_from_json, state_to_json
from pilotage.sandbox.forge.world import describe_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pilotage.sandbox.forge.access import Level


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a served forge is, in the addresses of a GitHub Enterprise Server."""

    server_url: str
    api_url: str
    graphql_url: str
    clone_url: str


class Forge(Events):
    """GitHub's REST and GraphQL, as Pilotage uses them, over a real bare git repository.

    Args:
        directory: Holds `NAME.git`; both are made when they do not exist. A world that was saved there is opened.
        owner: The repository's owner.
        name: The repository's name.
        default_branch: The repository's default branch.

    Attributes:
        tokens: What each token may do; a token that is not here answers 401.
        logins: Who is behind a token; `github-actions[bot]` when it is not here.
        limits: What a token may do at the most with a single permission, whatever `tokens` says: by the token, by the
            permission's name in GitHub's API (`actions`, `contents`, `pull_requests`), `none` or `read`.
        log: The requests so far.
        before_request: Called, outside the lock, before each API request is handled; not for requests that come
            while it runs, so that a second client can work in it (its requests are counted like all others).
    """

    def __init__(
        self, directory: Path, *, owner: str = "acme", name: str = "demo", default_branch: str = "main"
    ) -> None:
        saved = _read_saved(directory)
        state = State(owner=owner, name=name, default_branch=default_branch) if saved is None else saved[0]
        super().__init__(Realm(directory, state), threading.RLock())
        self.tokens: dict[str, Permission] = {} if saved is None else saved[1]
        self.logins: dict[str, str] = {} if saved is None else saved[2]
        self.limits: dict[str, dict[str, Level]] = {} if saved is None else saved[3]
        self.log: list[Request] = []
        self.weather = Weather()
        self.listings = Listings()
        self.before_request: Callable[[Request], None] | None = None
        self._hook_runs = threading.Lock()
        self._log_lock = threading.Lock()

    @classmethod
    def load(cls, directory: Path, *, into: Path | None = None) -> Forge:
        """Open a world that `save` wrote; numbers and ids go on where they were.

        Args:
            directory: Where it was saved. Without `into` the forge works right there and changes it.
            into: A new folder for a copy to work in; the saved world stays as it is.

        Raises:
            FileNotFoundError: when nothing was saved there.
        """
        if _read_saved(directory) is None:
            raise FileNotFoundError(directory / "state.json")
        forge = cls(directory)
        if into is None:
            return forge
        forge.save(into)
        return cls(into)

    def save(self, target: Path) -> None:
        """Copy the whole world (repository, state, tokens) to a folder that is new or empty."""
        with self.lock:
            target.mkdir(parents=True, exist_ok=True)
            self.realm.git.copy(target / self.realm.git.git_dir.name)
            value = {
                "state": state_to_json(self.realm.state),
                "tokens": {token: permission.value for token, permission in self.tokens.items()},
                "logins": self.logins,
                "limits": self.limits,
            }
            (target / "state.json").write_text(json.dumps(value))

    @contextlib.contextmanager
    def serve(self) -> Iterator[Endpoint]:
        """Serve the forge on a free port of 127.0.0.1 while the context lasts."""
        with serve_app(Door(self)) as port:
            server = f"http://127.0.0.1:{port}"
            self.links = Links(server, self.realm.state.full_name)
            yield Endpoint(server, server + REST, f"{server}/api/graphql", f"{self.links.html()}.git")

    @property
    def faults(self) -> list[Fault]:
        """Give the planned faults, a list to append to or to replace; each leaves it when it has struck."""
        return self.weather.faults

    @faults.setter
    def faults(self, planned: list[Fault]) -> None:
        self.weather.faults = planned

    @property
    def stale_listings(self) -> bool:
        """Tell whether listings lag by one; see `Listings`."""
        return self.listings.is_stale

    @stale_listings.setter
    def stale_listings(self, value: bool) -> None:
        self.listings.is_stale = value

    def mark(self) -> None:
        """Count API requests from 1 again, for `api_calls` and for `Fault.at`."""
        self.weather.mark()

    def api_calls(self) -> int:
        """Give the number of REST, GraphQL and storage requests since the mark, those that faults struck included."""
        return self.weather.count

    def revive(self) -> None:
        """Let requests through again after a `DEAD_…` fault."""
        self.weather.is_dead = False

    def world(self) -> dict[str, object]:
        """Describe the world for equality: see `describe_world`."""
        with self.lock:
            return describe_world(self.realm)

    def viewer(self, token: str) -> Viewer | None:
        """Give who stands behind a token; None for an unknown one."""
        permission = self.tokens.get(token)
        if permission is None:
            return None
        return Viewer(self.logins.get(token, ACTIONS_BOT), permission, self.limits.get(token, {}))

    def log_request(self, kind: Kind, method: str, path: str) -> Request:
        """Add a request to the log and give its record."""
        with self._log_lock:
            request = Request(len(self.log) + 1, kind, method, path)
            self.log.append(request)
            return request

    def call_hook(self, request: Request) -> None:
        """Call `before_request`, unless it is running already."""
        if self.before_request is not None and self._hook_runs.acquire(blocking=False):
            try:
                self.before_request(request)
            finally:
                self._hook_runs.release()


_Saved = tuple[State, dict[str, Permission], dict[str, str], "dict[str, dict[str, Level]]"]


def _read_saved(directory: Path) -> _Saved | None:
    path = directory / "state.json"
    if not path.exists():
        return None
    value = json.loads(path.read_text())
    tokens = {token: Permission(permission) for token, permission in value["tokens"].items()}
    return state_from_json(value["state"]), tokens, value["logins"], value.get("limits", {})
