"""What is rehearsed: the bundled example, or a repository of somebody's own, which is only ever read."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.git import git_environment

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from pilotage.sandbox.forge import Forge

OWNER: Final = "acme"
_SAFE_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")
_EXAMPLE_SUFFIX: Final = ".txt"
_SHA1: Final = "sha1"


class SubjectError(Exception):
    """A repository that cannot be rehearsed.

    Args:
        message: What stands in the way.
        hint: What to do about it.
    """

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Subject:
    """A package that travels the train.

    Args:
        source: The repository's folder, or the bare repository; None for the bundled example.
        owner: The repository's owner on the embedded forge.
        name: The repository's name there.
        branch: The release branch.
        commit: The commit that is rehearsed; empty for the example.
        project: The distribution's name; empty when it is not known.
        scope: The scope that titles must name; empty for none.
        is_published: Whether the package goes to an index.
        config_path: The configuration's path in the repository.
        notices: What people should know about what is rehearsed.
        component: Which package of several it is; empty for a repository that is released as one.
        folder: The package's folder; "." for the root.
        publishes_itself: Whether its releases are published by the program, and not by a maintainer.
        environment: The environment that its publish job runs in.
        awaited: The workflows that must have succeeded before it is published.
    """

    source: Path | None
    owner: str
    name: str
    branch: str = "main"
    commit: str = ""
    project: str = ""
    scope: str = ""
    is_published: bool = True
    config_path: str = "pyproject.toml"
    notices: tuple[str, ...] = ()
    component: str = ""
    folder: str = "."
    publishes_itself: bool = False
    environment: str = "pypi"
    awaited: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """Give `owner/name`."""
        return f"{self.owner}/{self.name}"

    def install(self, forge: Forge) -> None:
        """Put the package's history into an empty forge.

        Raises:
            SubjectError: git cannot read it.
        """
        if self.source is None:
            forge.push(self.branch, dict(read_example()), "feat: greet the ships in the harbour")
            forge.create_tag("v0.1.0", self.branch)
            return
        refs = [f"+{self.commit}:refs/heads/{self.branch}", "+refs/tags/*:refs/tags/*"]
        fetch = ["fetch", "-q", "--no-auto-gc", "--no-write-fetch-head", "--no-tags", "--", str(self.source)]
        done = _git(self.source, f"--git-dir={forge.realm.git.git_dir}", *fetch, *refs)
        if done.returncode:
            words = done.stderr.decode("utf-8", "replace").strip()
            raise SubjectError(f"{self.source}: its history cannot be copied: {words}", hint="Run `git fsck` there.")


def observe_repository(folder: Path) -> Subject:
    """Look at a repository of somebody's own; nothing is written there.

    Args:
        folder: A work tree, a folder in it, or a bare repository.

    Raises:
        SubjectError: It is none, or lacks what a rehearsal needs.
    """
    root = _find_root(folder)
    if root is None:
        raise SubjectError(
            f"{folder}: not a git repository",
            hint="Name one with --repo, or rehearse the bundled example with --example.",
        )
    commit = _ask(root, "rev-parse", "--verify", "-q", "HEAD^{commit}")
    if not commit:
        raise SubjectError(f"{root}: there is no commit yet", hint="Commit something, or use --example.")
    _check_complete(root)
    branch = _ask(root, "symbolic-ref", "-q", "--short", "HEAD")
    notices = [] if branch else [f"no branch is checked out: {commit[:10]} is rehearsed as main"]
    if _ask(root, "-c", "core.fsmonitor=false", "status", "--porcelain", "--untracked-files=no"):
        notices.append("only commits are rehearsed: the changes in the work tree stay out")
    name = _SAFE_NAME.sub("-", root.name.removesuffix(".git")).strip("-.") or "demo"
    return Subject(root, OWNER, name, branch=branch or "main", commit=commit, notices=tuple(notices))


def read_example() -> dict[str, bytes]:
    """Read the files of the bundled example by their paths in its repository.

    They are stored with a further `.txt` behind their names, so that no tool takes them for files of this project.
    """
    return dict(_walk(resources.files("pilotage.sandbox") / "example", ""))


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found += _walk(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(_EXAMPLE_SUFFIX):
            found.append((prefix + entry.name.removesuffix(_EXAMPLE_SUFFIX), entry.read_bytes()))
    return found


def _check_complete(root: Path) -> None:
    if _ask(root, "rev-parse", "--is-shallow-repository") == "true":
        raise SubjectError(
            f"{root}: this clone is shallow: the past since the last release, and its tags, are missing",
            hint="Complete it first: git fetch --unshallow --tags (in Actions: fetch-depth: 0 for actions/checkout).",
        )
    if _ask(root, "config", "--get-regexp", r"^remote\..*\.promisor$"):
        raise SubjectError(
            f"{root}: this clone is partial: files of its past are missing",
            hint="Rehearse a full clone: git clone without --filter.",
        )
    if _ask(root, "rev-parse", "--show-object-format") != _SHA1:
        raise SubjectError(
            f"{root}: its objects are not named by SHA-1", hint="GitHub does not host such repositories."
        )


def _find_root(folder: Path) -> Path | None:
    real = folder.resolve()
    if not real.is_dir():
        return None
    for place in (real, *real.parents):
        if (place / ".git").exists():
            return place
    return real if (real / "HEAD").is_file() and (real / "objects").is_dir() else None


def _ask(root: Path, *arguments: str) -> str:
    done = _git(root, *arguments, cwd=root)
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


def _git(root: Path, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run git with the promise to write nothing where it only looks; only this repository's owner is not asked for."""
    settings = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C", "GIT_NO_REPLACE_OBJECTS": "1"}
    trusted = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": str(root)}
    return subprocess.run(
        ["git", *arguments],
        cwd=cwd or os.sep,
        env=git_environment() | settings | trusted,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
