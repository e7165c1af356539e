"""Which files differ between two commits, from git's own comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.git import run_git
from pilotage.sandbox.forge.objects import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.sandbox.forge.objects import CommitObject
    from pilotage.sandbox.forge.repository import Repository

EMPTY_TREE: Final = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_STATUS: Final = {"A": "added", "D": "removed", "R": "renamed", "C": "copied", "T": "changed"}


@dataclass(frozen=True, slots=True)
class FileChange:
    """One changed file; `oid` is the new content (the old one of a removed file), `previous` its name before."""

    path: str
    status: str
    oid: str
    additions: int = 0
    deletions: int = 0
    previous: str = ""


def list_changes(git: Repository, old: str, new: str) -> tuple[FileChange, ...]:
    """Compare two trees (or commits), with renames found; what was compared once is remembered."""
    known = git.compared.get((old, new))
    if known is None:
        known = git.compared[old, new] = _compare(git, old, new)
    return known


def _compare(git: Repository, old: str, new: str) -> tuple[FileChange, ...]:
    if old == EMPTY_TREE:
        git.objects.write("tree", b"")
    _, output = run_git(git.git_dir, "diff-tree", "-r", "-M", "-z", "--raw", "--no-abbrev", "--numstat", old, new)
    fields = iter(output.decode("utf-8", "replace").split("\0"))
    found: dict[str, tuple[str, str, str]] = {}
    changes: list[FileChange] = []
    for field in fields:
        if field.startswith(":"):
            path, row = _parse_raw(field, fields)
            found[path] = row
        elif field:
            path, additions, deletions = _parse_counts(field, fields)
            status, oid, previous = found[path]
            changes.append(FileChange(path, status, oid, additions, deletions, previous))
    return tuple(changes)


def commit_changes(git: Repository, commit: CommitObject) -> tuple[FileChange, ...]:
    """List what a commit changed against its first parent."""
    return list_changes(git, commit.parents[0] if commit.parents else EMPTY_TREE, commit.oid)


def _parse_raw(field: str, rest: Iterator[str]) -> tuple[str, tuple[str, str, str]]:
    _, _, old, new, letter = field.split(" ")
    first = next(rest)
    path, previous = (next(rest), first) if letter[0] in "RC" else (first, "")
    return path, (_STATUS.get(letter[0], "modified"), old if new == ZERO else new, previous)


def _parse_counts(field: str, rest: Iterator[str]) -> tuple[str, int, int]:
    added, deleted, path = field.split("\t", 2)
    if not path:  # a rename: the two names follow
        next(rest)
        path = next(rest)
    return path, *(0 if count == "-" else int(count) for count in (added, deleted))  # type: ignore[return-value]  # two counts
