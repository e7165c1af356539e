"""A Docker engine: the one that runs, else one of our own that is stopped by its process id and leaves nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEBIAN: Final = ("docker.io", "mmdebstrap")
"""What is installed on Debian when it is missing: the engine, and what makes a base image without a registry."""

_PLACES: Final = ("/usr/bin", "/usr/sbin")
"""Debian's client comes first: BuildKit is part of it, a newer one wants a plug-in beside it."""
_READY_SECONDS: Final = 60


class SetUpError(Exception):
    """The machine lacks something, and it cannot be had."""


@dataclass(frozen=True)
class Engine:
    """An engine that answers.

    Args:
        client: The docker client.
        host: The engine's address; empty for the client's own default.
    """

    client: str
    host: str = ""

    def call(
        self, *arguments: str, env: Mapping[str, str] | None = None, timeout: float = 900
    ) -> subprocess.CompletedProcess[str]:
        """Run one docker command; its two streams come as one text, in their order."""
        variables = {"PATH": os.pathsep.join((*_PLACES, os.environ.get("PATH", "")))}
        variables |= {"HOME": os.environ.get("HOME", "/"), "DOCKER_BUILDKIT": "1"}
        variables |= {"DOCKER_HOST": self.host} if self.host else {}
        return subprocess.run(
            [self.client, *arguments],
            env={**variables, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )

    def need(self, *arguments: str, timeout: float = 900) -> str:
        """Run one docker command that must succeed and give what it wrote.

        Raises:
            SetUpError: It failed.
        """
        done = self.call(*arguments, timeout=timeout)
        if done.returncode:
            raise SetUpError(f"docker {' '.join(arguments[:4])} … failed:\n{done.stdout[-4000:]}")
        return done.stdout.strip()

    @property
    def socket(self) -> str:
        """Give the path of the engine's socket, which the runner hands to every container action."""
        address = self.host or os.environ.get("DOCKER_HOST", "") or "unix:///var/run/docker.sock"
        return address.removeprefix("unix://")


@contextlib.contextmanager
def open_engine() -> Iterator[Engine]:
    """Give an engine; one that was started here is stopped, and its images removed.

    Raises:
        SetUpError: There is none, and none can be started.
    """
    running = Engine(find("docker") or "docker", os.environ.get("DOCKER_HOST", ""))
    if find("docker") and running.call("info").returncode == 0:
        yield running
        return
    install("dockerd", "docker")
    # a short path: the name of a socket holds some hundred bytes
    folder = Path(tempfile.mkdtemp(prefix="pilotage-engine-"))
    log = folder / "log.txt"
    try:
        with log.open("wb") as stream:
            process = subprocess.Popen(_command(folder), stdin=subprocess.DEVNULL, stdout=stream, stderr=stream)
        try:
            engine = Engine(find("docker") or "docker", f"unix://{folder}/docker.sock")
            _await(engine, process, log)
            yield engine
        finally:
            process.terminate()
            process.wait(timeout=60)
    finally:
        _clear(folder)


def _clear(folder: Path) -> None:
    """Remove an engine's folder; the host's network, which it mounts below it, stays mounted when it ends."""
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        place = line.split(" ")[1]
        if place.startswith(f"{folder}/"):
            subprocess.run(["umount", "--", place], check=False)
    shutil.rmtree(folder, ignore_errors=True)


def _command(folder: Path) -> list[str]:
    """Spell the command of an engine that touches neither the machine's network nor its firewall."""
    return [
        find("dockerd") or "dockerd",
        f"--host=unix://{folder}/docker.sock",
        f"--data-root={folder}/data",
        f"--exec-root={folder}/exec",
        f"--pidfile={folder}/pid",
        "--bridge=none",
        "--iptables=false",
        "--ip-forward=false",
    ]


def _await(engine: Engine, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while engine.call("info").returncode:
        if process.poll() is not None or time.monotonic() > deadline:
            raise SetUpError(f"dockerd does not run here:\n{log.read_text(errors='replace')[-4000:]}")
        time.sleep(0.3)


def find(program: str) -> str | None:
    """Find a program, Debian's own before any other."""
    return shutil.which(program, path=os.pathsep.join((*_PLACES, os.environ.get("PATH", ""))))


def install(*programs: str) -> None:
    """Install Debian's packages when a program is missing.

    Raises:
        SetUpError: This is no Debian, we are not root, or the installation failed.
    """
    if all(find(program) for program in programs):
        return
    if not find("apt-get") or os.geteuid() != 0:
        raise SetUpError(f"{' and '.join(programs)} needed: install Docker, or run this as root on Debian")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *DEBIAN]):
        done = subprocess.run(["apt-get", *command], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SetUpError(f"apt-get {command[0]} failed:\n{(done.stdout + done.stderr)[-4000:]}")
