"""HTTP/1.1 on loopback for the embedded index: one thread a connection, silent, and gone without a trace."""

from __future__ import annotations

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from pilotage.sandbox.index.wire import Answer, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Cut(Exception):  # noqa: N818 (not an error: the wanted end of a connection)
    """End the connection without an answer, or with the first half of one."""

    def __init__(self, answer: Answer | None = None) -> None:
        super().__init__("cut")
        self.answer = answer


@contextlib.contextmanager
def serve_requests(answer: Callable[[Request], Answer]) -> Iterator[int]:
    """Serve on a free port of 127.0.0.1 until the block ends; yields the port.

    `answer` is called in the connection's thread and may raise `Cut`. All threads and sockets are gone afterwards.
    """
    server = _Server(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="sandbox-index")
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.cut_connections()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that server_close() joins them
    request_queue_size = 64

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        self.answer = answer
        self.connections: set[socket.socket] = set()
        self.guard = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        # http.server would look its own name up in the DNS here, which may take seconds.
        socket.socket.bind(self.socket, self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def process_request_thread(self, request: object, client_address: object) -> None:
        assert isinstance(request, socket.socket)  # noqa: S101 (typeshed allows UDP pairs too)
        with self.guard:
            self.connections.add(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.guard:
                self.connections.discard(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that went away is no news, and the index keeps its own crashes."""

    def cut_connections(self) -> None:
        """Wake the threads that wait for a further request on an open connection."""
        with self.guard:
            for connection in self.connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        request = Request(
            self.command,
            self.path,
            {name.lower(): value for name, value in self.headers.items()},
            self._read_body(),
        )
        try:
            answer = self.server.answer(request)
        except Cut as cut:
            self.close_connection = True
            if cut.answer is not None:
                self._write(cut.answer, limit=len(cut.answer.body) // 2)
            return
        self._write(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 (http.server's names)

    def _read_body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _write(self, answer: Answer, *, limit: int | None = None) -> None:
        self.send_response(answer.status, answer.phrase)
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.status != 304:  # noqa: PLR2004 (a 304 has no body to describe)
            self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[:limit])
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's name)
        """Say nothing; `Index.log` has every request."""
