"""One API request as its handler sees it, and the answer it gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from pilotage.sandbox.forge.listing import Listing
from pilotage.sandbox.forge.refusals import Refusal
from pilotage.sandbox.forge.shapes import Links

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pilotage.sandbox.forge.access import Viewer
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.shapes import JsonObject
    from pilotage.sandbox.forge.site import Site

_PER_PAGE: Final = 30
_MAX_PER_PAGE: Final = 100
_Item = TypeVar("_Item")


@dataclass(slots=True)
class Answer:
    """What goes back: a JSON value, or bytes as they are when `raw` is given."""

    body: object = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """The JSON object of a request, read with types: a wrong one is GitHub's 422."""

    values: Mapping[str, object]

    def has(self, name: str) -> bool:
        """Tell whether the key was sent, be it null."""
        return name in self.values

    def text(self, name: str) -> str | None:
        """Give a string; None when it is absent or null."""
        value = self.values.get(name)
        if value is None or isinstance(value, str):
            return value
        raise _wrong_type(name, value, "string")

    def need(self, name: str) -> str:
        """Give a string that must be there.

        Raises:
            Refusal: 422 in GitHub's words for a missing key.
        """
        value = self.text(name)
        if value is None:
            raise Refusal(422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Give a boolean; the default when it is absent or null."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        raise _wrong_type(name, value, "boolean")

    def rows(self, name: str) -> list[object]:
        """Give an array; empty when it is absent."""
        value = self.values.get(name, [])
        if isinstance(value, list):
            return value
        raise _wrong_type(name, value, "array")

    def inner(self, name: str) -> Body | None:
        """Give an object; None when it is absent or null."""
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, dict):
            return Body(value)
        raise _wrong_type(name, value, "object")


@dataclass(slots=True, kw_only=True)
class Visit:
    """A request to the site, before it is known which repositories it is about.

    Args:
        site: What it came to; its lock is held while the request is handled.
        token: What it came with.
        viewer: Who calls.
        server: The address that it came to, without a slash at the end.
        url: The address asked for, without its query.
        query: The query's values; of repeated ones the last.
        content: The request body as bytes.
        content_type: Its type.
        json: The request body as JSON; None when it is empty or is no JSON.
        accept: The `Accept` header.
        is_broken: Whether the request's content breaks off.
    """

    site: Site
    token: str
    viewer: Viewer
    server: str
    url: str
    query: Mapping[str, str]
    content: bytes = b""
    content_type: str = ""
    json: object = None
    accept: str = ""
    is_broken: bool = False
    calls: dict[str, Call] = field(default_factory=dict)

    @property
    def body(self) -> Body:
        """Give the request's JSON object; an empty one when there is none.

        Raises:
            Refusal: 400 when the body is no JSON object.
        """
        if not self.content.strip():
            return Body({})
        if not isinstance(self.json, dict):
            raise Refusal(400, "Problems parsing JSON")
        return Body(self.json)

    def enter(self, realm: Realm | None) -> Call | None:
        """Give the request as a repository's handlers see it; None where the viewer is not to know of it.

        Entering a repository again gives the same, so that one request sees one moment.
        """
        name = realm.state.full_name if realm is not None else ""
        viewer = self.site.viewer(self.token, name)
        if realm is None or viewer is None or not viewer.is_admitted:
            return None
        if name not in self.calls:
            listing = Listing(self.site.listings, realm)
            self.calls[name] = Call(self, realm=realm, viewer=viewer, links=Links(self.server, name), listing=listing)
        return self.calls[name]


@dataclass(slots=True)
class Call:
    """A request to a handler of one repository.

    Args:
        visit: The request.
        realm: The repository and its state, which handlers change.
        viewer: Who calls, and what that may do here.
        links: The addresses to put into answers.
        listing: What listings are answered from.
    """

    visit: Visit
    realm: Realm
    viewer: Viewer
    links: Links
    listing: Listing

    @property
    def query(self) -> Mapping[str, str]:
        """Give the query's values; of repeated ones the last."""
        return self.visit.query

    @property
    def body(self) -> Body:
        """Give the request's JSON object: see `Visit.body`."""
        return self.visit.body

    def page(self, items: Sequence[_Item], shape: Callable[[_Item], JsonObject]) -> Answer:
        """Answer one page of a listing as a JSON array, with the `Link` header."""
        rows, headers = self.slice(items)
        return Answer([shape(item) for item in rows], headers=headers)

    def slice(self, items: Sequence[_Item]) -> tuple[Sequence[_Item], dict[str, str]]:
        """Cut out the page that was asked for.

        Returns:
            The page's items, and the headers with `Link` when there are other pages.
        """
        size = min(max(self._number("per_page", _PER_PAGE), 1), _MAX_PER_PAGE)
        page = max(self._number("page", 1), 1)
        last = max((len(items) + size - 1) // size, 1)
        places: dict[str, int] = {}
        if page > 1:
            places |= {"prev": page - 1, "first": 1}
        if page < last:
            places |= {"next": page + 1, "last": last}
        rest = "".join(f"&{name}={value}" for name, value in self.query.items() if name != "page")
        links = [f'<{self.visit.url}?page={number}{rest}>; rel="{name}"' for name, number in places.items()]
        return items[(page - 1) * size : page * size], {"Link": ", ".join(links)} if links else {}

    def _number(self, name: str, default: int) -> int:
        value = self.query.get(name, "")
        return int(value) if value.isdecimal() else default


def _wrong_type(name: str, value: object, wanted: str) -> Refusal:
    return Refusal(422, f"Invalid request.\n\nFor '{name}', {value!r} is not a {wanted}.")
