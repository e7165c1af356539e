"""The edge of a shallow clone: where its history is cut, and what stands behind the cut."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pilotage.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

    from pilotage.providers.gitcommand import GitCommand

_PARENT = re.compile(rb"parent ([0-9a-f]+)\n")


def read_cut(git: GitCommand) -> frozenset[str]:
    """Give the commits whose parents are missing here; none in a full clone. Usually reads one file, without git."""
    path = _shallow_file(git)
    try:
        return frozenset(path.read_text("ascii").split())
    except FileNotFoundError:
        return frozenset()


def read_raw_parents(git: GitCommand, shas: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Give the parents that commits name, also those that are cut off (`git log` hides them)."""
    if not shas:
        return {}
    data = git.run("cat-file", "--batch", input="".join(f"{sha}\n" for sha in shas).encode())
    parents: dict[str, tuple[str, ...]] = {}
    while data:
        header, _, data = data.partition(b"\n")
        sha, _, size = header.split(b" ")
        head = data[: int(size)].partition(b"\n\n")[0] + b"\n"
        parents[sha.decode()] = tuple(parent.decode() for parent in _PARENT.findall(head))
        data = data[int(size) + 1 :]
    return parents


def shallow_error(git: GitCommand, what: str) -> UsageError:
    """Make the error for a question that a shallow clone cannot answer."""
    return UsageError(
        f"{git.path}: {what} cannot be known, because this clone is shallow and its history ends too early",
        hint="Check out with `fetch-depth: 0`, or run `git fetch --unshallow --tags`.",
    )


def _shallow_file(git: GitCommand) -> Path:
    dot_git = git.root / ".git"
    if dot_git.is_dir():
        return dot_git / "shallow"
    if not dot_git.exists():
        return git.root / "shallow"
    # A linked work tree: git knows where the shared part of the repository is.
    return git.path / Path(git.text("rev-parse", "--git-path", "shallow"))
