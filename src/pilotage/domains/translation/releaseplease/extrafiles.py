"""release-please's `extra-files` as files that hold the version, and paths seen from a package's folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.translation.sources import join_path
from pilotage.model.config import VersionFile

if TYPE_CHECKING:
    from pilotage.domains.translation.notes import Notes
    from pilotage.domains.translation.table import Table

__all__ = ["read_version_files"]

_KNOWN = ("pyproject.toml", "setup.cfg", "setup.py", "uv.lock", "pylock.toml")
"""Files that are kept in step without being named."""

_BY_ENDING = {".json": "$.version", ".yaml": "$.version", ".yml": "$.version", ".toml": "$.version"}
_KINDS = ("json", "yaml", "toml")


def read_version_files(table: Table, folder: str, notes: Notes) -> tuple[str | VersionFile, ...]:
    """Translate `extra-files`, their paths seen from the repository's root.

    Args:
        table: The table that holds the key.
        folder: The package's folder.
        notes: Where to say what has no equivalent.
    """
    found: list[str | VersionFile] = []
    for entry in table.tables("extra-files", short="path"):
        file = _read_file(entry, folder, notes)
        if file is not None and file not in found:
            found.append(file)
    return tuple(found)


def _read_file(entry: Table, folder: str, notes: Notes) -> str | VersionFile | None:
    path = join_path(folder, entry.text("path"), place=entry.place)
    kind, is_bare = entry.text("type", "generic"), "type" not in entry
    if path.rpartition("/")[2] in _KNOWN and (kind == "generic" or path.endswith(".lock")):
        return None
    if entry.flag("glob"):
        notes.add(entry.name_of("glob"), path, "name each file in version-files")
        return None
    if kind in _KINDS:
        return VersionFile(path, entry.text("jsonpath", "$.version"))
    if kind not in ("generic", "python"):
        notes.add(entry.name_of("type"), f"{kind} {path}", "mark the line of the version with x-pilotage-version")
        return None
    key = next((key for ending, key in _BY_ENDING.items() if path.endswith(ending)), "") if is_bare else ""
    return VersionFile(path, key) if key else path
