"""Which components a commit belongs to, by the files that it touches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.components.globs import PathGlob, read_anchored, read_glob
from pilotage.domains.message import read_message
from pilotage.domains.versionfiles.place import normalise_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.commit import Commit
    from pilotage.model.component import Component

_SHARED = re.compile(r"(?:uv|poetry|pdm)\.lock|pylock(?:\.[^./]+)?\.toml|\.github/.*", re.DOTALL)
"""Files at the root that ship in no package: locks of the whole repository, and its workflows."""


class Attribution:
    """Tell the components that commits belong to. Each folder is looked at once, however many commits touch it.

    - A file belongs to the component with the longest path above it, and to each whose `paths` match it.
    - `exclude_paths` take files away: those of a component from it, those given here from all.
    - The root's component has what no other folder holds. Locks at the root and `.github/` count for it only in commits
      that belong to no component otherwise: a member's new requirement is no feature of the root.
    - A commit without files, or whose files are not known, belongs to every component: whether it touches one is
      not known, and an empty commit is how people ask for a release.

    Args:
        components: The components; an answer names them by their index. Skipped ones hold their files too.
        exclude_paths: Globs of files that count for nobody (`[tool.pilotage] exclude-paths`).

    Raises:
        ConfigError: A glob cannot be used.
    """

    def __init__(self, components: Sequence[Component], *, exclude_paths: Sequence[str] = ()) -> None:
        self._all = frozenset(range(len(components)))
        self._by_path = {component.path: index for index, component in enumerate(components)}
        self._root = frozenset(index for path, index in self._by_path.items() if path == ".")
        self._paths = read_anchored(
            (glob, index, f"[tool.pilotage.components.{component.name}] paths")
            for index, component in enumerate(components)
            for glob in component.paths
        )
        self._excluded = tuple(read_glob(glob, place="[tool.pilotage] exclude-paths") for glob in exclude_paths)
        self._own_excluded = tuple(
            tuple(
                read_glob(glob, place=f"[tool.pilotage.components.{component.name}] exclude-paths")
                for glob in component.exclude_paths
            )
            for component in components
        )
        self._scopes = _read_scopes(components)
        self._folders: dict[str, _Folder] = {"": self._read_folder(self._root, self._paths.get("", ()))}

    def touched(self, files: Sequence[str] | None) -> frozenset[int]:
        """Give the indices of the components that a commit belongs to.

        Args:
            files: The paths that it changes; None when they were not read.
        """
        if not files:
            return self._all
        found: set[int] = set()
        shared: set[int] = set()
        for file in files:
            owners = self.owners(file)
            if not owners <= found:
                (shared if owners == self._root and _SHARED.fullmatch(file) else found).update(owners)
        return frozenset(found or shared)

    def of_commit(self, commit: Commit) -> frozenset[int]:
        """Give the indices of the components that a commit belongs to, by its files; by its scope where it has none.

        Files decide: `fix(a): …` that touches only `packages/b` is a fix of b. The scope of a commit without files
        counts where it names exactly one component: by its name, its distribution's, or the last name of its path.
        """
        if commit.files or commit.files is None or len(self._all) == 1:
            return self.touched(commit.files)
        message = read_message(commit.message.strip().partition("\n")[0])
        scopes = message.scope if message else ()
        named = frozenset[int]().union(*(self._scopes.get(normalise_name(scope), frozenset()) for scope in scopes))
        return named if len(named) == 1 else self._all

    def owners(self, file: str) -> frozenset[int]:
        """Give the indices of the components that one file belongs to."""
        path = file.rpartition("/")[0]
        folder = self._folders.get(path) or self._folder(path)
        owners = folder.owners
        if folder.is_plain:
            return owners
        if folder.globs:
            owners = owners.union(*(indices for glob, indices in folder.globs if glob.is_over(file)))
        if any(glob.is_over(file) for glob in self._excluded):
            return frozenset()
        taken = [index for index in owners if any(glob.is_over(file) for glob in self._own_excluded[index])]
        return owners.difference(taken) if taken else owners

    def _folder(self, path: str) -> _Folder:
        """Give what holds for the files right in a folder, and remember it for the folders on the way."""
        passed: list[str] = []
        while (found := self._folders.get(path)) is None:
            passed.append(path)
            path = path.rpartition("/")[0]
        for below in reversed(passed):
            index = self._by_path.get(below)
            owners = found.owners if index is None else frozenset((index,))
            found = self._folders[below] = self._read_folder(owners, (*found.globs, *self._paths.get(below, ())))
        return found

    def _read_folder(self, owners: frozenset[int], globs: tuple[tuple[PathGlob, frozenset[int]], ...]) -> _Folder:
        has_globs = globs or self._excluded or any(self._own_excluded[index] for index in owners)
        return _Folder(owners, globs, is_plain=not has_globs)


def _read_scopes(components: Sequence[Component]) -> dict[str, frozenset[int]]:
    """Give the components that each scope may mean."""
    meant: dict[str, frozenset[int]] = {}
    for index, component in enumerate(components):
        names = (component.name or "", component.project.name, component.path.rpartition("/")[2])
        for name in {normalise_name(one) for one in names} - {"", "-"}:
            meant[name] = meant.get(name, frozenset()) | {index}
    return meant


class _Folder(msgspec.Struct, frozen=True):
    """What holds for the files right in a folder.

    Args:
        owners: Who has them.
        globs: Globs that may give them to others too.
        is_plain: Whether no glob, be it one that excludes, has a say in it.
    """

    owners: frozenset[int]
    globs: tuple[tuple[PathGlob, frozenset[int]], ...]
    is_plain: bool
