"""A proxy in front of any index: it counts, forgets, breaks and dies at a chosen request, and keeps a log.

It talks real HTTP on loopback to both sides, and hands the `Host` on as the client wrote it: so the addresses in the
server's pages lead through the proxy too.
"""

from __future__ import annotations

import contextlib
import enum
import http.client
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_PIECE = 64 * 1024
_WAIT = 60.0
_FILENAME = re.compile(rb'filename="([^"]*)"')
_FRAGMENT = re.compile(rb"#(?:sha256|md5)=[0-9a-f]*")
_HOP = frozenset({"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"})


class Death(enum.StrEnum):
    """Where in a request the server goes away."""

    BEFORE = "before"
    """The request came whole; nothing of it is passed on."""
    BODY = "body"
    """Half of the request's body is passed on, then both sides are cut."""
    AFTER = "after"
    """The request has its effect; its answer is lost."""
    ANSWER = "answer"
    """The request has its effect; half of its answer arrives."""


@dataclass(frozen=True)
class Page:
    """An answer.

    Args:
        status: The status; 0 when there was none.
        body: The content.
        headers: The headers, without those of the connection.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """One request in the log.

    Args:
        method: Its method.
        path: Its path with the query.
        sent: The size of its body.
        file: The name of the file that it uploads; empty for none.
        passed: The status that the server behind answered; 0 when it got no whole request.
        status: The status that the client was answered; 0 when it got no whole answer.
        size: The size of the answer's body.
        headers: The request's headers.
        body: The request's body, as far as its first 64 KiB.
        answer: What the server behind answered, as far as its first 64 KiB.
    """

    method: str
    path: str
    sent: int = 0
    file: str = ""
    passed: int = 0
    status: int = 0
    size: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    answer: bytes = b""


class Cut(Exception):  # noqa: N818 - not an error: the wanted end of a connection
    """End the connection here."""


class FaultProxy:
    """A proxy that breaks on demand.

    Attributes:
        url: Its root, without a slash at the end.
        log: Every request so far.
        has_hashes: False takes every digest out of the pages.
        stale: After each accepted upload, so many reads of a page still show it as it was before.
        before: Hears of each request just before it is served.
        answer: Gives an answer in the server's place, or None to let the server answer.
    """

    def __init__(self, root: str) -> None:
        parts = urlsplit(root)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._guard = threading.RLock()
        self._pages: dict[str, Page] = {}
        self._left: dict[str, int] = {}
        self._death: tuple[int, Death, bool] | None = None
        self.url = ""
        self.log: list[Call] = []
        self.is_dead = False
        self.has_hashes = True
        self.stale = 0
        self.before: Callable[[Call], None] | None = None
        self.answer: Callable[[Call], Page | None] | None = None

    def die(self, at: int, how: Death, *, stays: bool = True) -> None:
        """Die at a request, counted from 1 from now on; `stays` loses all later requests too, until `revive`."""
        self._death = len(self.log) + at, how, stays

    def revive(self) -> None:
        """Be well again."""
        self.is_dead, self._death = False, None

    @property
    def posts(self) -> list[Call]:
        """The uploads that were begun."""
        return [call for call in self.log if call.method == "POST"]

    @property
    def accepted(self) -> list[str]:
        """The files that the server behind accepted, as often as it did so."""
        return [call.file for call in self.posts if 200 <= call.passed < 300]

    def enter(self, call: Call) -> Death | None:
        """Write a request into the log, and tell how it dies."""
        with self._guard:
            self.log.append(call)
            if self.is_dead:
                raise Cut
            if self._death is None or self._death[0] != len(self.log):
                return None
            _, how, self.is_dead = self._death
            return how

    def pass_on(self, call: Call, body: bytes, *, half: bool) -> Page:
        """Pass a request on and read the answer; with `half`, cut it in the middle of its body."""
        page = self.answer(call) if self.answer and not half else None
        page = page or self._remember_old(call)
        if page is None:
            upstream = http.client.HTTPConnection(self._host, self._port, timeout=_WAIT)
            with contextlib.closing(upstream):
                upstream.putrequest(call.method, call.path, skip_host=True, skip_accept_encoding=True)
                for key, value in call.headers.items():
                    if key.lower() not in {"connection", "accept-encoding"}:
                        upstream.putheader(key, value)
                upstream.endheaders()
                upstream.send(body[: len(body) // 2] if half else body)
                if half:
                    raise Cut
                answer = upstream.getresponse()
                kept = {key: value for key, value in answer.getheaders() if key.lower() not in _HOP}
                page = Page(answer.status, answer.read(), kept)
            call.passed, call.answer = page.status, page.body[:_PIECE]
            self._note(call, page)
        return page if self.has_hashes else strip_hashes(page)

    def _remember_old(self, call: Call) -> Page | None:
        with self._guard:
            if call.method != "GET" or not self._left.get(call.path):
                return None
            self._left[call.path] -= 1
            return self._pages.get(call.path)

    def _note(self, call: Call, page: Page) -> None:
        with self._guard:
            if call.method == "GET":
                self._pages[call.path] = page
            elif call.method == "POST" and 200 <= page.status < 300:
                self._left = dict.fromkeys(self._pages, self.stale)


def strip_hashes(page: Page) -> Page:
    """Take every digest out of a page of the Simple interface."""
    kind = page.headers.get("Content-Type", "").lower()
    if "json" in kind:
        content = json.loads(page.body)
        for file in content.get("files", ()):
            file["hashes"] = {}
        return Page(page.status, json.dumps(content).encode(), page.headers)
    if "html" in kind:
        return Page(page.status, _FRAGMENT.sub(b"", page.body), page.headers)
    return page


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that server_close() joins them
    request_queue_size = 64

    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a side that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _serve(self) -> None:
        proxy = self.server.proxy
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = _FILENAME.search(body[:_PIECE])
        call = Call(self.command, self.path, sent=len(body), file=found[1].decode() if found else "")
        call.headers, call.body = dict(self.headers.items()), body[:_PIECE]
        try:
            death = proxy.enter(call)
            if proxy.before is not None:
                proxy.before(call)
            if death is Death.BEFORE:
                return
            page = proxy.pass_on(call, body, half=death is Death.BODY)
        except Cut:
            return
        content = self._render(page)
        if death is Death.ANSWER:
            content = content[: len(content) // 2]
        if death is not Death.AFTER:
            self.wfile.write(content)
        if death is None:
            call.status, call.size = page.status, len(page.body)

    do_GET = do_HEAD = do_POST = do_PUT = _serve  # noqa: N815 - the names are the library's

    def _render(self, page: Page) -> bytes:
        reason = http.client.responses.get(page.status, "Unknown")
        headers = {**page.headers, "Content-Length": str(len(page.body)), "Connection": "close"}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"HTTP/1.1 {page.status} {reason}\r\n{head}\r\n".encode("latin-1") + page.body

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing; the proxy's log has every request."""


@contextlib.contextmanager
def serve_proxy(root: str) -> Iterator[FaultProxy]:
    """Serve a proxy of the server at a root on a free port of 127.0.0.1 until the block ends."""
    proxy = FaultProxy(root)
    server = _Server(proxy)
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
