"""Lock files: which version of the package each holds, and what brings it up to date.

None is parsed as a whole but Pipfile.lock, which is JSON: each may hold megabytes, and is written by a tool in one
fixed shape, a key a line.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast

from pilotage.domains.downstream.judging import judge_version
from pilotage.domains.downstream.meaning import Meaning, is_wanted
from pilotage.domains.downstream.sheet import Sheet
from pilotage.domains.versionfiles.place import BOM, line_of
from pilotage.errors import ConfigError
from pilotage.model.downstream import Standing

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from pilotage.model.downstream import Reference, Wanted

_PIPFILE = "Pipfile.lock"
_COMMANDS = {
    "uv.lock": "uv lock --upgrade-package {name}",
    "poetry.lock": "poetry update {name}",
    "pdm.lock": "pdm update {name}",
    _PIPFILE: "pipenv update {name}",
    "conda-lock.yml": "conda-lock lock --update {name}",
    "conda-lock.yaml": "conda-lock lock --update {name}",
}
_UNFINISHED = re.compile(r"^(?:<{7}|={7}|>{7})(?:[ \t][^\n]*)?\r?$", flags=re.MULTILINE)
_HEADER = re.compile(r"^\ufeff?\[\[packages?\]\]", flags=re.MULTILINE)
_TEXT = r"[ \t]*=[ \t]*[\"']([^\"'\n]*)[\"']"
_NAME = re.compile(rf"^name{_TEXT}", flags=re.MULTILINE)
_VERSION = re.compile(rf"^version{_TEXT}", flags=re.MULTILINE)
_OF_FOLDER = re.compile(
    r"^(?:source[ \t]*=[ \t]*\{[ \t]*(?:editable|virtual|directory)\b|directory[ \t]*=|path[ \t]*=)", re.MULTILINE
)
_QUOTED = re.compile(r'"([^"\\\n]*)"')
_ITEM = re.compile(r"^(?P<indent>[ ]{0,8})- name:[ \t]*[\"']?(?P<name>[A-Za-z0-9._-]+)", flags=re.MULTILINE)
_ITEM_VERSION = re.compile(r"^(?P<indent>[ ]{2,10})version:[ \t]*[\"']?([^\s\"']+)", flags=re.MULTILINE)


def read_lock(path: str, text: str, wanted: Wanted) -> list[Reference]:
    """Read the versions of the package that a lock holds, each once, in the order of its lines.

    Read are uv.lock, poetry.lock, pdm.lock, Pipfile.lock, pylock.toml and pylock.*.toml (PEP 751), conda-lock.yml.
    An entry that comes from a folder has no version that was released, and counts for nothing.

    Args:
        path: The file's path.
        text: Its text.
        wanted: The release.

    Raises:
        ConfigError: A merge was not finished in it, or a Pipfile.lock is not JSON.
    """
    unfinished = _UNFINISHED.search(text)
    if unfinished:
        line = line_of(text, unfinished.start())
        raise ConfigError(f"{path} line {line}: a merge was not finished there", hint="Lock anew.")
    name = path.rpartition("/")[2]
    entries: Iterable[tuple[int, str]]
    if name == _PIPFILE:
        entries = _read_pipfile_lock(path, text, wanted)
    elif name.endswith((".yml", ".yaml")):
        entries = _read_items(text, wanted)
    else:
        entries = _read_tables(text, wanted)
    known = next((command for lock, command in _COMMANDS.items() if name.endswith(lock)), "the tool that wrote it")
    command = known.format(name=wanted.package)
    sheet, versions = Sheet(path, text, wanted), dict[str, int]()
    for at, version in entries:
        versions.setdefault(version, at)
    return [
        sheet.refer_locked(_judge(version, wanted), at, holder=name, why=f"{command} brings it up to date")
        for version, at in versions.items()
    ]


def _judge(version: str, wanted: Wanted) -> Meaning:
    """Judge what is locked: a version, or the ref of a repository, which is not judged."""
    standing = judge_version(version, wanted)
    return Meaning(Standing.EXACT if standing == Standing.UNCLEAR else standing, version)


def _read_tables(text: str, wanted: Wanted) -> Iterator[tuple[int, str]]:
    """Give the versions of a lock in TOML, and where they stand."""
    starts = [match.start() for match in _HEADER.finditer(text)]
    for start, end in zip(starts, [*starts, len(text)][1:], strict=True):
        table = text.find("\n[", start, end) + 1 or end
        name, version = _NAME.search(text, start, table), _VERSION.search(text, start, table)
        if name is None or version is None or not is_wanted(name[1], wanted):
            continue
        if not _OF_FOLDER.search(text, start, table) and not _is_of_folder(text[table:end]):
            yield version.start(1), version[1]


def _is_of_folder(tables: str) -> bool:
    """Tell whether an entry's tables say that it comes from a folder, as poetry.lock and pylock.toml do."""
    source = re.search(r"^\[package\.source\][ \t]*\r?\ntype[ \t]*=[ \t]*\"directory\"", tables, re.MULTILINE)
    return source is not None or re.search(r"^\[packages\.directory\]", tables, re.MULTILINE) is not None


def _read_items(text: str, wanted: Wanted) -> Iterator[tuple[int, str]]:
    """Give the versions of a conda-lock.yml, and where they stand."""
    items = list(_ITEM.finditer(text))
    ends = [*(match.start() for match in items), len(text)][1:]
    for match, end in zip(items, ends, strict=True):
        if is_wanted(match["name"], wanted):
            for version in _ITEM_VERSION.finditer(text, match.end(), end):
                if len(version["indent"]) == len(match["indent"]) + 2:
                    yield version.start(2), version[2]
                    break


def _read_pipfile_lock(path: str, text: str, wanted: Wanted) -> list[tuple[int, str]]:
    try:
        data: object = json.loads(text.removeprefix(BOM))
    except RecursionError as exc:
        raise ConfigError(f"{path} is nested too deeply to be read", hint="Lock anew.") from exc
    except ValueError as exc:
        raise ConfigError(f"{path} is not JSON: {exc}", hint="Lock anew.") from exc
    if not isinstance(data, dict):
        raise ConfigError(f"{path} is not a lock: expected an object", hint="Lock anew.")
    sections = [value for key, value in cast("dict[str, object]", data).items() if key != "_meta"]
    found = []
    for section in sections:
        for name, entry in (cast("dict[str, object]", section) if isinstance(section, dict) else {}).items():
            if is_wanted(name, wanted) and isinstance(entry, dict):
                found.append((name, cast("dict[str, object]", entry)))
    values = dict.fromkeys(value for _, entry in found if (value := _read_locked(entry)))
    places = _find_texts(text, {name for name, _ in found}, values)
    return [(places.get(value, 0), value.removeprefix("==")) for value in values]


def _read_locked(entry: dict[str, object]) -> str:
    """Give what a Pipfile.lock holds of a package: its version, or the commit of a repository; "" for a folder."""
    return next((value for key in ("version", "ref") if isinstance(value := entry.get(key), str)), "")


def _find_texts(text: str, names: Container[str], values: Container[str]) -> dict[str, int]:
    """Find the values of entries, each for the first time behind one of their names; escaped ones are not found."""
    places: dict[str, int] = {}
    is_behind = False
    for match in _QUOTED.finditer(text):
        is_behind = is_behind or match[1] in names
        if is_behind and match[1] in values:
            places.setdefault(match[1], match.start(1))
    return places
