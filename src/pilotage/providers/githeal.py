"""Complete a shallow clone: fetch just what the unreleased history lacks, or nothing.

The trap of a shallow clone is that git answers from what it has: a branch that was forked before the last release looks
as if all of its past were new. So a range counts as complete only when every line of it ends at its base, or when
the remote itself has cut it there (`--shallow-exclude`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.errors import RemoteError, UsageError
from pilotage.providers.githistory import is_exact
from pilotage.providers.gitremote import COMMITS_ONLY, TREES_ONLY, fetch, fetch_tag, list_remote_tags
from pilotage.providers.gitshallow import read_cut, read_raw_parents

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pilotage.providers.gitlocal import LocalGit

_FIRST_STEP = 64
_NOTHING_NEW = "no commits selected for shallow requests"
_REFSPECS_AT_ONCE = 500


def ensure_history(git: LocalGit, tags: Sequence[str], head: str, remote: str) -> None:
    """Fetch what the history of `head` lacks; the contract is that of `Git.ensure_history`."""
    known = next((tag for tag in tags if git.tag_commit(tag) is not None), "")
    tag = known or next((tag for tag in tags if fetch_tag(git, tag, remote)), "")
    if tag:
        if read_cut(git):
            _complete_since(git, tag, head, remote)
        return
    if read_cut(git):
        fetch(git, remote, ["--unshallow", COMMITS_ONLY], [head])
        git.complete.clear()
        _follow_tags(git, head, remote)
    elif git.ask("show-ref", "--tags") is None:
        _follow_tags(git, head, remote)


def ensure_complete(git: LocalGit, tags: Sequence[str], head: str, remote: str) -> None:
    """Fetch all history and all trees of `head`; the contract is that of `Git.ensure_complete`."""
    if read_cut(git):
        fetch(git, remote, ["--unshallow", TREES_ONLY], [head])
        git.complete.clear()
    known = (git.ask("show-ref", "--tags") or b"").decode("utf-8", "surrogateescape")
    here = {line.partition(" refs/tags/")[2] for line in known.splitlines()}
    if any(tag not in here for tag in tags):
        _follow_tags(git, head, remote, expected=tags)


def deepen_until(git: LocalGit, is_enough: Callable[[], bool], head: str, remote: str) -> bool:
    """Fetch older commits in growing steps; the contract is that of `Git.deepen_until`."""
    step = _FIRST_STEP
    while not is_enough():
        if not read_cut(git):
            return False
        fetch(git, remote, [f"--deepen={step}", COMMITS_ONLY], [head])
        git.complete.clear()
        step *= 4
    return True


def _complete_since(git: LocalGit, tag: str, head: str, remote: str) -> None:
    base = git.tag_commit(tag)
    if base is None or base == head or (base, head) in git.complete:
        return
    if not _is_complete(git, base, head):
        # What was complete for another base may be cut off now.
        git.complete.clear()
        _fetch_since(git, tag, head, remote)
    git.complete.add((base, head))


def _is_complete(git: LocalGit, base: str, head: str) -> bool:
    rows = [line.split() for line in git.text("rev-list", "--parents", f"{base}..{head}", "--").splitlines()]
    parents = {row[0]: tuple(row[1:]) for row in rows}
    cut = read_cut(git)
    parents |= read_raw_parents(git, [sha for sha in parents if sha in cut])
    return is_exact(base, parents, cut)


def _fetch_since(git: LocalGit, tag: str, head: str, remote: str) -> None:
    """Fetch the commits that `head` has and the tag has not; all commits from a remote that cannot tell them apart."""
    # The full name: a branch of the same name would make the short one ambiguous.
    since = f"--shallow-exclude=refs/tags/{tag}"
    # The root trees come along where the remote gives them: they tell which commits touched a file at the root.
    for depth in (1, 0):
        try:
            fetch(git, remote, [since, f"--filter=tree:{depth}"], [head])
        except (RemoteError, UsageError) as exc:
            if _NOTHING_NEW in exc.message:
                return
        else:
            return
    fetch(git, remote, ["--unshallow", COMMITS_ONLY], [head])


def _follow_tags(git: LocalGit, head: str, remote: str, *, expected: Sequence[str] = ()) -> None:
    """Fetch the tags of the remote that are missing here: those on the history of `head`, and the expected ones."""
    known = (git.ask("show-ref", "--tags") or b"").decode("utf-8", "surrogateescape")
    here = {line.partition(" refs/tags/")[2] for line in known.splitlines()}
    missing = {tag: sha for tag, sha in list_remote_tags(git, remote, "*").items() if tag not in here}
    if not missing:
        return
    reached = set(git.text("rev-list", "--end-of-options", head).split())
    # An expected one elsewhere must be seen: it is in the way of the release that it names.
    wanted = [tag for tag, sha in missing.items() if sha in reached or tag in expected]
    refspecs = [f"refs/tags/{tag}:refs/tags/{tag}" for tag in wanted]
    for at in range(0, len(refspecs), _REFSPECS_AT_ONCE):
        fetch(git, remote, [], refspecs[at : at + _REFSPECS_AT_ONCE])
