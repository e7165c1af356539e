"""The embedded index itself: routes, faults and the log around the world it serves."""

from __future__ import annotations

import contextlib
import re
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pilotage.sandbox.index import faults as fault
from pilotage.sandbox.index import simple, trusted, upload
from pilotage.sandbox.index.faults import Fault, FaultKind
from pilotage.sandbox.index.server import Cut, serve_requests
from pilotage.sandbox.index.wire import Answer, RefusalError, Request, render_page
from pilotage.sandbox.index.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass(frozen=True)
class IndexEndpoint:
    """Where a served index can be reached; every address but `identity_url` ends with a slash.

    Args:
        root_url: The index's root, such as `http://127.0.0.1:4711/`.
        simple_url: The Simple API.
        upload_url: The legacy upload endpoint.
        identity_url: The runner's side: the value of `ACTIONS_ID_TOKEN_REQUEST_URL`, to which
            `&audience=…` is appended; it expects `Index.request_token`.
    """

    root_url: str
    simple_url: str
    upload_url: str
    identity_url: str


@dataclass(frozen=True)
class IndexRequest:
    """One request in the log: its number from 1, and the answer's status (0 while it runs or when it was cut)."""

    number: int
    method: str
    path: str
    status: int = 0


ROUTES: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
    ("GET", r"/simple/", simple.answer_projects),
    ("GET", r"/simple/([^/]+)/?", simple.answer_project),
    ("GET", r"/pypi/([^/]+)/json", simple.answer_legacy),
    ("GET", r"/pypi/([^/]+)/([^/]+)/json", simple.answer_legacy),
    ("GET", r"/files/(.+)", simple.answer_file),
    ("GET", r"/integrity/[^/]+/[^/]+/([^/]+)/provenance", simple.answer_provenance),
    ("POST", r"/legacy/", upload.answer_upload),
    ("GET", r"/_/oidc/audience", trusted.answer_audience),
    ("POST", r"/_/oidc/(?:github/)?mint-token", trusted.answer_mint),
    ("POST", r"/_/oidc/burn-token", trusted.answer_burn),
    ("GET", r"/oidc/token", trusted.answer_identity),
)


class Index(World):
    """A package index with PyPI's behaviour, on loopback.

    Attributes:
        faults: The faults to play; each is dropped when it is used up.
        log: Every request so far.
        before_request: Called in the server's thread before each request is looked at, without the lock,
            so that it may act as somebody else at just that moment.
        crashes: Bugs of the index itself; `serve()` raises the first at its end.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.faults: list[Fault] = []
        self.log: list[IndexRequest] = []
        self.before_request: Callable[[IndexRequest], None] | None = None
        self.crashes: list[Exception] = []
        self._dead = False
        self._closing = threading.Event()
        self._mark = 0

    @contextlib.contextmanager
    def serve(self) -> Iterator[IndexEndpoint]:
        """Serve on a free port of 127.0.0.1 until the block ends."""
        with serve_requests(self._answer) as port:
            root = f"http://127.0.0.1:{port}/"
            self._closing.clear()
            try:
                yield IndexEndpoint(root, f"{root}simple/", f"{root}legacy/", f"{root}oidc/token?api-version=2.0")
            finally:
                self._closing.set()
        if self.crashes:
            raise self.crashes[0]

    def mark(self) -> None:
        """Begin a new count: `calls()` and `Fault.at` start from here."""
        with self.lock:
            self._mark = len(self.log)

    def calls(self) -> list[IndexRequest]:
        """Return the requests since the last mark."""
        with self.lock:
            return self.log[self._mark :]

    def revive(self) -> None:
        """End the death that DEAD_BEFORE or DEAD_AFTER began."""
        self._dead = False

    def _answer(self, request: Request) -> Answer:
        entry, played = self._enter(request)
        try:
            if self.before_request is not None:
                self.before_request(entry)
            answer = self._play(request, played)
        except Cut:
            raise
        except Exception as exc:  # noqa: BLE001 (kept, and raised where serve() ends)
            self.crashes.append(exc)
            answer = render_page(500, f"The embedded index has a bug: {exc!r}")
        with self.lock:
            self.log[entry.number - 1] = replace(entry, status=answer.status)
        return answer

    def _enter(self, request: Request) -> tuple[IndexRequest, Fault | None]:
        with self.lock:
            entry = IndexRequest(len(self.log) + 1, request.method, request.path)
            self.log.append(entry)
            if self._dead:
                raise Cut
            line = f"{request.method} {request.path}"
            return entry, fault.take_fault(self.faults, entry.number - self._mark, line)

    def _play(self, request: Request, played: Fault | None) -> Answer:
        if played is None:
            return self._route(request)
        if played.kind is FaultKind.SLOW:
            self._closing.wait(played.seconds)
        answer = self._route(request) if played.kind in fault.AFTER else Answer()
        self._dead = self._dead or played.kind in fault.DEAD
        match played.kind:
            case FaultKind.SLOW:
                return answer
            case FaultKind.SERVER_ERROR:
                return render_page(503, "Service Unavailable")
            case FaultKind.SERVER_ERROR_AFTER:
                return render_page(502, "Bad Gateway")
            case FaultKind.RATE_LIMIT:
                return render_page(429, "Too Many Requests", {"Retry-After": f"{played.seconds:.0f}"})
            case FaultKind.NOT_JSON:
                return replace(render_page(200, "We are down for maintenance"), reason="OK")
            case FaultKind.CUT_BODY:
                raise Cut(answer)
            case _:
                raise Cut

    def _route(self, request: Request) -> Answer:
        method = "GET" if request.method == "HEAD" else request.method
        allowed = False
        with self.lock:
            for verb, pattern, route in ROUTES:
                found = re.fullmatch(pattern, request.path)
                if found is None:
                    continue
                allowed = True
                if verb == method:
                    try:
                        return route(self, request, *found.groups())
                    except RefusalError as exc:
                        return render_page(exc.status, exc.text)
        return render_page(405, "Method Not Allowed") if allowed else render_page(404, "Not Found")
