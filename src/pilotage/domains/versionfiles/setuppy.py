"""setup.py: the version that the call of setup() gives as a literal, or by a name that is assigned one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.versionfiles.place import Declared, Place, Pointer, join_path, line_of
from pilotage.errors import ConfigError
from pilotage.model.version import read_version

if TYPE_CHECKING:
    from pilotage.domains.versionfiles.pythontext import Source

PATH = "setup.py"
_TABLE = "setup()"
_SPEAKS = re.compile(r"\b(?:name|version|use_scm_version|pbr)\b")
_MODULE = re.compile(r"^(?:[\w.-]+/){0,9}(?:__init__|__about__|__version__|_?version)\.py\Z")
_FILE = re.compile(r"^(?:[\w.-]+/){0,9}(?i:version)(?:\.txt)?\Z")
_MOST = 8
_COMPUTED = ("use_scm_version", "pbr", "version_config", "setuptools_git_versioning")


def read_setup_py(text: str, path: str = PATH) -> Declared:
    """Read the name of the package and the place of its version; a version that is computed makes it dynamic.

    The file is parsed as data and never executed; one that is not Python 3 says nothing.

    Raises:
        ConfigError: The version is not PEP 440, or is written so that it cannot be edited.
    """
    if not _SPEAKS.search(text):  # `setup()` alone: pyproject.toml or setup.cfg says it all
        return Declared()
    from pilotage.domains.versionfiles.pythontext import Source  # noqa: PLC0415 - ast, for such repositories alone

    source = Source(text)
    calls = source.find_calls("setup")
    if len(calls) != 1:
        return Declared()
    given = {keyword.arg: keyword.value for keyword in calls[0].keywords if keyword.arg}
    name = source.read(given["name"]) if "name" in given else None
    title = name.value if name else ""
    if "version" not in given:
        computed = next((key for key in _COMPUTED if key in given), "")
        return Declared(title, dynamic=f"{path} {_TABLE} {computed}" if computed else "")
    version = source.read(given["version"])
    if version is None:
        pointers = _point_at_opened(source, path.rpartition("/")[0])
        return Declared(title, dynamic=f"{path} {_TABLE} version", pointers=pointers)
    read_version(version.value, place=f"{path}: {_TABLE} version")
    if version.span is None:
        raise ConfigError(
            f"{path}: {_TABLE} version is {version.value!r}, written in a way that cannot be edited in place",
            hint=f'Write it as one text without escapes: version="{version.value.strip()}"',
        )
    start, end = version.span
    return Declared(title, (Place(path, start, end, text[start:end], line_of(text, start), _TABLE),))


def _point_at_opened(source: Source, folder: str) -> tuple[Pointer, ...]:
    """Give the module or file that a setup.py with a computed version speaks of, as those do that open and read it."""
    spoken = source.find_paths()
    modules, files = (
        [path for one in spoken if pattern.search(one) and (path := join_path(folder, one)) not in {"", "."}][:_MOST]
        for pattern in (_MODULE, _FILE)
    )
    pointers = (Pointer(tuple(modules), ("__version__",), is_guess=True), Pointer(tuple(files), is_guess=True))
    return tuple(pointer for pointer in pointers if pointer.paths)
