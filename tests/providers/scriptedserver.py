"""A server on loopback that gives exactly the answers of a script, and remembers what it was asked."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Reply:
    """One answer.

    Args:
        status: The status; 0 closes the connection without an answer.
        body: The content.
        headers: The headers.
        cut: How many bytes of the content are left out at the end, in spite of the Content-Length.
        reason: The words beside the status.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0
    reason: str | None = None


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Script:
    """A running server; the last reply of `replies` is repeated for ever."""

    url: str
    replies: list[Reply]
    asked: list[Asked] = field(default_factory=list)

    def next_reply(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@contextlib.contextmanager
def serve_script(*replies: Reply) -> Iterator[Script]:
    """Serve on a free port of 127.0.0.1 until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            script.asked.append(
                Asked(self.command, self.path, {key.lower(): value for key, value in self.headers.items()}, body)
            )
            reply = script.next_reply()
            self.close_connection = True
            if not reply.status:
                return
            self.send_response(reply.status, reply.reason)
            for name, value in {"Content-Length": str(len(reply.body)), "Connection": "close", **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) - reply.cut])

        do_GET = do_POST = _answer  # noqa: N815 - the names are the library's

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    script = Script(f"http://127.0.0.1:{server.server_address[1]}", list(replies))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
