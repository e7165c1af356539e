"""What people set and read at one address, be it a forge of one repository or a town of many."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Generic, TypeVar

from pilotage.sandbox.forge.addresses import Addresses
from pilotage.sandbox.forge.app import Door
from pilotage.sandbox.forge.server import serve_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pilotage.sandbox.forge.access import Level, Permission
    from pilotage.sandbox.forge.faults import Fault, Weather
    from pilotage.sandbox.forge.log import Kind, Request
    from pilotage.sandbox.forge.site import Site

_Value = TypeVar("_Value")


class _Shared(Generic[_Value]):
    """An attribute of the site under the same name."""

    def __set_name__(self, owner: type[Served], name: str) -> None:
        self._name = name

    def __get__(self, holder: Served, owner: type[Served]) -> _Value:
        value: _Value = getattr(holder.site, self._name)
        return value

    def __set__(self, holder: Served, value: _Value) -> None:
        setattr(holder.site, self._name, value)


class Served:
    """Stands at an address; see `Site` for the attributes.

    Attributes:
        site: What stands there.
    """

    site: Site
    tokens: _Shared[dict[str, Permission]] = _Shared()
    logins: _Shared[dict[str, str]] = _Shared()
    limits: _Shared[dict[str, dict[str, Level]]] = _Shared()
    access: _Shared[dict[str, dict[str, Level]]] = _Shared()
    limits_in: _Shared[dict[str, dict[str, dict[str, Level]]]] = _Shared()
    log: _Shared[list[Request]] = _Shared()
    weather: _Shared[Weather] = _Shared()
    before_request: _Shared[Callable[[Request], None] | None] = _Shared()

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
        return self.site.listings.is_stale

    @stale_listings.setter
    def stale_listings(self, value: bool) -> None:
        self.site.listings.is_stale = value

    def mark(self) -> None:
        """Count API requests from 1 again, for `api_calls` and for `Fault.at`."""
        self.weather.mark()

    def api_calls(self) -> int:
        """Give the number of REST, GraphQL and storage requests since the mark, those that faults struck included."""
        return self.weather.count

    def revive(self) -> None:
        """Let requests through again after a `DEAD_…` fault."""
        self.weather.is_dead = False

    def log_request(self, kind: Kind, method: str, path: str) -> Request:
        """Add a request to the log and give its record."""
        return self.site.log_request(kind, method, path)

    @contextlib.contextmanager
    def open_door(self) -> Iterator[Addresses]:
        """Serve the site on a free port of 127.0.0.1 while the context lasts."""
        with serve_app(Door(self.site)) as port:
            self.site.server = f"http://127.0.0.1:{port}"
            yield Addresses(self.site.server)
