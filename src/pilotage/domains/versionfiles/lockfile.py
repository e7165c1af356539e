"""Lock files: the entries of a repository's own packages, and no others.

Read are uv.lock, pylock.toml (PEP 751), poetry.lock and pdm.lock. None is parsed as a whole: each may hold megabytes,
and is written by a tool in one fixed shape, a key a line. One pass finds the entries of all packages.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.versionfiles.place import Lines, Place, join_path, normalise_name, render_text
from pilotage.model.project import FileEdit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.model.version import Version

NAMES = ("uv.lock", "pylock.toml", "poetry.lock", "pdm.lock")

_HEADER = re.compile(r"^\ufeff?(?P<table>\[\[packages?\]\])", flags=re.MULTILINE)
_TEXT = r"[ \t]*=[ \t]*[\"']([^\"'\n]*)[\"']"
_NAME = re.compile(rf"^name{_TEXT}", flags=re.MULTILINE)
_VERSION = re.compile(rf"^version{_TEXT}", flags=re.MULTILINE)
_INLINE = re.compile(
    r"^(?:source[ \t]*=[ \t]*\{[ \t]*(?:editable|virtual|directory)[ \t]*=[ \t]*[\"']([^\"'\n]*)[\"'][ \t]*\}"
    r"|directory[ \t]*=[ \t]*\{[^\n}]*?\bpath[ \t]*=[ \t]*[\"']([^\"'\n]*)[\"']"
    r"|path[ \t]*=[ \t]*[\"']([^\"'\n]*)[\"'])",
    flags=re.MULTILINE,
)
_TABLE = re.compile(
    r"^\[(?:package\.source|packages\.directory)\][ \t]*\r?\n(?P<keys>(?:[ \t]*[a-z][^\n]*(?:\n|\Z))*)",
    flags=re.MULTILINE,
)
_KIND = re.compile(rf"^type{_TEXT}", flags=re.MULTILINE)
_URL = re.compile(rf"^(?:url|path){_TEXT}", flags=re.MULTILINE)


def find_entries(path: str, text: str, packages: Mapping[str, str]) -> dict[str, list[Place]]:
    """Find where a lock holds the versions of packages of the repository.

    A package's entry has its normalised name (PEP 503) and comes from its folder; one of the same name from an index,
    a URL or another folder is another package. A lock has no version where the version is dynamic.

    Args:
        path: The lock's path in the repository; folders are written in it as seen from there.
        text: Its text.
        packages: The folders of the packages in the repository, "." for the root, and their names ("" for any).

    Returns:
        The places by the package's folder.
    """
    places: dict[str, list[Place]] = {}
    lines = Lines(text)
    lock_folder = path.rpartition("/")[0]
    headers = list(_HEADER.finditer(text))
    starts = [header.start() for header in headers]
    for header, start, end in zip(headers, starts, [*starts, len(text)][1:], strict=True):
        table = text.find("\n[", start, end) + 1 or end
        version, name = _VERSION.search(text, start, table), _NAME.search(text, start, table)
        source = _read_folder(text, start, table, end) if version and name else None
        if version is None or name is None or source is None:
            continue
        folder = join_path(lock_folder, source)
        wanted = packages.get(folder)
        if wanted is not None and normalise_name(wanted) in {"", normalise_name(name[1])}:
            line = lines.number(version.start(1))
            places.setdefault(folder, []).append(Place(path, *version.span(1), version[1], line, header["table"]))
    return places


def edit_locks(
    files: Mapping[str, str], versions: Mapping[str, Version], *, names: Mapping[str, str]
) -> tuple[FileEdit, ...]:
    """Write the versions of several packages to all locks at once, at the cost of one pass over each.

    Args:
        files: Paths in the repository and their texts; locks among them are known by their names.
        versions: The folders of the packages, "." for the root, and their versions.
        names: The folders and the packages' names.

    Returns:
        The locks that change, sorted by path.
    """
    edits = []
    for path, text in sorted(files.items()):
        if path.rpartition("/")[2] not in NAMES:
            continue
        found = find_entries(path, text, {folder: names.get(folder, "") for folder in versions})
        pairs = sorted((place.start, place, versions[folder]) for folder, here in found.items() for place in here)
        edited = render_text(text, [place for _, place, _ in pairs], [place.render(v) for _, place, v in pairs])
        if edited != text:
            edits.append(FileEdit(path, edited))
    return tuple(edits)


def _read_folder(text: str, start: int, table: int, end: int) -> str | None:
    """Give the folder that an entry comes from, as written; None when it comes from elsewhere."""
    inline = _INLINE.search(text, start, table)
    if inline:
        return next(group for group in inline.groups() if group is not None)
    found = _TABLE.search(text, table, end)
    if found is None:
        return None
    kind, url = (pattern.search(text, *found.span("keys")) for pattern in (_KIND, _URL))
    return url[1] if url and (kind is None or kind[1] == "directory") else None
