"""Remotes: only what is asked for is fetched, the token goes to its host alone, and a refusal is never an absence."""

from __future__ import annotations

import base64
import http.server
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import RemoteError, UsageError
from pilotage.providers.git import Git
from providers.gitrepos import Repo, check_out

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "tok-5ecret"  # noqa: S105 -- a made-up one
BASIC = "Basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


class Token:
    def reveal(self) -> str:
        return TOKEN


class Door(http.server.BaseHTTPRequestHandler):
    """A server that notes who knocks and lets nobody in."""

    status = 403
    seen: list[list[str]]

    def do_GET(self) -> None:
        self.seen.append(self.headers.get_all("Authorization") or [])
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the signature of http.server
        """Keep the test's output quiet."""


class Host:
    def __init__(self, status: int) -> None:
        self.seen: list[list[str]] = []
        door = type("ThisDoor", (Door,), {"status": status, "seen": self.seen})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), door)
        self.url = f"http://127.0.0.1:{self.server.server_port}/o/r.git"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture(params=[403, 401])
def refusing(request: pytest.FixtureRequest) -> Iterator[Host]:
    host = Host(request.param)
    yield host
    host.close()


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo")
    repo.commit("feat: a", files={"a.txt": "a"}, tag="v1.0.0")
    repo.commit("fix: b", files={"a.txt": "b"})
    return repo


def refs(git: Git) -> list[str]:
    return git.text("for-each-ref", "--format=%(refname)").split()


def test_the_token_replaces_the_header_that_the_checkout_left_and_is_never_shown(repo: Repo, refusing: Host) -> None:
    host = refusing.url.removesuffix("o/r.git")
    repo.git("remote", "add", "origin", refusing.url)
    repo.git("config", f"http.{host}.extraheader", "AUTHORIZATION: basic b2xk")
    with pytest.raises(RemoteError, match="the remote refused") as caught:
        Git(repo.path, token=Token()).list_remote_tags()
    assert refusing.seen
    assert refusing.seen[0] == [BASIC]
    assert TOKEN not in str(caught.value)
    assert BASIC not in str(caught.value)
    assert "contents: read" in caught.value.hint
    assert TOKEN not in (repo.path / ".git/config").read_text()


def test_without_a_token_the_header_of_the_checkout_is_used(repo: Repo, refusing: Host) -> None:
    repo.git("config", f"http.{refusing.url.removesuffix('o/r.git')}.extraheader", "AUTHORIZATION: basic b2xk")
    with pytest.raises(RemoteError):
        Git(repo.path).list_remote_tags(remote=refusing.url)
    assert refusing.seen[0] == ["basic b2xk"]


def test_the_token_goes_to_no_other_host(repo: Repo, refusing: Host) -> None:
    repo.git("remote", "add", "origin", "http://git.example.invalid/o/r.git")
    repo.git("config", f"url.{refusing.url}.insteadOf", "other:")
    git = Git(repo.path, token=Token())
    git.lazy_url = "http://git.example.invalid/o/r.git"
    with pytest.raises(RemoteError):
        git.run("ls-remote", "other:", "--exit-code")
    assert refusing.seen
    assert [header for request in refusing.seen for header in request] == []


def test_a_server_that_does_not_answer_is_out_of_reach(repo: Repo) -> None:
    host = Host(500)
    host.close()
    repo.git("remote", "add", "origin", host.url)
    with pytest.raises(RemoteError, match="out of reach"):
        Git(repo.path, token=Token()).fetch_branch("main")
    assert RemoteError.exit_code == 5


def test_a_server_in_trouble_is_a_remote_error(repo: Repo) -> None:
    host = Host(503)
    try:
        with pytest.raises(RemoteError):
            Git(repo.path).fetch_branch("main", remote=host.url)
    finally:
        host.close()


def test_a_branch_is_fetched_into_a_private_ref_and_nothing_else_changes(repo: Repo, tmp_path: Path) -> None:
    url = repo.publish(tmp_path / "bare.git")
    subprocess.run(["git", "clone", "-q", url, str(tmp_path / "clone")], check=True)
    git = Git(tmp_path / "clone")
    before = refs(git)
    repo.git("switch", "--quiet", "-c", "feature/x")
    sha = repo.commit("feat: c", tag="v2.0.0")
    repo.push(tmp_path / "bare.git")
    assert git.fetch_branch("feature/x") == sha
    assert refs(git) == sorted([*before, "refs/pilotage/heads/feature/x"])
    assert not (tmp_path / "clone/.git/FETCH_HEAD").exists()
    assert git.ask("config", "--get-regexp", "promisor") is None
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    repo.git("push", "--quiet", "--force", str(tmp_path / "bare.git"), "feature/x")
    assert git.fetch_branch("feature/x", remote=url) == repo.sha()


