"""A container registry on loopback that asks for a password: Debian's own program, unpacked and not installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from container.engine import SetUpError, find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER: Final = "octocat"
PASSWORD: Final = "harbour"  # noqa: S105 - invented
_LINE: Final = "$2b$04$xrGfiSmn4OMAkphdg1t6re311.1.8BFpL2er7DAROkv2qEuAUqrDe"
"""That password, as bcrypt writes it down."""
_READY_SECONDS: Final = 30


@dataclass(frozen=True)
class Registry:
    """A registry that answers.

    Args:
        address: Its host and port.
        folder: Where it keeps what it was sent.
    """

    address: str
    folder: Path

    def digests(self, name: str) -> set[str]:
        """List the digests of what it keeps under a name."""
        found = (self.folder / "docker/registry/v2/repositories" / name / "_manifests/revisions/sha256").glob("*")
        return {f"sha256:{path.name}" for path in found}


@contextlib.contextmanager
def open_registry(folder: Path) -> Iterator[Registry]:
    """Serve a registry until the block ends.

    Raises:
        SetUpError: There is none, and none can be had.
    """
    program = find("docker-registry") or _unpack(folder / "program")
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    (folder / "htpasswd").write_text(f"{USER}:{_LINE}\n")
    settings = folder / "config.yml"
    settings.write_text(
        f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder / 'kept'}}}}}\n"
        f"http: {{addr: '{address}'}}\nauth: {{htpasswd: {{realm: test, path: {folder / 'htpasswd'}}}}}\n"
    )
    log = folder / "registry.log"
    with log.open("wb") as stream:
        process = subprocess.Popen([program, "serve", settings], stdin=subprocess.DEVNULL, stdout=stream, stderr=stream)
    try:
        _await(address, process, log)
        yield Registry(address, folder / "kept")
    finally:
        process.terminate()
        process.wait(timeout=30)


def _unpack(folder: Path) -> str:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise SetUpError("docker-registry is needed, and this is no Debian that has it")
    folder.mkdir()
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "download", "-qq", "docker-registry"], ["sh", "-c", "dpkg-deb -x *.deb ."]):
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SetUpError(f"docker-registry cannot be had:\n{(done.stdout + done.stderr)[-2000:]}")
    return str(folder / "usr" / "bin" / "docker-registry")


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"http://{address}/v2/", timeout=5).close()
        except urllib.error.HTTPError:
            return  # it asks for the password
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SetUpError(f"the registry does not run here:\n{log.read_text()[-2000:]}") from None
            time.sleep(0.1)
        else:
            return
