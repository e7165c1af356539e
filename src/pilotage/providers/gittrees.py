"""What the trees of commits hold: the paths in one, the paths that commits change, and which objects are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.providers.gitcommand import GitCommand


def list_paths(git: GitCommand, sha: str) -> tuple[str, ...]:
    """List the path of every file of a commit, with `/`; a name that is not UTF-8 keeps its bytes as surrogates."""
    listed = git.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", "--end-of-options", sha)
    return tuple(path.decode("utf-8", "surrogateescape") for path in listed.split(b"\0") if path)


def read_changed_paths(git: GitCommand, shas: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Read which paths commits change, with one call of git.

    Args:
        git: The repository.
        shas: Full ids.

    Returns:
        The paths by commit, as `list_paths` spells them; a merge is held against its first parent.
    """
    text = "".join(f"{sha}\n" for sha in shas).encode()
    options = (
        "--stdin",
        "-z",
        "--name-status",
        "-r",
        "--root",
        "--no-renames",
        "--diff-merges=first-parent",
        "--always",
    )
    fields = iter(git.run("diff-tree", *options, input=text).split(b"\0")[:-1])
    found: dict[str, list[str]] = {}
    paths: list[str] = []
    for field in fields:
        # A path always follows its status, a single letter, so no file's name is taken for a commit's id.
        if len(field) == 1:
            paths.append(next(fields).decode("utf-8", "surrogateescape"))
        else:
            paths = found.setdefault(field.decode("ascii", "replace"), [])
    return {sha: tuple(paths) for sha, paths in found.items()}


def read_object_ids(git: GitCommand, names: Sequence[str]) -> tuple[str, ...]:
    """Give the ids of objects such as `main:packages/one`, with one call of git; empty where there is no such object.

    Args:
        git: The repository.
        names: What `git rev-parse` takes, none with a NUL.
    """
    text = b"".join(name.encode("utf-8", "surrogateescape") + b"\0" for name in names)
    data = git.run("cat-file", "--batch-check=%(objectname)", "-z", input=text)
    ids = []
    at = 0
    for name in names:
        missing = name.encode("utf-8", "surrogateescape") + b" missing\n"
        if data.startswith(missing, at):
            ids.append("")
            at += len(missing)
            continue
        end = data.index(b"\n", at)
        ids.append(data[at:end].decode("ascii", "replace"))
        at = end + 1
    return tuple(ids)
