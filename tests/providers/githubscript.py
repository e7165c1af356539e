"""A GitHub on loopback that answers from a script, one answer a request, and remembers what it was asked."""

from __future__ import annotations

import contextlib
import gc
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from pilotage.model.patience import Patience
from pilotage.model.secret import Secret
from pilotage.providers.githubcall import GitHubCall

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "ghs_geheim123"  # noqa: S105 - invented
HTML = b"<html><title>502 Bad Gateway</title></html>"


@dataclass
class Answer:
    """One answer: a status (0 cuts the connection without one), JSON or raw bytes, headers, bytes cut at the end."""

    status: int = 200
    content: object = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0

    @property
    def body(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else json.dumps(self.content).encode()


@dataclass
class Question:
    """One request."""

    verb: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class GitHubScript:
    """The running server, and a client of it whose waits are only written down."""

    url: str
    answers: list[Answer]
    questions: list[Question] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    calls: list[GitHubCall] = field(default_factory=list)

    @property
    def asked(self) -> list[str]:
        return [f"{question.verb} {question.path}" for question in self.questions]

    def call(self, *, token: str = TOKEN, patience: Patience | None = None, graphql: str = "/graphql") -> GitHubCall:
        made = GitHubCall(
            self.url,
            graphql_url=f"{self.url}{graphql}",
            token=Secret(token),
            patience=patience or Patience(attempts=3, first_wait=1, longest_wait=90),
            sleep=self.waits.append,
        )
        self.calls.append(made)
        return made


@contextlib.contextmanager
def serve_answers(*answers: Answer) -> Iterator[GitHubScript]:
    """Serve until the block ends; a request beyond the script is answered 418, which no test expects."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.questions.append(Question(self.command, self.path, headers, body))
            answer = script.answers.pop(0) if script.answers else Answer(418)
            if not answer.status:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) - answer.cut])
            self.close_connection = self.close_connection or bool(answer.cut)

        do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - the names are the library's

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    script = GitHubScript(f"http://127.0.0.1:{server.server_address[1]}", list(answers))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield script
    finally:
        for call in script.calls:
            call.close()
        gc.collect()  # urllib3 closes a connection with its pool, which the cycle of an old error may still hold
        server.shutdown()
        thread.join()
        server.server_close()
