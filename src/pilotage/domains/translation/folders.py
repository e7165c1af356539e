"""Repositories whose packages each have a tool's configuration in their own folder, and are released one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.translation.gathering import gather, name_uniquely
from pilotage.domains.translation.notes import Notes
from pilotage.model.translation import Translation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pilotage.domains.translation.table import Table

__all__ = ["find_folders", "is_nested", "translate_folders"]

_NAMES = ("pyproject.toml", ".cz.toml", "cz.toml")
_DEEPEST = 4
_ELSEWHERE = frozenset(("test", "tests", "fixtures", "example", "examples", "docs", "node_modules", "vendor"))
"""Folders whose configurations belong to examples."""


def is_nested(path: str) -> bool:
    """Tell whether a file may hold the configuration of a package in a folder of its own."""
    *folders, name = path.split("/")
    return 0 < len(folders) < _DEEPEST and name in _NAMES and not _ELSEWHERE.intersection(folders)


def find_folders(
    files: Mapping[str, str], find_table: Callable[[Mapping[str, str], str], Table | None]
) -> tuple[str, ...]:
    """Find the folders that hold a tool's table, the root first.

    Raises:
        ConfigError: A file cannot be understood.
    """
    nested = {path.rpartition("/")[0] for path in files if is_nested(path)}
    return tuple(folder for folder in (".", *sorted(nested)) if find_table(files, folder) is not None)


def translate_folders(
    files: Mapping[str, str], folders: Sequence[str], translate: Callable[[Mapping[str, str], str], Translation]
) -> Translation:
    """Translate each folder's configuration, and gather those whose tags tell them apart.

    A folder with the tags of another one is not released by itself: its configuration is left out, the first stays.

    Raises:
        ConfigError: A configuration cannot be understood, or a value cannot be used.
    """
    by_tags: dict[str, tuple[str, Translation]] = {}
    for folder in folders:
        one = translate(files, folder)
        by_tags.setdefault(one.config.tag_format, (folder, one))
    first = next(one for _, one in by_tags.values())
    if [folder for folder, _ in by_tags.values()] == ["."]:
        return first
    names = name_uniquely(
        ("root" if folder == "." else folder.rpartition("/")[2], folder) for folder, _ in by_tags.values()
    )
    components = [
        msgspec.structs.replace(one.components[0], name=name, path=folder)
        for name, (folder, one) in zip(names, by_tags.values(), strict=True)
    ]
    notes = Notes()
    for _, one in by_tags.values():
        for note in one.notes:
            notes.add(note.key, note.value, note.why)
    config = msgspec.structs.replace(gather(components, notes), separate_pull_requests=True)
    return Translation(first.tool, first.source, config, tuple(components), notes.list())
