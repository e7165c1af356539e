"""Three real package indexes on loopback: the embedded one (PyPI's behaviour), pypiserver (HTML) and devpi (JSON)."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
import requests

from pilotage.model.indexaddress import IndexAddress
from pilotage.sandbox.index import Index as EmbeddedIndex
from pilotage.sandbox.index import TokenScope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BIN = Path(sys.executable).parent
START = 60
"""Seconds that a server may take to start on a busy machine."""
PASSWORD = "hunter2-of-loopback"  # noqa: S105 - good on loopback only

KINDS = ("embedded", *(pytest.param(name, marks=pytest.mark.peer) for name in ("pypiserver", "devpi")))
"""The three servers, for parametrised fixtures."""

_LINK = re.compile(r'<a[^>]*?\bhref="([^"]+)"')


@dataclass(frozen=True)
class Server:
    """A running index, as a user knows it.

    Args:
        kind: Which one it is.
        index: What a user gives as `--index`.
        user: The user name of uploads.
        token: The password or token of uploads.
    """

    kind: str
    index: str
    user: str
    token: str

    @property
    def simple_url(self) -> str:
        """The Simple root, for installers."""
        return IndexAddress.parse(self.index).simple_url

    @property
    def environment(self) -> dict[str, str]:
        """The variables that hand the credentials to Pilotage."""
        return {"PILOTAGE_INDEX_USER": self.user, "PILOTAGE_INDEX_TOKEN": self.token}

    @property
    def root(self) -> str:
        """The server's scheme, host and port."""
        parts = urlsplit(self.index)
        return f"{parts.scheme}://{parts.netloc}"

    def behind(self, root: str) -> Server:
        """Give the same server as it looks through a proxy."""
        return replace(self, index=self.index.replace(self.root, root))

    def page(self, project: str) -> str:
        """Give the address of a project's page, below the root."""
        return f"{self.simple_url}{project}/".removeprefix(self.root)

    def files(self, project: str) -> dict[str, str]:
        """Download every file of a project, with nothing of Pilotage's: its name and the SHA-256 of what came."""
        url = f"{self.simple_url}{project}/"
        answer = requests.get(url, headers={"Accept": "text/html"}, timeout=START)
        if answer.status_code == 404:
            return {}
        answer.raise_for_status()
        found = {}
        for link in _LINK.findall(answer.text):
            address, _ = urldefrag(urljoin(answer.url, link.replace("&amp;", "&")))
            name = unquote(urlsplit(address).path.rpartition("/")[2])
            if name.endswith((".whl", ".tar.gz")):
                fetched = requests.get(address, timeout=START)
                fetched.raise_for_status()
                found[name] = hashlib.sha256(fetched.content).hexdigest()
        return found


@contextlib.contextmanager
def serve_embedded(folder: Path) -> Iterator[Server]:
    """Serve the embedded index."""
    embedded = EmbeddedIndex(folder)
    token = "pypi-token-of-loopback"  # noqa: S105 - good on loopback only
    embedded.tokens[token] = TokenScope()
    with embedded.serve() as endpoint:
        server = Server("embedded", endpoint.upload_url, "__token__", token)
        assert server.simple_url == endpoint.simple_url
        yield server


@contextlib.contextmanager
def serve_pypiserver(folder: Path) -> Iterator[Server]:
    """Serve pypiserver with a password for uploads."""
    port, passwords = find_port(), folder.parent / f"{folder.name}.htpasswd"
    digest = base64.b64encode(hashlib.sha1(PASSWORD.encode(), usedforsecurity=False).digest()).decode()
    passwords.write_text(f"me:{{SHA}}{digest}\n")
    program = [str(BIN / "pypi-server"), "run", "-i", "127.0.0.1", "-p", str(port), "--disable-fallback"]
    access = ["-P", str(passwords), "-a", "update", "--backend", "simple-dir"]
    with serve([*program, *access, str(folder)], f"http://127.0.0.1:{port}/", folder):
        yield Server("pypiserver", f"http://127.0.0.1:{port}/", "me", PASSWORD)


@contextlib.contextmanager
def serve_devpi(folder: Path) -> Iterator[Server]:
    """Serve devpi with one index that never takes a name twice."""
    data, port = folder / "data", find_port()
    url = f"http://127.0.0.1:{port}"
    # The cheapest hash: by default devpi takes 512 MiB and half a minute for one password.
    cheap = ["--argon2-memory-cost", "8", "--argon2-time-cost", "1", "--argon2-parallelism", "1"]
    subprocess.run(
        [BIN / "devpi-init", "--serverdir", data, "--no-root-pypi", "--root-passwd", PASSWORD],
        check=True,
        capture_output=True,
        env=quiet(),
        timeout=START,
    )
    command = [str(BIN / "devpi-server"), "--serverdir", str(data), "--host", "127.0.0.1", "--port", str(port), *cheap]
    with serve(command, f"{url}/+api", folder):
        login = requests.post(f"{url}/+login", json={"user": "root", "password": PASSWORD}, timeout=START)
        token = login.json()["result"]["password"]
        made = requests.put(
            f"{url}/root/dev",
            json={"type": "stage", "volatile": False, "bases": []},
            auth=("root", token),
            timeout=START,
        )
        assert made.status_code == 200, made.text
        yield Server("devpi", f"{url}/root/dev/+simple/", "root", token)


SERVERS: dict[str, Callable[[Path], contextlib.AbstractContextManager[Server]]] = {
    "embedded": serve_embedded,
    "pypiserver": serve_pypiserver,
    "devpi": serve_devpi,
}


class Yard:
    """The servers of one test session: each is started when it is first asked for, and runs until the end.

    A parametrised fixture of a wider scope would start them anew each time the random order changes the parameter.
    """

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._running: dict[str, Server] = {}

    def open(self, kind: str) -> Server:
        """Give a running server."""
        if kind not in self._running:
            folder = self._folder / kind
            folder.mkdir()
            self._running[kind] = self._stack.enter_context(SERVERS[kind](folder))
        return self._running[kind]


def find_port() -> int:
    """Find a free port of loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        assert isinstance(port, int)
        return port


def quiet() -> dict[str, str]:
    """Give the environment in which other people's servers warn of nothing."""
    return {**os.environ, "PYTHONWARNINGS": "ignore"}


@contextlib.contextmanager
def serve(command: list[str], probe: str, folder: Path) -> Iterator[None]:
    """Run a server until the block ends; it has begun when it answers the probe."""
    log = folder.parent / f"{folder.name}.log"
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=quiet()) as process:
        try:
            until = time.monotonic() + START
            while not answers(probe):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def answers(url: str) -> bool:
    """Tell whether a server answers."""
    try:
        return requests.get(url, timeout=START).ok
    except requests.ConnectionError:
        return False
