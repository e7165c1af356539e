"""What listings are answered from: the state now, or (for tests) as it was one listing ago."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.state import State


@dataclass(frozen=True, slots=True)
class View:
    """The records and the refs at one moment."""

    state: State
    refs: dict[str, str]


class Listings:
    """Remembers how the world looked at the last listing.

    GitHub's listings lag behind its writes. With `is_stale`, each request that lists anything sees the world as
    it was when the previous such request to the same repository was answered; reads by number, id or name stay fresh.
    """

    def __init__(self) -> None:
        self.is_stale = False
        self._previous: dict[str, View] = {}

    def read(self, realm: Realm) -> View:
        """Give the view for one request, and remember the present for the next."""
        now = View(realm.state.listing(), realm.git.refs.read_all())
        name = realm.state.full_name
        previous, self._previous[name] = self._previous.get(name), now
        return previous if self.is_stale and previous is not None else now


class Listing:
    """The view of one request, taken when it is first needed."""

    def __init__(self, listings: Listings, realm: Realm) -> None:
        self._listings = listings
        self._realm = realm
        self._view: View | None = None

    @property
    def view(self) -> View:
        """Give the view; the same one for the whole request."""
        if self._view is None:
            self._view = self._listings.read(self._realm)
        return self._view
