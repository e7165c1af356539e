"""What stands behind one address: repositories, and what they share — tokens, weather, log and lock."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.access import ACTIONS_BOT, Permission, Viewer
from pilotage.sandbox.forge.faults import Weather
from pilotage.sandbox.forge.listing import Listings
from pilotage.sandbox.forge.log import Kind, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.sandbox.forge.access import Level
    from pilotage.sandbox.forge.realm import Realm

_BLOCK: Final = 100_000
"""How many ids a repository has for its own, so that an id says which repository it belongs to."""


class Site:
    """Holds repositories by name, and what a client meets whichever of them it asks for.

    Attributes:
        tokens: What each token may do; a token that is not here answers 401.
        logins: Who is behind a token; `github-actions[bot]` when it is not here.
        limits: What a token may do at the most with a single permission, whatever `tokens` says: by the token, by the
            permission's name in GitHub's API (`actions`, `contents`, `pull_requests`), `none` or `read`.
        access: What a token may do at the most in one repository: by the token, by `OWNER/NAME`. A repository with
            `none` is hidden from it (404), one with `read` refuses its writes (403).
        limits_in: As `limits`, in one repository: by the token, by `OWNER/NAME`, by the permission's name.
        server: The address of the server that runs, without a slash at the end; one without a port before any ran.
        log: The requests so far.
        weather: The planned faults and the count of requests.
        listings: What listings are answered from.
        before_request: Called, outside the lock, before each API request is handled; not for requests that come
            while it runs, so that a second client can work in it (its requests are counted like all others).
        lock: Held while a request is handled, and while people act.
    """

    def __init__(self) -> None:
        self.tokens: dict[str, Permission] = {}
        self.logins: dict[str, str] = {}
        self.limits: dict[str, dict[str, Level]] = {}
        self.access: dict[str, dict[str, Level]] = {}
        self.limits_in: dict[str, dict[str, dict[str, Level]]] = {}
        self.server = "http://127.0.0.1"
        self.log: list[Request] = []
        self.weather = Weather()
        self.listings = Listings()
        self.before_request: Callable[[Request], None] | None = None
        self.lock = threading.RLock()
        self._realms: dict[str, Realm] = {}
        self._blocks: dict[int, Realm] = {}
        self._hook_runs = threading.Lock()
        self._log_lock = threading.Lock()

    @property
    def realms(self) -> list[Realm]:
        """Give the repositories, sorted by name."""
        return [realm for _, realm in sorted(self._realms.items())]

    def settle_in(self, realm: Realm) -> None:
        """Take up a repository; one that is new gets ids that no other has.

        Raises:
            ValueError: when there is one of that name, as GitHub compares names.
        """
        name = realm.state.full_name.lower()
        if name in self._realms:
            raise ValueError(f"{realm.state.full_name} stands here already")
        block = realm.state.last_id // _BLOCK
        if block in self._blocks:
            block = max(self._blocks) + 1
            realm.state.last_id += block * _BLOCK
        self._realms[name] = self._blocks[block] = realm

    def find(self, full_name: str) -> Realm | None:
        """Give a repository by its name, in any case; None when there is none."""
        return self._realms.get(full_name.lower())

    def holder(self, number: int) -> Realm | None:
        """Give the repository that an id belongs to; None when it is nobody's."""
        return self._blocks.get(number // _BLOCK)

    def viewer(self, token: str, full_name: str = "") -> Viewer | None:
        """Give who stands behind a token, and what it may do in a repository; None for an unknown one."""
        permission = self.tokens.get(token)
        if permission is None:
            return None
        level = self.access.get(token, {}).get(full_name, "write")
        limits = self.limits.get(token, {}) | self.limits_in.get(token, {}).get(full_name, {})
        return Viewer(self.logins.get(token, ACTIONS_BOT), permission, limits, level)

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
