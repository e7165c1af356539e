"""A publish with secrets of every kind around it, and a search for them in all that it wrote."""

from __future__ import annotations

import base64
import contextlib
import json
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from contract.faultproxy import Call, FaultProxy, Page, serve_proxy
from contract.indexservers import Server
from contract.publishes import Attempt, publish
from pilotage.sandbox.index import Index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from commands.cliruns import Run

PUBLISHER = "octo/demo"
STRANGERS = {
    "GITHUB_TOKEN": "ghs_github0token0that0nobody0sees",
    "PILOTAGE_SLACK_WEBHOOK": "https://hooks.example/services/T000/B000/slack0webhook0secret",
    "PILOTAGE_SLACK_TOKEN": "xoxb-slack0token0that0nobody0sees",
    "PILOTAGE_ANNOUNCE_URLS": "json://user:announce0password0here@127.0.0.1:9/path",
    "PILOTAGE_INDEX_TOKEN_ELSEWHERE": "pypi-token0of0another0index",
}
"""Secrets that a job holds beside those of the index."""


def encode_login(user: str, token: str) -> str:
    """Write a login as it travels (RFC 7617)."""
    return base64.b64encode(f"{user}:{token}".encode()).decode()


@dataclass
class Leaks:
    """The secrets of a run, and where each of their forms turns up."""

    secrets: dict[str, str] = field(
        default_factory=lambda: {**STRANGERS, "announce password": "announce0password0here"}
    )

    def add_minted(self, proxy: FaultProxy) -> None:
        """Learn the identities and tokens that were given through a proxy."""
        for number, call in enumerate(proxy.log):
            if call.path.startswith(("/oidc/token", "/_/oidc/mint-token")) and call.passed == 200:
                said = json.loads(call.answer)
                secret = said.get("value") or said.get("token")
                self.secrets[f"{call.path.partition('?')[0]} at request {number}"] = secret
                self.secrets[f"login of request {number}"] = encode_login("__token__", secret)

    def add_login(self, user: str, token: str) -> None:
        """Know a token, and how it travels."""
        self.secrets |= {"index token": token, "login": encode_login(user, token)}

    def forms(self) -> Iterable[tuple[str, str]]:
        """Give each secret in each of the forms in which it could be written."""
        for name, secret in self.secrets.items():
            yield name, secret
            for each in (*secret.splitlines(), quote(secret, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1]):
                if each != secret:
                    yield f"{name}, written otherwise", each
            if secret.count(".") == 2:  # a JWT: its claims without their signature would do for many
                yield f"{name}, payload", secret.split(".")[1]

    def find(self, lines: Iterable[str]) -> list[str]:
        """List what was found in lines that are no masks."""
        shown = [line for line in lines if not line.startswith("::add-mask::")]
        return [f"{name} in {line!r}" for name, secret in self.forms() for line in shown if secret in line]


@dataclass
class TrustedWorld:
    """An index that trusts this job, behind a proxy."""

    index: Index
    seen: Server
    proxy: FaultProxy
    identity_url: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a job that has an identity."""
        return {
            **STRANGERS,
            **self.log_files,
            "GITHUB_ACTIONS": "true",
            "PILOTAGE_INDEX_TOKEN": "",
            "ACTIONS_ID_TOKEN_REQUEST_URL": self.identity_url,
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": self.index.request_token,
        }

    @property
    def log_files(self) -> dict[str, str]:
        """The files that a step of Actions writes."""
        return {name: str(self.folder / name.lower()) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}

    def leaks(self) -> Leaks:
        """Know every secret so far."""
        leaks = Leaks()
        leaks.secrets["request token"] = self.index.request_token
        leaks.add_minted(self.proxy)
        return leaks

    def publish(self, dist: Path) -> Attempt:
        """Publish in this process."""
        return publish(self.seen, dist, environment=self.environment)


def written(attempt: Attempt, folder: Path) -> list[str]:
    """List every line that a run wrote: what it told, its error with its whole chain, and all text in a folder."""
    lines = [line for text in attempt.told for line in text.splitlines()]
    if attempt.error is not None:
        lines += attempt.message.splitlines()
        lines += "".join(traceback.format_exception(attempt.error)).splitlines()
    return lines + in_files(folder)


def in_files(folder: Path) -> list[str]:
    """List the lines of every text below a folder."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in {".whl", ".gz"}:
            found += path.read_text(errors="replace").splitlines()
    return found


@contextlib.contextmanager
def open_trusted(folder: Path, *, project: str = "demo", repository: str = PUBLISHER) -> Iterator[TrustedWorld]:
    """Serve an index that trusts a repository's workflow to make a project."""
    folder.mkdir(exist_ok=True)
    index = Index(folder / "index")
    index.request_token = "runner-request-token-nobody-sees"  # noqa: S105 - good on loopback only
    workflow = f"{repository}/.github/workflows/release.yml@refs/heads/main"
    index.claims |= {"repository": repository, "repository_owner": repository.partition("/")[0]}
    index.claims |= {"workflow_ref": workflow, "job_workflow_ref": workflow}
    index.claims |= {"sub": f"repo:{repository}:environment:pypi"}
    index.add_pending_publisher(project, repository, workflow="release.yml", environment="pypi")
    with index.serve() as endpoint, serve_proxy(endpoint.root_url) as proxy:
        server = Server("embedded", endpoint.upload_url, "", "").behind(proxy.url)
        identity = endpoint.identity_url.replace(endpoint.root_url.rstrip("/"), proxy.url)
        yield TrustedWorld(index, server, proxy, identity, folder)


def lines_of(run: Run) -> list[str]:
    """List the lines of both streams."""
    return [*run.out.splitlines(), *run.err.splitlines()]


def repeat_everything(status: int, kind: str) -> Callable[[Call], Page | None]:
    """Answer a request with all that it held, secrets first, as a server in debug mode does.

    Args:
        status: The answer's status.
        kind: How it repeats it: "header" as it came, "login" as it reads it, "body" what was sent.
    """

    def answer(call: Call) -> Page | None:
        header = call.headers.get("Authorization", "no login")
        login = base64.b64decode(header.removeprefix("Basic ")).decode() if header.startswith("Basic ") else header
        first = {"header": header, "login": login, "body": call.body.decode(errors="replace")}[kind]
        headers = "\n".join(f"{name}: {value}" for name, value in call.headers.items())
        return Page(status, f"{first}\n{headers}\n".encode() + call.body, {"Content-Type": "text/plain"})

    return answer
