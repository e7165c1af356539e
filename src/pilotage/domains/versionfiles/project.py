"""The version of a project: read from every file that carries it, and written to all of them at once.

Files are given as a mapping from the path in the repository to the text, decoded from UTF-8 with its line ends and byte
order mark untouched. After an edit every character except the version's own is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.versionfiles import lockfile, pyproject, setupcfg
from pilotage.domains.versionfiles.marked import example_line, find_marked
from pilotage.domains.versionfiles.place import Declared, Place, render_text
from pilotage.errors import ConfigError
from pilotage.model.project import FileEdit, Project
from pilotage.model.version import Version, read_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotage.model.config import Config

VERSION_FILES: tuple[str, ...] = (pyproject.PATH, setupcfg.PATH, lockfile.PATH)
"""The files that carry a version without being named in the configuration."""


def paths_to_read(config: Config) -> tuple[str, ...]:
    """List the files that this package and the changelog need, each once."""
    changelog = (config.changelog_path,) if config.changelog_path else ()
    named = [one if isinstance(one, str) else one.path for one in config.version_files]
    return tuple(dict.fromkeys((*VERSION_FILES, *named, *changelog)))


def read_project(files: Mapping[str, str], *, config: Config | None = None) -> Project:
    """Read what the files say about the project.

    Args:
        files: The texts of the files of `paths_to_read` that exist.
        config: The configuration; with it the marked files are compared too.

    Raises:
        ConfigError: No file gives a version, two places give different ones, or a file cannot be understood.
    """
    project, places = _read_declared(files)
    if config is not None:
        _check_same((*places, *_find_marks(files, config, _version_of(project))))
    return project


def edit_version(
    files: Mapping[str, str], *, project: Project, version: Version, config: Config
) -> tuple[FileEdit, ...]:
    """Write a version to every place that carries the project's version.

    A place that holds this version already, in whatever spelling, stays as it is; a lock that lags behind is corrected.

    Args:
        files: The texts of the files of `paths_to_read` that exist.
        project: The project as `read_project` reads it from them.
        version: The version to write.
        config: The configuration, which names the marked files.

    Returns:
        The files that change, sorted by path.

    Raises:
        ConfigError: A file cannot be understood, or has no mark, or a marked line would be ambiguous afterwards.
    """
    before = _find_places(files, project, config, _version_of(project))
    edited = {path: _render(files[path], places, version) for path, places in before.items()}
    after = _find_places({**files, **edited}, project, config, version if project.version else None)
    for path, places in before.items():
        _check_reversible(files[path], edited[path], before=places, after=after[path])
    return tuple(FileEdit(path, text) for path, text in sorted(edited.items()) if text != files[path])


def _read_declared(files: Mapping[str, str]) -> tuple[Project, tuple[Place, ...]]:
    declared = [
        read(files[path])
        for path, read in ((pyproject.PATH, pyproject.read_pyproject), (setupcfg.PATH, setupcfg.read_setup_cfg))
        if path in files
    ]
    if not declared:
        raise ConfigError(
            "there is no pyproject.toml and no setup.cfg here",
            hint='Run in the folder of the package, or add a pyproject.toml with [project] and version = "0.1.0".',
        )
    name = next((d.name for d in declared if d.name), "")
    places = tuple(place for d in declared for place in d.places)
    _check_same(places)
    if places:
        return Project(name, places[0].text, places[0].source), places
    return Project(name, None, _dynamic_source(declared)), ()


def _dynamic_source(declared: list[Declared]) -> str:
    for file in declared:
        if file.dynamic:
            return file.dynamic
    raise ConfigError(
        "no version is declared in pyproject.toml ([project] or [tool.poetry]) or setup.cfg ([metadata])",
        hint='Add version = "0.1.0" to [project], or dynamic = ["version"] when the build backend computes it.',
    )


def _version_of(project: Project) -> Version | None:
    return None if project.version is None else read_version(project.version, place=project.source)


def _find_marks(files: Mapping[str, str], config: Config, current: Version | None) -> tuple[Place, ...]:
    places: list[Place] = []
    for path in dict.fromkeys(one if isinstance(one, str) else one.path for one in config.version_files):
        if path not in files:
            raise ConfigError(
                f"{path} stands in [tool.pilotage] version-files, but there is no such file",
                hint=f"Take it out of version-files, or add it with the line: {example_line(path, current)}",
            )
        places += find_marked(path, files[path], current=current)
    return tuple(places)


def _check_same(places: Sequence[Place]) -> None:
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


def _find_places(
    files: Mapping[str, str], project: Project, config: Config, current: Version | None
) -> dict[str, list[Place]]:
    locked = lockfile.find_own_entries(files.get(lockfile.PATH, ""), project.name)
    found = (*_read_declared(files)[1], *locked, *_find_marks(files, config, current))
    by_path: dict[str, list[Place]] = {}
    for place in sorted(found, key=lambda place: (place.path, place.start)):
        there = by_path.setdefault(place.path, [])
        # A marked line may hold a declared version: one place, not two.
        if not there or place.start >= there[-1].end:
            there.append(place)
    return by_path


def _render(text: str, places: list[Place], version: Version) -> str:
    return render_text(text, places, (place.render(version) for place in places))


def _check_reversible(text: str, edited: str, *, before: list[Place], after: list[Place]) -> None:
    """Prove the law on this very edit: the same places are found again, and nothing else has changed."""
    found = len(before) == len(after) and render_text(edited, after, (place.text for place in before)) == text
    if not found:
        raise ConfigError(
            f"{before[0].path}: the version cannot be told from others on its line once it has changed",
            hint="Leave one version on each marked line.",
        )
