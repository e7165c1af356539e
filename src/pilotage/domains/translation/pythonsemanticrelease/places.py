"""python-semantic-release's `version_toml` and `version_variables` as files that hold the version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.translation.sources import join_path
from pilotage.domains.versionfiles.keyed import check_version_files
from pilotage.errors import ConfigError
from pilotage.model.config import VersionFile

if TYPE_CHECKING:
    from pilotage.domains.translation.notes import Notes
    from pilotage.domains.translation.table import Table

__all__ = ["read_version_files"]

_KNOWN = ("pyproject.toml", "setup.cfg", "setup.py")
_FOUND_BY_ITSELF = ("project.version", "tool.poetry.version")


def read_version_files(table: Table, folder: str, notes: Notes) -> tuple[str | VersionFile, ...]:
    """Translate the places of the version, their paths seen from the repository's root.

    Args:
        table: The tool's own table.
        folder: Where the tool is run.
        notes: Where to say what is left to do by hand.
    """
    found: list[str | VersionFile] = []
    for entry in table.texts("version_toml"):
        path, _, rest = entry.partition(":")
        key = rest.partition(":")[0]
        if key in _FOUND_BY_ITSELF:
            continue
        name = table.name_of("version_toml")
        file = VersionFile(join_path(folder, path, place=name), f"$.{key}") if path else None
        if file and _is_readable(file):
            found.append(file)
        else:
            notes.add(name, entry, "name the file and the key of the version in version-files")
    for name in ("version_variables", "version_variable"):
        for entry in table.texts(name):
            path, _, rest = entry.partition(":")
            _add(found, path, rest.partition(":")[0], key=table.name_of(name), folder=folder, notes=notes)
    for entry in table.texts("version_pattern"):
        path = entry.partition(":")[0]
        _add(found, path, "", key=table.name_of("version_pattern"), folder=folder, notes=notes)
    return tuple(found)


def _is_readable(file: VersionFile) -> bool:
    try:
        check_version_files([file])
    except ConfigError:
        return False
    return True


def _add(found: list[str | VersionFile], path: str, variable: str, *, key: str, folder: str, notes: Notes) -> None:
    path = join_path(folder, path, place=key)
    if path.rpartition("/")[2] in _KNOWN or path in found:
        return
    found.append(path)
    if variable != "__version__":
        notes.add(key, f"{path}:{variable}", f"mark the line in {path} with the comment x-pilotage-version")
