"""Merging two commits' trees: the work is git's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.git import run_git
from pilotage.sandbox.forge.history import merge_base
from pilotage.sandbox.forge.refusals import Refusal

if TYPE_CHECKING:
    from pilotage.sandbox.forge.repository import Repository


def merge_trees(git: Repository, ours: str, theirs: str) -> str:
    """Merge two commits and give the tree.

    Raises:
        Refusal: 405 when they conflict, or have no history in common.
    """
    newer = git.need_commit(theirs)
    base = ours if ours in newer.parents else merge_base(git, ours, theirs)
    if base == ours:
        return newer.tree
    code, output = run_git(git.git_dir, "merge-tree", "--write-tree", ours, theirs) if base else (1, b"")
    if code:
        raise Refusal(405, "Pull Request is not mergeable")
    return output.split(b"\n", 1)[0].decode()
