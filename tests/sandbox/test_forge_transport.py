"""Real git clones from the forge and pushes to it."""

from __future__ import annotations

import gzip
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
import requests

from sandbox.forgeclient import new_forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge import Endpoint, Forge


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return new_forge(tmp_path / "forge")


@pytest.fixture
def endpoint(forge: Forge) -> Iterator[Endpoint]:
    with forge.serve() as served:
        yield served


def _git(*arguments: str, cwd: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }
    done = subprocess.run(["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _clone(endpoint: Endpoint, target: Path, *options: str, token: str = "writer") -> Path:  # noqa: S107 - a name, not a secret
    url = endpoint.clone_url.replace("http://", f"http://x-access-token:{token}@")
    _git("clone", "-q", *options, url, str(target), cwd=target.parent)
    return target


def _five_commits(forge: Forge) -> str:
    return [forge.push("main", {"n.txt": str(n)}, f"fix: number {n}") for n in range(4)][-1]


def test_git_clones_deepens_and_pushes(forge: Forge, endpoint: Endpoint, tmp_path: Path) -> None:
    _five_commits(forge)
    work = _clone(endpoint, tmp_path / "work", "--depth=1")
    assert _git("rev-list", "--count", "HEAD", cwd=work) == "1"
    _git("fetch", "-q", "--deepen=2", cwd=work)
    assert _git("rev-list", "--count", "HEAD", cwd=work) == "3"
    _git("fetch", "-q", "--unshallow", cwd=work)
    assert _git("rev-list", "--count", "HEAD", cwd=work) == "5"
    (work / "new.txt").write_text("new\n")
    _git("add", "new.txt", cwd=work)
    _git("-c", "user.name=Mona", "-c", "user.email=mona@example.org", "commit", "-qm", "feat: new", cwd=work)
    _git("push", "-q", "origin", "HEAD:refs/heads/new", cwd=work)
    assert forge.realm.git.branch("new") == _git("rev-parse", "HEAD", cwd=work)
    assert [request.operation for request in forge.log if request.kind == "git"][-1] == "git-receive-pack"


def test_git_stops_a_shallow_fetch_at_a_tag(forge: Forge, endpoint: Endpoint, tmp_path: Path) -> None:
    forge.create_tag("v0.1.0")
    _five_commits(forge)
    work = _clone(endpoint, tmp_path / "work", "--shallow-exclude=v0.1.0", "--no-tags", "--single-branch")
    assert _git("rev-list", "--count", "HEAD", cwd=work) == "4"


def test_git_clones_without_trees_and_fetches_them_by_need(forge: Forge, endpoint: Endpoint, tmp_path: Path) -> None:
    _five_commits(forge)
    work = _clone(endpoint, tmp_path / "work", "--filter=tree:0", "--no-checkout")
    assert _git("rev-list", "--count", "HEAD", cwd=work) == "5"
    assert _git("show", "HEAD~1:n.txt", cwd=work) == "2"


def test_a_big_push_is_streamed_and_read_from_its_pack(forge: Forge, endpoint: Endpoint, tmp_path: Path) -> None:
    _git("config", "receive.unpackLimit", "1", cwd=forge.realm.git.git_dir)
    work = _clone(endpoint, tmp_path / "work")
    (work / "big.bin").write_bytes(os.urandom(3_000_000))
    _git("add", "big.bin", cwd=work)
    _git("-c", "user.name=Mona", "-c", "user.email=mona@example.org", "commit", "-qm", "feat: big", cwd=work)
    _git("push", "-q", "origin", "HEAD:refs/heads/big", cwd=work)
    sha = forge.realm.git.branch("big") or ""
    assert forge.realm.git.need_commit(sha).message == "feat: big\n"
    assert forge.realm.git.read_blob(_git("rev-parse", "HEAD:big.bin", cwd=work)) == (work / "big.bin").read_bytes()
    assert forge.realm.git.resolve("f" * 40) is None


@pytest.mark.parametrize(
    ("token", "word"), [("reader", "403"), ("nobody", "Authentication failed")], ids=["reader", "stranger"]
)
def test_git_is_refused_without_the_right(endpoint: Endpoint, tmp_path: Path, token: str, word: str) -> None:
    work = _clone(endpoint, tmp_path / "work")
    url = endpoint.clone_url.replace("http://", f"http://x-access-token:{token}@")
    done = subprocess.run(
        ["git", "push", url, "HEAD:refs/heads/x"], cwd=work, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert word in done.stderr


LS_REFS = b"0014command=ls-refs\n0000"


@pytest.mark.parametrize("how", ["plain", "gzip", "chunked"])
def test_a_request_body_of_git_is_read_in_every_wrapping(forge: Forge, endpoint: Endpoint, how: str) -> None:
    body = gzip.compress(LS_REFS) if how == "gzip" else LS_REFS
    headers = {
        "Authorization": "Bearer writer",
        "Git-Protocol": "version=2",
        "Content-Type": "application/x-git-upload-pack-request",
    }
    if how == "gzip":
        headers["Content-Encoding"] = "gzip"
    data = (body[n : n + 7] for n in range(0, len(body), 7)) if how == "chunked" else body
    answer = requests.post(f"{endpoint.clone_url}/git-upload-pack", data=data, headers=headers, timeout=9)
    assert f"{forge.realm.git.branch('main')} refs/heads/main\n" in answer.text


def test_git_knows_one_repository(endpoint: Endpoint) -> None:
    headers = {"Authorization": "Bearer writer"}
    for path in ("acme/other.git/info/refs", "acme/demo.gitx", "acme/demo.git"):
        answer = requests.get(f"{endpoint.server_url}/{path}?service=git-upload-pack", headers=headers, timeout=9)
        assert answer.status_code == 404
    old = requests.get(f"{endpoint.server_url}/acme/demo/info/refs?service=git-upload-pack", headers=headers, timeout=9)
    assert old.status_code == 200
