"""What is asked over HTTP and what comes back, as records."""

from __future__ import annotations

import base64
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from pilotage.errors import RemoteError
from pilotage.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


MAX_BODY = 64 * 1024 * 1024
"""The largest answer that is read, in bytes; the longest page of a project on PyPI is far below."""

_SAID = 200
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request.

    Args:
        url: Where.
        method: The HTTP method; only a GET follows redirects.
        headers: Further headers.
        auth: User and password for this origin.
        data: The content: bytes, or an iterable with a length.
        limit: The largest answer that is read, in bytes.
        keep: How much of the answer's content is kept in memory, in bytes; all of it is hashed.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = {}
    auth: tuple[str, Secret] | None = None
    data: bytes | Iterable[bytes] | None = None
    limit: int = MAX_BODY
    keep: int = MAX_BODY

    @property
    def login(self) -> Secret | None:
        """Give what the header Authorization carries (RFC 7617); None for nobody."""
        if self.auth is None:
            return None
        user, password = self.auth
        # requests would encode it as Latin-1 and fail beyond that; every index takes UTF-8.
        return Secret("Basic " + base64.b64encode(f"{user}:{password.reveal()}".encode()).decode())

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Give what no message may repeat: the password, and the login as it travels."""
        return (self.auth[1], Secret((self.login or Secret("")).reveal().removeprefix("Basic "))) if self.auth else ()

    @property
    def host(self) -> str:
        """Give the host with its port, for messages."""
        return urlsplit(self.url).netloc


class Answer(msgspec.Struct, frozen=True):
    """What came back, read to its end.

    Args:
        url: The URL that answered, after redirects.
        status: The HTTP status.
        reason: The words beside it: PyPI puts its explanation there.
        headers: The headers; names in lower case.
        body: The content, as far as it was to be kept.
        size: The size of the whole content in bytes.
        sha256: The SHA-256 of the whole content, lower-case hex.
    """

    url: str
    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes = b""
    size: int = 0
    sha256: str = ""

    def render(self, *secrets: Secret) -> str:
        """Return the answer as one safe line for an error: the status and up to 200 characters of what was said."""
        text = self.body[: 4 * _SAID].decode("utf-8", "replace")
        for secret in filter(None, secrets):
            text = text.replace(secret.reveal(), str(secret))
        said = render_line(text)
        return f"{self.status} {render_line(self.reason)}" + (f": {said}" if said else "")


class GarbledError(Exception):
    """An answer of 200 that makes no sense: cut off, a login page, another format."""


class LostError(RemoteError):
    """The connection broke: whether a request had its effect is unknown."""


def render_line(text: str) -> str:
    """Return the first 200 characters of a foreign text on one line, without control characters."""
    words = " ".join(text.split())
    return "".join(char if char.isprintable() else "?" for char in words)[:_SAID]


def read_retry_after(headers: Mapping[str, str]) -> float:
    """Read the seconds to wait out of an answer's headers; 0 when there are none (RFC 9110, section 10.2.3).

    A date is measured against the answer's own `Date`, so that the clock of this machine does not matter.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError):
        return 0.0
    return max(until.total_seconds(), 0.0)


def read_next_link(headers: Mapping[str, str]) -> str | None:
    """Read where an answer goes on (`Link: <…>; rel="next"`, RFC 8288), as it is written; None when it does not.

    Raises:
        GarbledError: It goes on at two places.
    """
    found = {
        match[1].strip()
        for match in _LINK.finditer(headers.get("link", ""))
        if (rel := _REL.search(match[2])) and "next" in (rel[1] or rel[2] or "").lower().split()
    }
    if len(found) > 1:
        raise GarbledError("an answer that goes on at more than one place")
    return found.pop() if found else None