def test_a_moved_branch_is_fetched_into_a_shallow_clone_with_its_new_commits_only(repo: Repo, tmp_path: Path) -> None:
    for number in range(5):
        repo.commit(f"fix: {number}")
    url = repo.publish(tmp_path / "bare.git")
    git = Git(check_out(url, tmp_path / "shallow"))
    old = git.head()
    new = [repo.commit("fix: c", files={"a.txt": "c"}), repo.commit("fix: d")]
    repo.push(tmp_path / "bare.git")
    assert git.fetch_branch("main") == new[1]
    assert git.text("rev-list", new[1]).split() == [new[1], new[0], old]
    assert git.read_files(new[1], ["a.txt"]) == {"a.txt": b"c"}


def test_a_branch_that_the_remote_does_not_have_is_named(repo: Repo, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such branch or tag.*refs/heads/absent"):
        Git(repo.path).fetch_branch("absent", remote=repo.publish(tmp_path / "bare.git"))


def test_a_remote_that_is_not_configured_is_named(repo: Repo) -> None:
    with pytest.raises(UsageError, match="there is no remote 'origin'") as caught:
        Git(repo.path).fetch_branch("main")
    assert caught.value.hint == "Add it with `git remote add origin URL`."


def test_a_remotes_tags_are_listed_with_their_commits(repo: Repo, tmp_path: Path) -> None:
    first, second = repo.sha("v1.0.0"), repo.sha()
    repo.git("tag", "-a", "-m", "m", "v1.1.0")
    repo.git("tag", "pkg/v3.0.0")
    git = Git(repo.path)
    url = repo.publish(tmp_path / "bare.git")
    assert git.list_remote_tags(remote=url) == {"pkg/v3.0.0": second, "v1.0.0": first, "v1.1.0": second}
    assert git.list_remote_tags("v1.1.*", remote=url) == {"v1.1.0": second}
    assert git.list_remote_tags("v1.0.0", remote=url) == {"v1.0.0": first}
    assert git.list_remote_tags("absent", remote=url) == {}


def test_an_export_is_a_clean_work_tree_with_its_tags(repo: Repo, tmp_path: Path) -> None:
    head = repo.sha()
    (repo.path / "a.txt").write_text("dirty")
    (repo.path / "untracked.txt").write_text("x")
    status = repo.git("status", "--porcelain")
    into = Git(repo.path).export(head, tmp_path / "out", tag="v1.1.0")
    assert into == tmp_path / "out"
    copy = Git(into)
    assert sorted(place.name for place in into.iterdir()) == [".git", "a.txt"]
    assert (into / "a.txt").read_text() == "b"
    assert (copy.head(), copy.current_branch()) == (head, None)
    assert copy.text("describe", "--tags", "--dirty", "--long") == f"v1.1.0-0-g{head[:7]}"
    assert copy.tag_commit("v1.0.0") == repo.sha("v1.0.0")
    assert (repo.git("status", "--porcelain"), repo.git("tag"), repo.sha()) == (status, "v1.0.0", head)


def test_an_export_of_a_tag_has_the_tag_once(repo: Repo, tmp_path: Path) -> None:
    sha = repo.sha("v1.0.0")
    into = Git(repo.path).export(sha, tmp_path / "out", tag="v1.0.0")
    assert Git(into).text("describe", "--tags", "--exact-match") == "v1.0.0"


def test_an_export_never_says_a_tag_that_is_elsewhere(repo: Repo, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"the tag v1\.0\.0 is at"):
        Git(repo.path).export(repo.sha(), tmp_path / "out", tag="v1.0.0")


def test_an_export_does_not_write_into_a_folder_in_use(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("x")
    with pytest.raises(UsageError, match="is not empty"):
        Git(repo.path).export(repo.sha(), tmp_path)


def test_an_export_of_a_shallow_treeless_clone_fetches_its_files(repo: Repo, tmp_path: Path) -> None:
    url = repo.publish(tmp_path / "bare.git")
    git = Git.clone_missing(url, tmp_path / "made.git", "main")
    git.ensure_history("v1.0.0", git.head())
    into = git.export(git.head(), tmp_path / "out", tag="v1.0.1")
    assert (into / "a.txt").read_text() == "b"
    assert Git(into).text("describe", "--tags") == "v1.0.1"


def test_an_export_whose_files_cannot_be_fetched_is_an_error_and_not_empty(repo: Repo, tmp_path: Path) -> None:
    git = Git.clone_missing(repo.publish(tmp_path / "bare.git"), tmp_path / "made.git", "main")
    (tmp_path / "bare.git").rename(tmp_path / "gone.git")
    with pytest.raises((RemoteError, UsageError)):
        git.export(git.head(), tmp_path / "out")


def test_hooks_do_not_run_in_an_export(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "post-checkout").write_text("#!/bin/sh\ntouch hooked\n")
    (hooks / "post-checkout").chmod(0o755)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.hooksPath")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(hooks))
    into = Git(repo.path).export(repo.sha(), tmp_path / "out")
    assert not (into / "hooked").exists()
