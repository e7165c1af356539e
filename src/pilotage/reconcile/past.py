"""The packages at earlier commits: read for all of them at once, and once for each commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.versionfiles.project import more_paths, paths_to_read, read_project
from pilotage.errors import ConfigError
from pilotage.providers.gitremote import fetch_commits
from pilotage.providers.gitshallow import read_raw_parents
from pilotage.reconcile.tree import Tree, read_texts, read_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.commit import Commit
    from pilotage.providers.git import Git
    from pilotage.reconcile.history import History


class Past:
    """Reads the packages of a repository at earlier commits of a branch.

    Args:
        git: The clone.
        trees: The packages at the branch's head.
        remote: The remote's name in the clone, or its URL.
        config_path: The configuration's path in the repository.
    """

    def __init__(self, git: Git, trees: Sequence[Tree], *, remote: str, config_path: str) -> None:
        self._git = git
        self._trees = trees
        self._remote = remote
        self._config_path = config_path
        self._texts: dict[str, dict[str, str]] = {}

    def parent_of(self, commit: str) -> str:
        """Give a commit's first parent, fetched where a shallow clone ends before it; empty for a root."""
        parents = read_raw_parents(self._git, [commit]).get(commit, ())[:1]
        fetch_commits(self._git, parents, self._remote)
        return parents[0] if parents else ""

    def tree_at(self, commit: str, tree: Tree) -> Tree:
        """Read a package at another commit; a component under the configuration of the head.

        Raises:
            ConfigError: Its files cannot be understood there.
        """
        if tree.name is None:
            return read_tree(self._git, commit, config_path=self._config_path)
        texts = self._read(commit)
        wanted = paths_to_read(tree.config, path=tree.path)
        files = {path: texts[path] for path in wanted if path in texts}
        pointed_at = more_paths(files, path=tree.path)
        if pointed_at:
            files |= read_texts(self._git, commit, pointed_at)
        project = read_project(files, path=tree.path)
        return Tree(commit, tree.config, project, files, tree.name, tree.path)

    def find_at(self, commit: str, tree: Tree) -> Tree | None:
        """Read a package at another commit; None when it is not there, or cannot be understood."""
        try:
            return self.tree_at(commit, tree) if commit else None
        except ConfigError:
            return None

    def files_at(self, commit: str, paths: tuple[str, ...]) -> dict[str, str]:
        """Read files of a commit as text; those that are not there are left out.

        Raises:
            ConfigError: A file is not UTF-8.
        """
        return read_texts(self._git, commit, paths)

    def commits_before(self, commit: str, history: History) -> tuple[Commit, ...]:
        """Read the commits of a package that a commit contains and the package's last release does not."""
        base = history.base.commit if history.base else None
        before = self._git.read_commits(base, commit)
        if history.tree.name is None:
            return tuple(before)
        own = {new.sha for new in history.commits}
        return tuple(one for one in before if one.sha in own)

    def is_new(self, commit: str, history: History) -> bool:
        """Tell whether the head contains a commit that the package's last release does not."""
        base = history.base.commit if history.base else None
        return any(new.sha == commit for new in self._git.read_commits(base, history.tree.commit))

    def _read(self, commit: str) -> dict[str, str]:
        if commit not in self._texts:
            paths = (path for tree in self._trees for path in paths_to_read(tree.config, path=tree.path))
            self._texts[commit] = read_texts(self._git, commit, tuple(dict.fromkeys(paths)))
        return self._texts[commit]
