"""A server on loopback that takes messages, as a messenger does."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Ear:
    """A server that takes messages; what it answers can be changed."""

    url: str = ""
    status: int = 200
    heard: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """Give each message's body."""
        return [body.decode() for _, body in self.heard]


@contextlib.contextmanager
def listen() -> Iterator[Ear]:
    """Listen on loopback for messages."""
    ear = Ear()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            ear.heard.append((self.path, body))
            self.send_response(ear.status)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    ear.url = f"127.0.0.1:{server.server_address[1]}"
    try:
        yield ear
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
