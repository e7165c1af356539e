"""One request to an index, politely: time-outs on every call, bounded patience for reads, no credentials for strangers.

A read is tried again when the connection fails, when the answer is 429 or 5xx, or when it cannot be understood. A write
is sent once; whoever sends it looks before it sends again. GitHub's own rules are in `githubcall`.
"""

from __future__ import annotations

import hashlib
import math
import time
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from pilotage import __version__
from pilotage.errors import RemoteError
from pilotage.model.indexaddress import is_loopback, origin
from pilotage.providers.httpmessage import Answer, GarbledError, LostError, Request, read_retry_after, render_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pilotage.model.patience import Patience

T = TypeVar("T")

CONNECT_TIMEOUT = 10.0
"""Seconds until a connection must stand."""
READ_TIMEOUT = 60.0
"""Seconds that a remote may be silent. An upload's answer may take that long on a busy index."""

_CHUNK = 64 * 1024
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500


class _TimedAdapter(HTTPAdapter):
    """Give every request a time-out, also those that requests sends by itself for a redirect."""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - same
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002 - same
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        return super().send(request, stream, timeout or (CONNECT_TIMEOUT, READ_TIMEOUT), verify, cert, proxies)


class _Session(requests.Session):
    """Send credentials to the very origin they were given for, and never read them from a netrc file."""

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        if origin(prepared_request.url or "") != origin(response.request.url or ""):
            prepared_request.headers.pop("Authorization", None)


def _send_no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def open_session() -> requests.Session:
    """Open a session whose every call has time-outs and follows at most five redirects."""
    session = _Session()
    session.headers["User-Agent"] = f"pilotage/{__version__}"
    session.max_redirects = 5
    session.auth = _send_no_netrc  # without it, requests takes credentials from the user's netrc file
    for scheme in ("http://", "https://"):
        session.mount(scheme, _TimedAdapter(max_retries=0))
    return session


class Wire:
    """A session with the bounds within which it is used.

    Args:
        session: From `open_session`.
        patience: How often a read is tried. Its attempts times its longest wait also bound, in seconds, when
            the last try may begin.
        sleep: Waits some seconds.
        now: The seconds of a clock that never goes back.
    """

    def __init__(
        self,
        session: requests.Session,
        patience: Patience,
        *,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.session = session
        self.patience = patience
        self.sleep = sleep
        self.now = now

    def read(self, request: Request, understand: Callable[[Answer], T], *, what: str) -> T:
        """Ask for something until the answer can be understood, within the patience.

        Args:
            request: The request; it must change nothing.
            understand: Makes the value of an answer below 500 (but 429); raises GarbledError when it cannot.
            what: What is asked for, for the error's text.

        Raises:
            RemoteError: No answer could be understood; the last one is quoted.
        """
        start, waits, tries = self.now(), self.patience.waits(), 0
        limit = self.patience.attempts * self.patience.longest_wait
        while True:
            tries += 1
            wished = 0.0
            try:
                answer = self.send(request)
                if answer.status != _TOO_MANY_REQUESTS and answer.status < _SERVER_ERROR:
                    return understand(answer)
                wished = read_retry_after(answer.headers)
                said = answer.render(*request.secrets)
            except (LostError, GarbledError) as exc:
                said = str(exc)
            wait = max(next(waits, math.inf), wished)
            if wait > self.patience.longest_wait or self.now() - start + wait > limit:
                raise RemoteError(_explain(request.host, what, said, tries, wished), hint=_UNKNOWN)
            self.sleep(wait)

    def send(self, request: Request) -> Answer:
        """Send one request, once, and read its answer to the end.

        Raises:
            LostError: There was no answer, or it broke off, or is larger than the request's limit.
            RemoteError: A redirect leads out of TLS.
        """
        login = {"Authorization": request.login.reveal()} if request.login else {}
        try:
            with self.session.request(
                request.method,
                request.url,
                headers={**request.headers, **login},
                data=request.data,
                stream=True,
                allow_redirects=request.method == "GET",
            ) as response:
                _refuse_downgrade(response)
                return self._read_answer(response, request)
        except requests.exceptions.InvalidHeader:
            # Its words, and so its chain, quote the header: a token with a line end in it.
            raise LostError(f"{request.host}: a token holds characters that no header can carry") from None
        except (requests.RequestException, OSError, ValueError) as exc:  # ValueError: a redirect to what is no URL
            raise LostError(f"{request.host}: {request.method} got no whole answer: {_name(exc)}") from exc

    def _read_answer(self, response: requests.Response, request: Request) -> Answer:
        body, size, sha256 = bytearray(), 0, hashlib.sha256()
        until = self.now() + self.patience.attempts * self.patience.longest_wait
        for chunk in response.iter_content(_CHUNK):
            size += len(chunk)
            if size > request.limit or self.now() > until:
                raise LostError(f"{request.host}: the answer has no end in sight after {size} bytes")
            sha256.update(chunk)
            body += chunk[: max(request.keep - len(body), 0)]
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(
            response.url,
            response.status_code,
            response.reason or "",
            headers,
            bytes(body),
            size,
            sha256.hexdigest(),
        )


_UNKNOWN = "What is there is unknown, so nothing was changed. Run again when the remote is well."


def _explain(host: str, what: str, said: str, tries: int, wished: float) -> str:
    times = "once" if tries == 1 else f"{tries} times"
    wait = f" (it asks to wait {wished:.0f} s)" if wished else ""
    return f"{host} was asked {times} for {what} and did not answer well{wait}; last: {said}"


def _refuse_downgrade(response: requests.Response) -> None:
    for hop in [*response.history, response]:
        parts = urlsplit(hop.url)
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise RemoteError(
                f"{urlsplit(response.history[0].url).netloc} redirects to http://{parts.netloc}, which has no TLS",
                hint="Give the index's https address itself.",
            )


def _name(exc: BaseException) -> str:
    """Name the innermost cause: the outer ones repeat it with addresses of objects."""
    while (inner := exc.__cause__ or exc.__context__) is not None:
        exc = inner
    return render_line(f"{type(exc).__name__}: {exc}")
