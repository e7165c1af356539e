"""Which components a commit belongs to, by the files that it touches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.components.globs import PathGlob, read_glob

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.component import Component

_SHARED = re.compile(r"(?:uv|poetry|pdm)\.lock|pylock(?:\.[^./]+)?\.toml|\.github/.*", re.DOTALL)
"""Files at the root that ship in no package: locks of the whole repository, and its workflows."""


class Attribution:
    """Tell the components that commits belong to. Each file is looked at once, however many commits touch it.

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
        self._folders = {component.path: index for index, component in enumerate(components)}
        self._excluded = _Globs([(glob, -1) for glob in exclude_paths], key="exclude-paths", components=components)
        self._own_excluded = _Globs(
            [(glob, index) for index, one in enumerate(components) for glob in one.exclude_paths],
            key="exclude-paths",
            components=components,
        )
        self._paths = _Globs(
            [(glob, index) for index, one in enumerate(components) for glob in one.paths],
            key="paths",
            components=components,
        )
        self._root = frozenset(index for path, index in self._folders.items() if path == ".")
        self._holders: dict[str, int] = {}
        self._known: dict[str, frozenset[int]] = {}

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
            if not found.issuperset(owners):
                (shared if owners == self._root and _SHARED.fullmatch(file) else found).update(owners)
        return frozenset(found or shared)

    def owners(self, file: str) -> frozenset[int]:
        """Give the indices of the components that one file belongs to."""
        known = self._known.get(file)
        if known is None:
            known = self._known[file] = self._find_owners(file)
        return known

    def _find_owners(self, file: str) -> frozenset[int]:
        if self._excluded.matching(file):
            return frozenset()
        owners = self._paths.matching(file)
        holder = self._holder(file.rpartition("/")[0])
        if holder >= 0:
            owners = owners | {holder}
        return owners - self._own_excluded.matching(file) if owners else owners

    def _holder(self, folder: str) -> int:
        """Give the component with the longest path that is a folder or lies above it; -1 for none."""
        passed = []
        here = folder
        while (found := self._holders.get(here)) is None and (found := self._folders.get(here or ".")) is None:
            passed.append(here)
            if not here:
                found = -1
                break
            here = here.rpartition("/")[0]
        self._holders.update(dict.fromkeys(passed, found))
        return found


class _Globs:
    """Globs by the folder that they begin in, so that a file is held against few of them."""

    def __init__(self, globs: Sequence[tuple[str, int]], *, key: str, components: Sequence[Component]) -> None:
        self._by_anchor: dict[str, list[tuple[PathGlob, int]]] = {}
        for text, index in globs:
            table = f"components.{components[index].name}" if index >= 0 else ""
            glob = read_glob(text, place=f"[{'.'.join(filter(None, ('tool.pilotage', table)))}] {key}")
            self._by_anchor.setdefault(glob.anchor, []).append((glob, index))

    def matching(self, file: str) -> frozenset[int]:
        """Give the indices whose globs match a file or a folder above it; -1 is what belongs to no component."""
        found: set[int] = set()
        anchor = file if self._by_anchor else ""
        while anchor:
            found.update(index for glob, index in self._by_anchor.get(anchor, ()) if glob.is_over(file))
            anchor = anchor.rpartition("/")[0]
        found.update(index for glob, index in self._by_anchor.get("", ()) if glob.is_over(file))
        return frozenset(found)
