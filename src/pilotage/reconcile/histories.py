"""The unreleased histories of all packages of a repository: what is new is read once, and shared out by the paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from packaging.version import InvalidVersion, Version

from pilotage.model.version import TagFormat
from pilotage.reconcile.history import History, find_base, read_history
from pilotage.reconcile.lines import read_line
from pilotage.reconcile.tree import SPELLINGS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from pilotage.model.commit import Commit
    from pilotage.providers.git import Git
    from pilotage.reconcile.forest import Forest
    from pilotage.reconcile.lines import Target
    from pilotage.reconcile.tree import Tree


def read_histories(git: Git, forest: Forest, target: Target) -> tuple[History, ...]:
    """Read the history of each package of a branch's head, at the cost of the new commits.

    A commit belongs to the components that its files belong to; without files to the one that its scope names, else to
    all. A package whose folder is to the byte as it was at its last release has nothing new, so nothing is read for its
    sake: of the commits without files it gets those that are read anyway, and those after the newest release.

    Raises:
        ConflictError: A version is lower than the last release.
    """
    histories = _read_components(git, forest) if forest.components else (read_history(git, forest.trees[0]),)
    return tuple(_find_line(git, forest, history, target) for history in histories)


def _find_line(git: Git, forest: Forest, history: History, target: Target) -> History:
    """Add the branch's place among the releasing branches."""
    line, commits = read_line(git, history, target)
    if commits and forest.components:
        files = git.read_changed_paths([commit.sha for commit in commits])
        path = history.tree.path
        commits = tuple(c for c in commits if path in touched_trees(forest, files.get(c.sha)))
    return msgspec.structs.replace(history, line=line, full_commits=commits)


def _read_components(git: Git, forest: Forest) -> tuple[History, ...]:
    with git.tags_at_once():
        histories = [find_base(git, tree) for tree in forest.trees]
    changed = _changed(git, forest, histories)
    bases = {history.base.commit if history.base else "" for history in histories}
    commits = _read_union(
        git,
        forest.commit,
        [history for i, history in enumerate(histories) if i in changed],
        newest=git.newest_of(sorted(bases - {""})) if bases != {forest.commit} else (),
    )
    return _share_out(forest, histories, commits, changed=changed)


def ensure_history(git: Git, forest: Forest, *, remote: str) -> None:
    """Fetch what the unreleased histories of a head lack here: nothing in a full clone.

    Raises:
        RemoteError: The remote refused or is out of reach.
    """
    tags = [tag for tree in forest.trees for tag in _tags_to_find(tree)]
    if forest.components or any(_is_prerelease(tree.project.version) for tree in forest.trees):
        # Below a pre-release the last full one counts too, and which that is only the history tells.
        git.ensure_complete(tags, forest.commit, remote=remote)
    else:
        git.ensure_history(tags, forest.commit, remote=remote)


def _is_prerelease(version: str | None) -> bool:
    try:
        return version is not None and Version(version).is_prerelease
    except InvalidVersion:
        return False  # whoever decides on it says so


def _tags_to_find(tree: Tree) -> Iterator[str]:
    if tree.project.version is not None:
        for text in (tree.config.tag_format,) if tree.config.tag_format else SPELLINGS:
            yield TagFormat.parse(text, name=tree.project.name).render(tree.project.version)


def touched_trees(forest: Forest, files: Sequence[str] | None) -> frozenset[str]:
    """Give the folders of the packages that some files belong to; of all packages when the files are unknown."""
    if not forest.components or files is None:
        return frozenset(tree.path for tree in forest.trees)
    from pilotage.domains.components.attribution import Attribution  # noqa: PLC0415 - only workspaces need it

    attribution = Attribution(forest.components, exclude_paths=forest.config.exclude_paths)
    return frozenset(forest.components[i].path for i in attribution.touched(files))


def _changed(git: Git, forest: Forest, histories: Sequence[History]) -> frozenset[int]:
    """Find the packages that differ from their last release, by the ids of their folders."""
    by_path = {component.path: component for component in forest.components}
    names = []
    for history in histories:
        path = history.tree.path
        folder = "^{tree}" if path == "." else f":{path}"
        names += [f"{history.base.commit}{folder}" if history.base else "", f"{forest.commit}{folder}"]
    asked = [name for name in names if name]
    ids = dict(zip(asked, git.read_object_ids(asked), strict=True))
    return frozenset(
        i
        for i, history in enumerate(histories)
        if by_path[history.tree.path].paths or ids.get(names[2 * i]) != ids[names[2 * i + 1]]
    )


def _read_union(git: Git, head: str, histories: Iterable[History], *, newest: Iterable[str] = ()) -> tuple[Commit, ...]:
    """Read every commit that is new to one of some packages, newest first, with the files that it changes.

    Args:
        git: The clone.
        head: The branch's head.
        histories: The packages that changed.
        newest: The newest releases of all packages, after which every commit is read.
    """
    bases = {history.base.commit if history.base else _birth(git, history, head) for history in histories} | {*newest}
    if not bases or bases == {head}:
        return ()
    base = git.common_ancestor(sorted(bases)) if "" not in bases else None
    commits = git.read_commits(base, head)
    files = git.read_changed_paths([commit.sha for commit in commits])
    return tuple(msgspec.structs.replace(commit, files=files.get(commit.sha)) for commit in commits)


def _birth(git: Git, history: History, head: str) -> str:
    """Give the commit before the one in which a package without a release appeared; empty when that is the first."""
    first = git.first_touching(head, history.tree.path)
    return (git.resolve(f"{first}^") or "") if first else ""


def _share_out(
    forest: Forest, histories: Sequence[History], commits: Sequence[Commit], *, changed: Collection[int]
) -> tuple[History, ...]:
    from pilotage.domains.components.splitting import split_commits  # noqa: PLC0415 - only workspaces need it

    split = split_commits(commits, forest.components, exclude_paths=forest.config.exclude_paths)
    own = {component.path: mine for component, mine in zip(forest.components, split.commits, strict=True)}
    released: dict[str, Collection[str]] = {}
    rows = []
    for i, history in enumerate(histories):
        base = history.base.commit if history.base else ""
        if base not in released:
            released[base] = reached_from(base, commits)
        # What came and went again in a folder that is as it was is no change.
        new = (commit for commit in own[history.tree.path] if i in changed or not commit.files)
        rows.append(msgspec.structs.replace(history, commits=tuple(c for c in new if c.sha not in released[base])))
    return tuple(rows)


def reached_from(sha: str, commits: Sequence[Commit]) -> frozenset[str]:
    """Give those of some commits that a commit contains, itself included.

    Args:
        sha: The full id of a commit.
        commits: Commits, children before their parents, without gaps between those it contains.
    """
    reached = {sha}
    for commit in commits:
        if commit.sha in reached:
            reached.update(commit.parents)
    return frozenset(reached)
