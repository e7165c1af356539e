"""A request and an answer, free of any HTTP library, and the refusal that becomes an answer."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Request:
    """One request as it came over the wire; header names are lower-case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The decoded path without the query."""
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        """The query's last value of each name."""
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def root(self) -> str:
        """The address the client used, with a slash at the end."""
        return f"http://{self.headers.get('host', 'localhost')}/"


@dataclass(frozen=True)
class Answer:
    """One answer; an empty reason means the status's usual phrase."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def phrase(self) -> str:
        """The reason phrase: one line of printable Latin-1, so that no name can add a header."""
        text = self.reason or HTTPStatus(self.status).phrase
        return "".join(char if char.isprintable() and ord(char) < 256 else "?" for char in text)  # noqa: PLR2004 (Latin-1)


class RefusalError(Exception):
    """A request that the index will not serve; the text goes into the HTTP reason and into the body."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def render_json(value: object, *, status: int = 200, content_type: str = "application/json") -> Answer:
    """Render a JSON answer."""
    return Answer(status, json.dumps(value).encode(), content_type)


def render_page(status: int, text: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Render the HTML page of an error, its text also as the HTTP reason, as PyPI does."""
    title = f"{status} {html.escape(text, quote=False)}"
    page = f"<html>\n <head>\n  <title>{title}</title>\n </head>\n <body>\n  <h1>{title}</h1>\n </body>\n</html>\n"
    return Answer(status, page.encode(), "text/html; charset=utf-8", text, headers or {})
