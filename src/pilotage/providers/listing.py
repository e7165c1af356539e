"""What an index lists of a project: every page of it, or an error; never fewer files than there are."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

import msgspec
from packaging.utils import canonicalize_name

from pilotage.errors import RemoteError
from pilotage.model.dist import IndexProject
from pilotage.model.indexaddress import find_public, origin
from pilotage.providers.httpmessage import Answer, Request, render_line
from pilotage.providers.simpleapi import ACCEPT, ProjectPage, read_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.model.indexaddress import IndexAddress
    from pilotage.model.secret import Secret
    from pilotage.providers.http import Wire

MAX_PAGES = 100
"""The most pages of one project that are read; an index that has more of them goes round in circles."""

_OK, _NOT_FOUND = 200, 404
_REFUSED = (401, 403, 407)


def observe_listing(
    wire: Wire, address: IndexAddress, name: str, *, login: Callable[[str], tuple[str, Secret] | None]
) -> IndexProject:
    """Read all that an index lists of a project.

    A project that the index does not know, or for which it sends readers on to PyPI (pypiserver's fallback), does not
    exist there.

    Args:
        wire: The session with its bounds.
        address: The index.
        name: The project's name, in any spelling.
        login: Gives the user and the password for a URL; None where nobody has to know who asks.

    Raises:
        RemoteError: It cannot be known: the index is out of reach, wants other credentials, or makes no sense.
    """
    normal = canonicalize_name(name)
    pages: list[IndexProject] = []
    seen: set[str] = set()
    url = f"{address.simple_url}{normal}/"
    while url:
        seen.add(url)
        request = Request(url=url, headers={"Accept": ACCEPT, "Cache-Control": "no-cache"}, auth=login(url))
        page = wire.read(request, _Reader(address, normal, request, is_first=not pages), what=f"the files of {normal}")
        pages.append(page.project)
        url = urldefrag(page.next_url).url
        if url and (url in seen or len(pages) == MAX_PAGES or origin(url) != origin(page.url)):
            raise RemoteError(
                f"{address.name} has the files of {normal} on more than one page, and the one after {len(pages)} "
                f"cannot be followed: {render_line(url)}",
                hint="A next page must be another one, on the same host. What is there is unknown: tell those who run "
                "the index.",
            )
    return _join_pages(pages)


def _join_pages(pages: list[IndexProject]) -> IndexProject:
    return msgspec.structs.replace(
        pages[0],
        files=tuple(file for page in pages for file in page.files),
        versions=tuple(dict.fromkeys(version for page in pages for version in page.versions)),
    )


class _Reader:
    """Make a page of an answer, or say why the index does not give it."""

    def __init__(self, address: IndexAddress, name: str, request: Request, *, is_first: bool) -> None:
        self._address = address
        self._name = name
        self._request = request
        self._is_first = is_first

    def __call__(self, answer: Answer) -> ProjectPage:
        is_sent_on = find_public(answer.url) is not None and not self._address.is_public
        if self._is_first and (is_sent_on or answer.status == _NOT_FOUND):
            return ProjectPage(IndexProject(self._name, exists=False))
        if answer.status == _OK and (self._is_first or origin(answer.url) == origin(self._request.url)):
            return read_page(answer, self._name)
        raise RemoteError(
            f"{self._address.name} does not say which files of {self._name} it has: "
            f"{answer.render(*self._request.secrets)}",
            hint=self._explain(answer),
        )

    def _explain(self, answer: Answer) -> str:
        address = self._address
        if answer.status not in _REFUSED or address.is_public:
            return "Check the index's address."
        if not address.is_trusted_to_read(answer.url):
            return (
                f"{urlsplit(answer.url).netloc} answers for it and gets no credentials: write its own address as "
                "simple-url in [tool.pilotage.publish.indexes.NAME]."
            )
        if self._request.auth is None:
            return (
                "It shows its files only to those it knows: set PILOTAGE_INDEX_TOKEN (of several indexes: "
                f"{address.token_variable}), and {address.user_variable} where it has users."
            )
        return "Check the user, and that the token is for this index and may read there."
