"""Real clients against the embedded index: they know the protocol better than we do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.index import Index
from pilotage.sandbox.standin import build_standin
from sandbox.index_client import TOKEN, Client, open_index

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.peer

UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
QUIET = {"NO_PROXY": "127.0.0.1", "UV_NO_CONFIG": "1", "PIP_CONFIG_FILE": os.devnull}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with open_index(Index(tmp_path / "world")) as client:
        yield client


@pytest.fixture
def dists(tmp_path: Path) -> list[Path]:
    package = tmp_path / "source" / "src" / "demo_pkg"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("answer = 42\n")
    return build_standin(tmp_path / "source", tmp_path / "dist", name="Demo.Pkg", version="1.0", epoch=1_700_000_000)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **QUIET}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)


def uv_publish(
    client: Client, dists: list[Path], *options: str, token: str = TOKEN
) -> subprocess.CompletedProcess[str]:
    url = client.endpoint.upload_url
    return run(UV, "publish", "--publish-url", url, "--token", token, *options, *map(str, dists))


def pip_download(client: Client, out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    pip = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "download", "--no-cache-dir"]
    return run(*pip, "--no-deps", "--index-url", client.endpoint.simple_url, "--dest", str(out), *options)


def test_uv_publishes_and_pip_downloads_the_same_bytes(client: Client, dists: list[Path], tmp_path: Path) -> None:
    published = uv_publish(client, dists)
    assert published.returncode == 0, published.stderr
    downloaded = pip_download(client, tmp_path / "got", "demo-pkg==1.0")
    assert downloaded.returncode == 0, downloaded.stderr
    assert (tmp_path / "got" / dists[1].name).read_bytes() == dists[1].read_bytes()


def test_uv_publishes_twice_without_harm(client: Client, dists: list[Path]) -> None:
    uv_publish(client, dists)
    before = client.index.world()
    assert uv_publish(client, dists).returncode == 0
    assert client.index.world() == before


def test_uv_with_a_check_url_skips_what_is_there(client: Client, dists: list[Path]) -> None:
    uv_publish(client, dists)
    client.index.mark()
    assert uv_publish(client, dists, "--check-url", client.endpoint.simple_url).returncode == 0
    assert {call.method for call in client.index.calls()} == {"GET"}


def test_uv_reports_the_refusal_of_other_bytes(client: Client, dists: list[Path]) -> None:
    uv_publish(client, dists)
    dists[0].write_bytes(dists[0].read_bytes() + b"\0")
    refused = uv_publish(client, dists)
    assert refused.returncode != 0
    assert "File already exists" in refused.stderr


def test_uv_reports_an_unknown_token(client: Client, dists: list[Path]) -> None:
    refused = uv_publish(client, dists, token="pypi-unknown")  # noqa: S106 (refused on loopback)
    assert refused.returncode != 0
    assert "Invalid or non-existent authentication information" in refused.stderr
    assert client.index.world() == {}


def test_pip_does_not_take_a_yanked_release_by_itself(client: Client, dists: list[Path], tmp_path: Path) -> None:
    uv_publish(client, dists)
    client.index.yank("demo-pkg", "1.0", "broken")
    assert pip_download(client, tmp_path / "got", "demo-pkg").returncode != 0
    pinned = pip_download(client, tmp_path / "got", "demo-pkg==1.0")
    assert pinned.returncode == 0
    assert "broken" in pinned.stderr + pinned.stdout
