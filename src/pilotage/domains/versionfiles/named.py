"""The files that `version-files` names: marked lines, keys, and what is clear without either."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from pilotage.domains.versionfiles.marked import example_line, find_marked, has_marks
from pilotage.errors import ConfigError
from pilotage.model.config import VersionFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.domains.versionfiles.place import Place
    from pilotage.model.config import Config
    from pilotage.model.version import Version

_DEFAULT_KEY = "$.version"
"""Where a JSON file without a key has it: JSON has no comments to mark a line with."""


def find_named(
    files: Mapping[str, str],
    config: Config,
    *,
    name: str,
    current: Version | None,
    path: str = ".",
) -> tuple[Place, ...]:
    """Find the places of the version in the files that the configuration names.

    Args:
        files: Paths in the repository and their texts.
        config: The configuration, its paths seen from the repository's root.
        name: The distribution's name.
        current: The version as it stands now; None when it is dynamic.
        path: The package's folder.

    Raises:
        ConfigError: A file is absent or cannot be understood, or holds no version where it should.
    """
    places: list[Place] = []
    for one in dict.fromkeys(config.version_files):
        file = one if isinstance(one, VersionFile) else VersionFile(one)
        if file.path not in files:
            raise ConfigError(
                f"{file.path} stands in [tool.pilotage] version-files, but there is no such file",
                hint="Take it out of version-files, or add it"
                + (
                    f" with the version at {file.key}."
                    if file.key
                    else f" with the line: {example_line(file.path, current)}"
                ),
            )
        key = file.key
        if not key and file.path.endswith(".json") and not has_marks(files[file.path]):
            key = _DEFAULT_KEY
        if key:
            from pilotage.domains.versionfiles.keyed import find_keyed  # noqa: PLC0415 - json, for such files alone

            places += find_keyed(file.path, files[file.path], key, current=current)
        else:
            unmarked = functools.partial(_find_unmarked, files, file.path, name=name, current=current, folder=path)
            places += find_marked(file.path, files[file.path], current=current, unmarked=unmarked)
    return tuple(places)


def _find_unmarked(
    files: Mapping[str, str], path: str, *, name: str, current: Version | None, folder: str
) -> tuple[Place, ...]:
    from pilotage.domains.versionfiles.installs import find_installs  # noqa: PLC0415 - only a file without marks pays
    from pilotage.domains.versionfiles.ownplaces import find_own  # noqa: PLC0415 - as above
    from pilotage.domains.versionfiles.packages import read_pyproject_data, read_repositories  # noqa: PLC0415 - as above

    if current is None:
        return ()
    repositories = read_repositories(read_pyproject_data(files, folder))
    text = files[path]
    own = find_own(path, text, name=name, current=current, repositories=repositories)
    installs = find_installs(path, text, name=name, current=current, repositories=repositories)
    return tuple(dict.fromkeys((*own, *installs)))
