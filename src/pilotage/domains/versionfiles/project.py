"""The version of a project: read from every file that carries it, and written to all of them at once.

Files are given as a mapping from the path in the repository to the text, decoded from UTF-8 with its line ends and byte
order mark untouched. After an edit every character except the version's own is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.versionfiles import declared, pyproject, setupcfg, setuppy
from pilotage.domains.versionfiles.declared import check_same, version_of
from pilotage.domains.versionfiles.place import join_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.model.config import Config
    from pilotage.model.project import FileEdit, Project
    from pilotage.model.version import Version

VERSION_FILES: tuple[str, ...] = (pyproject.PATH, setupcfg.PATH, setuppy.PATH)
"""The files that declare a version without being named in the configuration."""


def paths_to_read(config: Config, *, path: str = ".") -> tuple[str, ...]:
    """List the files that this package and the changelog need, each once.

    Args:
        config: The configuration, its paths seen from the repository's root.
        path: The package's folder; "." for the root.
    """
    changelog = (config.changelog_path,) if config.changelog_path else ()
    named = (one if isinstance(one, str) else one.path for one in config.version_files)
    known = (join_path(path, name) for name in VERSION_FILES)
    return tuple(dict.fromkeys((*known, *named, *changelog)))


def more_paths(files: Mapping[str, str], *, path: str = ".") -> tuple[str, ...]:
    """List the files that those of `paths_to_read` point at for the version: `attr: pkg.__version__`, `file: VERSION`.

    Empty for most packages. Read them too before `read_project`; without them such a version is dynamic.

    Raises:
        ConfigError: A file cannot be understood.
    """
    return tuple(name for name in declared.paths_pointed_at(files, path) if name not in files)


def paths_to_write(files: Mapping[str, str], *, project: Project, path: str = ".") -> tuple[str, ...]:
    """List the files that an edit may change beside those that `read_project` needs; most of them do not exist.

    They are the locks, here and at the root, the modules that may hold `__version__`, CITATION.cff, image files and the
    README. Reading the version needs none of them.

    Args:
        files: The texts of `paths_to_read`.
        project: What `read_project` says.
        path: The package's folder.
    """
    from pilotage.domains.versionfiles.edit import paths_of_locks  # noqa: PLC0415 - who only reads does not pay for it
    from pilotage.domains.versionfiles.ownplaces import paths_of_own  # noqa: PLC0415 - as above
    from pilotage.domains.versionfiles.packages import read_packages, read_pyproject_data  # noqa: PLC0415 - as above

    packages = read_packages(read_pyproject_data(files, path), project.name) if project.version else ()
    own = paths_of_own(path, packages) if project.version else ()
    return tuple(name for name in dict.fromkeys((*paths_of_locks(path), *own)) if name not in files)


def read_project(files: Mapping[str, str], *, config: Config | None = None, path: str = ".") -> Project:
    """Read what the files say about the project.

    Args:
        files: The texts of the files of `paths_to_read`, and of `more_paths`, that exist.
        config: The configuration; with it the files that it names are compared too.
        path: The package's folder; "." for the root.

    Raises:
        ConfigError: No file gives a version, two places give different ones, or a file cannot be understood.
    """
    project, places = declared.read_declared(files, path)
    if config is not None and config.version_files:
        from pilotage.domains.versionfiles.named import find_named  # noqa: PLC0415 - only for such configurations

        named = find_named(files, config, name=project.name, current=version_of(project), path=path)
        check_same((*places, *named))
    return project


def edit_version(  # noqa: PLR0913 - what is edited is one thing; each of these says one thing of it
    files: Mapping[str, str],
    *,
    project: Project,
    version: Version,
    config: Config,
    path: str = ".",
    date: str = "",
    locks: bool = True,
) -> tuple[FileEdit, ...]:
    """Write a version to every place that carries the project's version.

    A place that holds this version already, in whatever spelling, stays as it is; a lock that lags behind is corrected.
    A place that was found without being named is left alone where it does not hold the project's version.

    Args:
        files: The texts of the files of `paths_to_read`, `more_paths` and `paths_to_write` that exist.
        project: The project as `read_project` reads it from them.
        version: The version to write.
        config: The configuration, which names further files.
        path: The package's folder; "." for the root.
        date: The day of the release, ISO 8601, for places that are marked as dates; "" leaves them.
        locks: Whether lock files are edited too; `lockfile.edit_locks` does so for many packages in one pass.

    Returns:
        The files that change, sorted by path.

    Raises:
        ConfigError: A file cannot be understood, or has no mark, or a marked line would be ambiguous afterwards.
    """
    from pilotage.domains.versionfiles.edit import Scan, edit_places  # noqa: PLC0415 - who only reads does not pay for it

    scan = Scan(config, path, project.name, locks)
    return edit_places(files, scan, current=version_of(project), version=version, date=date)
