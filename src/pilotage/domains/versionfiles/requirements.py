"""What a package requires: every requirement that its files name, and new bounds for those on released packages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.versionfiles import pyproject, requirementlines, setupcfg
from pilotage.domains.versionfiles.place import Lines, Place, join_path, normalise_name, render_text
from pilotage.domains.versionfiles.requirementstrings import read_pyproject_requirements
from pilotage.domains.versionfiles.specifier import Policy, raise_specifier
from pilotage.errors import ConfigError
from pilotage.model.project import FileEdit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.domains.versionfiles.requirementstrings import Written
    from pilotage.model.version import Version

_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)[ \t]*(?:\[[^\[\]\n]*\][ \t]*)?"
    r"(?P<paren>\([ \t]*)?(?P<specifier>(?:(?:[~=<>]=|<|>|===|!=)[^;,@()\[\]#\n]*(?:,[ \t]*)?)*)",
    flags=re.ASCII,
)
"""PEP 508 up to the marker: `name[extra] (>=1.2, <2)`."""


class Requirement(msgspec.Struct, frozen=True):
    """A package that this one requires.

    Args:
        name: The required package's normalised name (PEP 503).
        specifier: What its version must be, as written; "" for any, and for a path, a URL or a workspace member.
        place: Where the specifier stands; None when there is none, or when it is written so that it cannot be edited.
        source: What asks for it, for people: `packages/b/pyproject.toml [project] dependencies`.
    """

    name: str
    specifier: str
    place: Place | None
    source: str


def find_requirements(files: Mapping[str, str], *, path: str = ".") -> tuple[Requirement, ...]:
    """Find the requirements of the package in a folder.

    Read are pyproject.toml (`[project]` with its extras, `[dependency-groups]`, `[build-system]`, `[tool.uv]`,
    `[tool.pdm]`, `[tool.poetry]` with its groups), setup.cfg and the requirements files of the folder that are given.

    Args:
        files: Paths in the repository and their texts.
        path: The package's folder; "." for the root.

    Raises:
        ConfigError: pyproject.toml is not TOML, or setup.cfg is not an INI file.
    """
    found: list[Requirement] = []
    pyproject_path, cfg_path = join_path(path, pyproject.PATH), join_path(path, setupcfg.PATH)
    if pyproject_path in files:
        text = files[pyproject_path]
        found += _read(pyproject_path, text, read_pyproject_requirements(text, pyproject_path))
    if cfg_path in files:
        found += _read(cfg_path, files[cfg_path], requirementlines.read_setup_cfg_requirements(files[cfg_path]))
    for name in sorted(files):
        if requirementlines.is_requirements_file(name, path=path):
            found += _read(name, files[name], requirementlines.read_requirements_file(files[name]))
    return tuple(found)


def raise_requirements(
    files: Mapping[str, str], versions: Mapping[str, Version], *, path: str = ".", policy: Policy = "needed"
) -> tuple[FileEdit, ...]:
    """Make the requirements of the package in a folder accept the versions that were released.

    Args:
        files: Paths in the repository and their texts.
        versions: The released packages' names, in any spelling, and their new versions.
        path: The folder of the package that requires them.
        policy: As for `raise_specifier`.

    Returns:
        The files that change, sorted by path; only the versions inside the specifiers differ.

    Raises:
        ConfigError: A requirement cannot be made to accept the version, or cannot be edited in place.
    """
    wanted = {normalise_name(name): version for name, version in versions.items()}
    changes: dict[str, list[tuple[Place, str]]] = {}
    for requirement in find_requirements(files, path=path):
        version = wanted.get(requirement.name)
        if version is None or not requirement.specifier:
            continue
        raised = _raise(requirement, version, policy=policy)
        if requirement.place is not None and raised != requirement.specifier:
            changes.setdefault(requirement.place.path, []).append((requirement.place, raised))
    edits = []
    for name, changed in sorted(changes.items()):
        changed.sort(key=lambda change: change[0].start)
        text = render_text(files[name], [place for place, _ in changed], [raised for _, raised in changed])
        edits.append(FileEdit(name, text))
    return tuple(edits)


def raise_requirement(
    files: Mapping[str, str], *, path: str, name: str, version: Version, policy: Policy = "needed"
) -> tuple[FileEdit, ...]:
    """Make the requirements of the package in a folder accept one package's new version, as `raise_requirements`."""
    return raise_requirements(files, {name: version}, path=path, policy=policy)


def _raise(requirement: Requirement, version: Version, *, policy: Policy) -> str:
    raised = raise_specifier(requirement.specifier, version, policy=policy)
    where = requirement.place.name if requirement.place else requirement.source
    if raised is None:
        raise ConfigError(
            f"{where}: {requirement.name} {requirement.specifier} does not accept {version}, which is being released",
            hint=f"Write a requirement that accepts it, such as >={version}.",
        )
    if requirement.place is None and raised != requirement.specifier:
        raise ConfigError(
            f"{where}: {requirement.name} {requirement.specifier} is written in a way that cannot be edited in place",
            hint="Write it as one string on one line, without escapes.",
        )
    return raised


def _read(path: str, text: str, written: list[Written]) -> list[Requirement]:
    lines = Lines(text)
    return [found for one in written if (found := _read_one(path, lines, one)) is not None]


def _read_one(path: str, lines: Lines, written: Written) -> Requirement | None:
    source = f"{path} {written.table}".rstrip()
    if written.name:  # Poetry's, whose name is a key
        name, specifier, offset = normalise_name(written.name), written.value, 0
    else:
        match = _REQUIREMENT.match(written.value)
        if match is None:
            return None
        name = normalise_name(match["name"])
        specifier, offset = match["specifier"].rstrip(), match.start("specifier")
    if written.start is None or not specifier:
        return Requirement(name, specifier, None, source)
    start = written.start + offset
    place = Place(path, start, start + len(specifier), specifier, lines.number(start), written.table)
    return Requirement(name, specifier, place, source)
