"""A threaded HTTP server on loopback that starts at once, is silent, and leaves nothing open."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Final

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from collections.abc import Iterator
    from wsgiref.types import WSGIApplication

_POLL: Final = 0.02


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # answers go out in two writes: waiting for the first one's echo costs 40 ms

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the parent's signature
        """Say nothing: the forge keeps its own log."""


class _Server(ThreadedWSGIServer):
    daemon_threads = False  # so that closing the server waits for the requests that still run
    block_on_close = True
    request_queue_size = 64

    def __init__(self, app: WSGIApplication) -> None:
        super().__init__("127.0.0.1", 0, app, _Handler)
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()

    def process_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]  # the parent also knows datagrams
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]  # the parent also knows datagrams
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """End the connections that clients keep open, so that their threads end."""
        with self._guard:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)


@contextlib.contextmanager
def serve_app(app: WSGIApplication) -> Iterator[int]:
    """Serve a WSGI application on a free port of 127.0.0.1 and yield the port; everything is closed afterwards."""
    server = _Server(app)
    thread = threading.Thread(target=server.serve_forever, args=(_POLL,), name="forge", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.close_connections()
        thread.join()  # the thread closes the server and waits for the requests that still run
