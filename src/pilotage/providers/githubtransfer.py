"""Whole files to and from GitHub, in pieces, so that a large one never stands in memory; each call sends once.

PyGithub carries JSON only. The token goes to the API's own origin and to its upload host, and nowhere else: a download
is redirected to a storage on another host, whose address is signed for this one file.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import msgspec

from pilotage.errors import RemoteError
from pilotage.model.indexaddress import is_loopback, origin
from pilotage.providers.http import CONNECT_TIMEOUT, READ_TIMEOUT, open_session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import requests

    from pilotage.model.secret import Secret

_PIECE = 256 * 1024
_MAX_HOPS = 5
_SUCCESS = range(200, 300)
_REDIRECTS = (301, 302, 303, 307, 308)
_ANSWER_TIMEOUT = 120.0
"""Seconds that GitHub may take to answer after the last byte of a large file has arrived."""
_SLOWEST = 32 * 1024
"""Bytes a second below which a download is given up, after a minute's grace."""


class Reply(msgspec.Struct, frozen=True):
    """What came back.

    Args:
        status: The HTTP status.
        headers: The headers; names in lower case.
        text: The content, unless it went into a file.
        size: How many bytes went into the file.
        sha256: Their SHA-256, lower-case hex; empty when nothing went into the file.
    """

    status: int
    headers: dict[str, str]
    text: str = ""
    size: int = 0
    sha256: str = ""


class GitHubTransfer:
    """Sends and fetches files.

    Args:
        api_url: The REST address.
        token: The token; it travels in a header only.
    """

    def __init__(self, api_url: str, *, token: Secret) -> None:
        self._api_url = api_url
        self._token = token
        self._session: requests.Session | None = None

    def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def send(self, url: str, path: Path, *, content_type: str) -> Reply:
        """Send a file's bytes.

        Raises:
            RemoteError: The address is not GitHub's own.
            requests.RequestException: Whether it arrived is unknown.
        """
        if not self.is_trusted(url):
            raise RemoteError(
                f"{urlsplit(url).netloc or 'no host'} is no place for the uploads of {self._api_url}",
                hint="GitHub named it in a release's upload_url; check GITHUB_API_URL.",
            )
        with path.open("rb") as stream:
            headers = {**self._login(), "Accept": "application/vnd.github+json", "Content-Type": content_type}
            response = self._connect().post(
                url,
                # requests sends a stream of no length in chunks, which GitHub does not take.
                data=stream if path.stat().st_size else b"",
                headers=headers,
                timeout=(CONNECT_TIMEOUT, _ANSWER_TIMEOUT),
                allow_redirects=False,
            )
        return Reply(response.status_code, _lower(response), response.text)

    def fetch(self, url: str, into: Path, *, limit: int) -> Reply:
        """Write what an address of the API or of its storage holds into a file, if the answer is a success.

        Args:
            url: An address of the API.
            into: The file; it is overwritten.
            limit: The most bytes that are taken.

        Raises:
            RemoteError: It has more bytes than expected, or leads astray.
            requests.RequestException: It did not arrive whole.
        """
        for _ in range(_MAX_HOPS):
            login = self._login() if origin(url) == origin(self._api_url) else {}
            # Some storages compress a file on the way, and then its digest is not the one of the asset.
            headers = {**login, "Accept": "application/octet-stream", "Accept-Encoding": "identity"}
            with self._connect().get(
                url, headers=headers, timeout=(CONNECT_TIMEOUT, READ_TIMEOUT), stream=True, allow_redirects=False
            ) as response:
                if response.status_code not in _REDIRECTS:
                    return _keep(response, into, limit) if response.status_code in _SUCCESS else _refusal(response)
                url = self._follow(url, response.headers.get("Location", ""))
        raise RemoteError(f"{self._api_url}: a download was redirected {_MAX_HOPS} times", hint="Run again later.")

    def is_trusted(self, url: str) -> bool:
        """Tell whether the token may go to an address: the API's origin, its `uploads.` host, this very machine."""
        host, there = urlsplit(self._api_url).hostname or "", urlsplit(url)
        if origin(url) == origin(self._api_url) or self._is_local(url):
            return True
        uploads = f"uploads.{host.removeprefix('api.')}"
        return (there.scheme, there.hostname, there.port or 443) == ("https", uploads, 443)

    def _follow(self, url: str, location: str) -> str:
        target = urljoin(url, location)
        parts = urlsplit(target)
        if not location or not (parts.scheme == "https" or self._is_local(target)):
            raise RemoteError(
                f"{urlsplit(url).netloc} redirects a download to {parts.scheme}://{parts.netloc}, which has no TLS",
                hint="Check the address of the API (GITHUB_API_URL).",
            )
        return target

    def _is_local(self, url: str) -> bool:
        """Tell whether both an address and the API are on this very machine, as in a rehearsal."""
        return all(is_loopback(urlsplit(each).hostname or "") for each in (self._api_url, url))

    def _login(self) -> dict[str, str]:
        return {"Authorization": f"token {self._token.reveal()}"} if self._token else {}

    def _connect(self) -> requests.Session:
        if self._session is None:
            self._session = open_session()
        return self._session


def _keep(response: requests.Response, into: Path, limit: int) -> Reply:
    sha256, size = hashlib.sha256(), 0
    with into.open("wb") as file:
        for piece in _pieces(response, limit):
            size += len(piece)
            sha256.update(piece)
            file.write(piece)
    return Reply(response.status_code, _lower(response), size=size, sha256=sha256.hexdigest())


def _pieces(response: requests.Response, limit: int) -> Iterator[bytes]:
    until, size = time.monotonic() + READ_TIMEOUT + limit / _SLOWEST, 0
    for piece in response.iter_content(_PIECE):
        size += len(piece)
        if size > limit or time.monotonic() > until:
            raise RemoteError(
                f"{urlsplit(response.url).netloc}: the download has no end in sight after {size} bytes, "
                f"and {limit} were expected",
                hint="Run again later.",
            )
        yield piece


def _refusal(response: requests.Response) -> Reply:
    return Reply(
        response.status_code, _lower(response), next(response.iter_content(_PIECE), b"").decode("utf-8", "replace")
    )


def _lower(response: requests.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}
