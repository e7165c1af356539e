"""An edit of everything that carries a version, with the proof that nothing else has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.versionfiles import declared, lockfile
from pilotage.domains.versionfiles.named import find_named
from pilotage.domains.versionfiles.ownplaces import find_own, paths_of_own
from pilotage.domains.versionfiles.packages import read_packages, read_pyproject_data, read_repositories
from pilotage.domains.versionfiles.place import Place, join_path, render_text
from pilotage.errors import ConfigError
from pilotage.model.project import FileEdit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotage.model.config import Config
    from pilotage.model.version import Version

_ByFile = dict[str, list[Place]]


class Scan(msgspec.Struct, frozen=True):
    """Where an edit looks for the version: in what is declared, locked or named, and in what nobody names.

    Args:
        config: The configuration, its paths seen from the repository's root.
        path: The package's folder.
        name: The distribution's name.
        locks: Whether locks count.
    """

    config: Config
    path: str
    name: str
    locks: bool

    def find(self, files: Mapping[str, str], *, current: Version | None) -> tuple[_ByFile, _ByFile]:
        """Find the places that must be edited, and those that are found without being named, by file.

        Raises:
            ConfigError: A file cannot be understood, or a named one holds no version.
        """
        required = [*declared.read_declared(files, self.path)[1]]
        required += find_named(files, self.config, name=self.name, current=current, path=self.path)
        for lock in paths_of_locks(self.path) if self.locks else ():
            found = lockfile.find_entries(lock, files.get(lock, ""), {self.path: self.name})
            required += found.get(self.path, [])
        own = self._find_own(files, current) if current is not None else {}
        return _by_file(required), own

    def _find_own(self, files: Mapping[str, str], current: Version) -> _ByFile:
        data = read_pyproject_data(files, self.path)
        named = {one if isinstance(one, str) else one.path for one in self.config.version_files}
        repositories = read_repositories(data)
        paths = (name for name in paths_of_own(self.path, read_packages(data, self.name)) if name in files)
        return {
            name: list(found)
            for name in paths
            if name not in named
            and (found := find_own(name, files[name], name=self.name, current=current, repositories=repositories))
        }


def _edit(
    files: Mapping[str, str], places: _ByFile, *, version: Version, date: str, scan: Scan, is_dynamic: bool
) -> tuple[dict[str, str], set[str]]:
    """Edit the places, and name the files in which the edit could not be undone: the law, proven on this very edit."""
    edited = {
        name: render_text(files[name], found, [place.render(version, date=date) for place in found])
        for name, found in places.items()
    }
    required, own = scan.find({**files, **edited}, current=None if is_dynamic else version)
    after = _merge(required, {name: found for name, found in own.items() if name in places})
    unclear = {
        name
        for name, found in places.items()
        if len(found) != len(after.get(name, []))
        or render_text(edited[name], after[name], [place.text for place in found]) != files[name]
    }
    return edited, unclear


def _by_file(places: Sequence[Place]) -> _ByFile:
    """Sort places by file and position. A marked line may hold a declared version: one place, not two."""
    by_path: _ByFile = {}
    for place in sorted(places, key=lambda place: (place.path, place.start)):
        there = by_path.setdefault(place.path, [])
        if not there or place.start >= there[-1].end:
            there.append(place)
    return by_path


def _merge(required: _ByFile, own: _ByFile) -> _ByFile:
    return _by_file([place for found in (required, own) for places in found.values() for place in places])


def paths_of_locks(path: str) -> tuple[str, ...]:
    """List the locks that may hold the version of a folder's package: its own, and those of the repository's root."""
    return tuple(dict.fromkeys(join_path(folder, name) for folder in (".", path) for name in lockfile.NAMES))


def edit_places(
    files: Mapping[str, str], scan: Scan, *, current: Version | None, version: Version, date: str
) -> tuple[FileEdit, ...]:
    """Write a version to all places of a scan, as `project.edit_version` describes it.

    Raises:
        ConfigError: A file cannot be understood, or the edit of one could not be undone.
    """
    required, own = scan.find(files, current=current)
    places = _merge(required, own)
    edited, unclear = _edit(files, places, version=version, date=date, scan=scan, is_dynamic=current is None)
    if unclear & own.keys():  # such as a README that speaks of the next version already: nobody asked, so it stays
        places = _merge(required, {name: found for name, found in own.items() if name not in unclear})
        edited, unclear = _edit(files, places, version=version, date=date, scan=scan, is_dynamic=current is None)
    if unclear:
        raise ConfigError(
            f"{min(unclear)}: the version cannot be told from others on its line once it has changed",
            hint="Leave one version on each marked line.",
        )
    return tuple(FileEdit(name, text) for name, text in sorted(edited.items()) if text != files[name])
