"""Real git repositories for tests, built with few calls and the same ids on every run."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

START = 1_700_000_000

ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C",
}


class Repo:
    """A work tree, new or as it is, whose clock moves a minute with each commit."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._clock = START
        if not path.exists():
            path.mkdir(parents=True)
            self.git("init", "--quiet", "--initial-branch=main")
        else:
            self._clock = int(self.git("log", "-1", "--all", "--format=%ct"))

    def git(self, *args: str, data: bytes | None = None) -> str:
        """Run git here and give its output."""
        when = f"{self._clock} +0000"
        done = subprocess.run(
            ["git", *args],
            cwd=self.path,
            env={**os.environ, **ENVIRONMENT, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when},
            input=data,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "replace").strip()

    def commit(self, message: str | bytes, *, files: dict[str, str] | None = None, tag: str = "") -> str:
        """Commit files (or nothing) and give the full id."""
        for name, text in (files or {}).items():
            place = self.path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
            self.git("add", "--", name)
        self._clock += 60
        data = message if isinstance(message, bytes) else message.encode()
        self.git(
            "commit", "--quiet", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim", "-F", "-", data=data
        )
        if tag:
            self.git("tag", tag)
        return self.sha()

    def raw_commit(self, message: bytes) -> str:
        """Commit a message byte by byte, as no porcelain would let it pass, and give the full id."""
        self._clock += 60
        who = f"Ada <ada@example.org> {self._clock} +0000"
        head = f"tree {self.git('rev-parse', 'HEAD^{tree}')}\nparent {self.sha()}\nauthor {who}\ncommitter {who}\n\n"
        data = head.encode() + message
        sha = self.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", data=data)
        self.git("reset", "--quiet", "--hard", sha)
        return sha

    def merge(self, branch: str) -> str:
        """Merge a branch with a merge commit and give the full id."""
        self._clock += 60
        self.git("merge", "--quiet", "--no-ff", "-m", f"Merge branch {branch}", branch)
        return self.sha()

    def sha(self, rev: str = "HEAD") -> str:
        """Give the full id of a revision."""
        return self.git("rev-parse", f"{rev}^{{commit}}")

    def publish(self, target: Path) -> str:
        """Copy this repository to a bare one that serves partial clones, and give its file URL."""
        self.git("clone", "--quiet", "--bare", str(self.path), str(target))
        serve(target)
        return target.as_uri()

    def push(self, target: Path) -> None:
        """Bring the bare copy up to date."""
        self.git("push", "--quiet", "--all", str(target))
        self.git("push", "--quiet", "--tags", str(target))


def serve(bare: Path, *, filters: bool = True) -> None:
    """Let a bare repository serve what GitHub serves: filters and any object by its id."""
    for key, value in (("uploadpack.allowFilter", str(filters).lower()), ("uploadpack.allowAnySHA1InWant", "true")):
        subprocess.run(["git", "-C", str(bare), "config", key, value], check=True)


def check_out(url: str, target: Path, *, depth: int = 1, branch: str = "main") -> Path:
    """Clone like actions/checkout: one branch, a depth, no tags."""
    subprocess.run(
        ["git", "clone", "--quiet", f"--depth={depth}", "--no-tags", "--single-branch", "-b", branch, url, str(target)],
        check=True,
        env={**os.environ, **ENVIRONMENT},
    )
    return target
