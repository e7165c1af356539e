"""Where a package declares its version: pyproject.toml, setup.cfg, setup.py, and the files that they point at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.versionfiles import pyproject, setupcfg, setuppy
from pilotage.domains.versionfiles.place import Declared, Place, join_path
from pilotage.domains.versionfiles.pointed import find_pointed, paths_of
from pilotage.errors import ConfigError
from pilotage.model.project import Project
from pilotage.model.version import Version, read_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_READERS = (
    (pyproject.PATH, pyproject.read_pyproject),
    (setupcfg.PATH, setupcfg.read_setup_cfg),
    (setuppy.PATH, setuppy.read_setup_py),
)
_POINTS = re.compile(r"\bdynamic\b|\bflit\b|\b(?:attr|file)[ \t]*:|\b(?:open|read_text|run_path|exec)\(")
"""What a file that points at another one holds; most need not be parsed a second time to know that they do not."""


def paths_of_declaration(path: str = ".") -> tuple[str, ...]:
    """List the files of a package's folder that may declare its version, or point at the one that does."""
    return tuple(join_path(path, name) for name, _ in _READERS)


def read_declared(files: Mapping[str, str], path: str) -> tuple[Project, tuple[Place, ...]]:
    """Read the project of a folder, and the places that declare its version.

    Raises:
        ConfigError: No file gives a version, two places give different ones, or a file cannot be understood.
    """
    declared = list(_read_files(files, path))
    if not declared:
        folder = "here" if path == "." else f"in {path}"
        raise ConfigError(
            f"there is no pyproject.toml and no setup.cfg {folder}",
            hint='Run in the folder of the package, or add a pyproject.toml with [project] and version = "0.1.0".',
        )
    name = next((d.name for d in declared if d.name), "")
    places = [place for d in declared for place in d.places]
    for pointer in (pointer for d in declared for pointer in d.pointers):
        place = find_pointed(files, pointer)
        places += [place] if place is not None else []
    check_same(places)
    if places:
        return Project(name, places[0].text, places[0].source), tuple(places)
    return Project(name, None, _dynamic_source(declared, path)), ()


def paths_pointed_at(files: Mapping[str, str], path: str) -> tuple[str, ...]:
    """List the files that the package's files point at for its version.

    Raises:
        ConfigError: A file cannot be understood.
    """
    speaking = {name: files[name] for name in paths_of_declaration(path) if _POINTS.search(files.get(name, ""))}
    pointers = [pointer for one in _read_files(speaking, path) for pointer in one.pointers]
    return tuple(dict.fromkeys(name for pointer in pointers for name in paths_of(pointer)))


def version_of(project: Project) -> Version | None:
    """Read the version of a project; None when it is dynamic.

    Raises:
        ConfigError: It is not PEP 440.
    """
    return None if project.version is None else read_version(project.version, place=project.source)


def check_same(places: Sequence[Place]) -> None:
    """Check that all places hold one version.

    Raises:
        ConfigError: Two places differ; the message names both.
    """
    whole = [place for place in places if place.part == "version"]
    if not whole:
        return
    version = read_version(whole[0].text, place=whole[0].name)
    for place in places:
        if not place.is_at(version):
            raise ConfigError(
                f"two places differ: {whole[0].name} says {whole[0].text}, {place.name} says {place.text}",
                hint="Write the version that was released last in both places.",
            )


def _read_files(files: Mapping[str, str], path: str) -> Iterator[Declared]:
    for full, (_, read) in zip(paths_of_declaration(path), _READERS, strict=True):
        if full in files:
            yield read(files[full], full)


def _dynamic_source(declared: list[Declared], path: str) -> str:
    for file in declared:
        if file.dynamic:
            return file.dynamic
    raise ConfigError(
        f"no version is declared in {join_path(path, pyproject.PATH)} ([project] or [tool.poetry]), setup.cfg "
        "([metadata]) or setup.py",
        hint='Add version = "0.1.0" to [project], or dynamic = ["version"] when the build backend computes it.',
    )
