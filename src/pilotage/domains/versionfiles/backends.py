"""Dynamic versions of pyproject.toml: which build backend computes one, and the file that it reads, if it reads one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.versionfiles.locate import read_at
from pilotage.domains.versionfiles.pointed import point_at_attribute, point_at_file, point_at_module
from pilotage.domains.versionfiles.tomltext import read_table

if TYPE_CHECKING:
    from pilotage.domains.versionfiles.place import Pointer

PLUGIN = "[tool.poetry-dynamic-versioning]"
_ATTRIBUTE = "__version__"
_NAMES = (_ATTRIBUTE, "VERSION", "version")
"""What hatchling's and scikit-build-core's default patterns look for."""
_FILE_SOURCES = frozenset({"regex", "code", None})


def read_dynamic(data: dict[str, object]) -> str:
    """Name what says that the version is dynamic: `[project] dynamic`; empty when nothing does."""
    if read_table(data, "tool", "poetry-dynamic-versioning").get("enable") is True:
        return PLUGIN
    listed = read_at(data, ("project", "dynamic"))
    if isinstance(listed, list) and "version" in listed:
        return "[project] dynamic"
    if "setuptools_scm" in read_table(data, "tool"):
        return "[tool.setuptools_scm]"
    if "module" in read_table(data, "tool", "flit", "metadata"):
        return "[tool.flit.metadata]"
    return ""


def find_pointers(data: dict[str, object], *, name: str, folder: str) -> tuple[Pointer, ...]:
    """Find the files that the build backend reads the version from; none when a tag or a command gives it.

    Known are hatchling's `[tool.hatch.version]` (`path`), setuptools' `[tool.setuptools.dynamic]` (`attr`, `file`),
    flit's module, PDM's `[tool.pdm.version]` (`source = "file"`) and scikit-build-core's regex provider.

    Args:
        data: The content of pyproject.toml.
        name: The distribution's name.
        folder: The package's folder in the repository.
    """
    tool = read_table(data, "tool")
    if "setuptools_scm" in tool or read_table(tool, "poetry-dynamic-versioning").get("enable") is True:
        return ()
    backend = read_at(data, ("build-system", "build-backend"))
    if isinstance(backend, str) and backend.startswith(("flit_core", "flit.")):
        return (_flit(tool, name=name, folder=folder),)
    found = (
        _hatch(read_table(tool, "hatch", "version"), folder),
        *_setuptools(tool, folder),
        _pdm(read_table(tool, "pdm", "version"), folder),
        _scikit(read_table(tool, "scikit-build", "metadata", "version"), folder),
    )
    return tuple(pointer for pointer in found if pointer is not None)


def _hatch(table: dict[str, object], folder: str) -> Pointer | None:
    if table.get("source") not in _FILE_SOURCES:  # vcs, env, a plugin of its own
        return None
    expression = table.get("expression")
    names = (expression,) if isinstance(expression, str) else _NAMES
    return point_at_file(table.get("path"), folder=folder, names=names)


def _setuptools(tool: dict[str, object], folder: str) -> tuple[Pointer | None, ...]:
    table = read_table(tool, "setuptools", "dynamic", "version")
    attribute = table.get("attr")
    root = read_table(tool, "setuptools", "package-dir").get("")
    return (
        point_at_attribute(attribute, folder=folder, root=root if isinstance(root, str) else "")
        if isinstance(attribute, str)
        else None,
        point_at_file(table.get("file"), folder=folder),
    )


def _pdm(table: dict[str, object], folder: str) -> Pointer | None:
    if table.get("source", "file") != "file":  # scm, call
        return None
    return point_at_file(table.get("path", table.get("from")), folder=folder, names=(_ATTRIBUTE,))


def _scikit(table: dict[str, object], folder: str) -> Pointer | None:
    if table.get("provider") != "scikit_build_core.metadata.regex":
        return None
    return point_at_file(table.get("input"), folder=folder, names=_NAMES)


def _flit(tool: dict[str, object], *, name: str, folder: str) -> Pointer:
    tables = (read_table(tool, "flit", "module").get("name"), read_table(tool, "flit", "metadata").get("module"))
    module = next((one for one in tables if isinstance(one, str)), name.replace("-", "_"))
    return point_at_module(module, _ATTRIBUTE, folder=folder)
