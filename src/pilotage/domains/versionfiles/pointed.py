"""The files that a build backend reads a dynamic version from, as `attr: pkg.__version__` and `file: VERSION` say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.versionfiles.place import BOM, Place, Pointer, is_version, join_path, line_of
from pilotage.model.version import read_version

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIBLINGS = ("_version.py", "__about__.py", "version.py", "__version__.py")
"""Where a package's `__init__.py` usually imports its version from."""
_PACKAGE = "/__init__.py"


def point_at_attribute(dotted: str, *, folder: str, root: str = "") -> Pointer | None:
    """Give the files that setuptools looks for an attribute in: `attr: pkg.module.__version__`.

    Args:
        dotted: The attribute with its module.
        folder: The package's folder in the repository.
        root: The folder of the top packages in it, where the configuration names one.
    """
    module, dot, name = dotted.strip().rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z_][\w.]*", dotted.strip()):
        return None
    return point_at_module(module, name, folder=folder, roots=(root,) if root else ("", "src"))


def point_at_module(module: str, name: str, *, folder: str, roots: tuple[str, ...] = ("", "src")) -> Pointer:
    """Give the files of a module that assigns the version to a name."""
    stem = module.replace(".", "/")
    files = (f"{root or '.'}/{stem}{end}" for root in roots for end in (".py", _PACKAGE))
    return Pointer(_existing_paths(folder, *files), (name,))


def point_at_file(name: object, *, folder: str, names: tuple[str, ...] = ()) -> Pointer | None:
    """Give one file that holds the version; None when that is not the name of one file in the repository.

    Args:
        name: What the configuration gives: the file's name, or a list of one.
        folder: The package's folder in the repository.
        names: The names of which one is assigned the version in that file, which must be a Python module then.
    """
    if isinstance(name, list) and len(name) == 1:
        name = name[0]
    if not isinstance(name, str) or "," in name or (names and not name.endswith(".py")):
        return None
    paths = _existing_paths(folder, name.strip())
    return Pointer(paths, names) if paths else None


def paths_of(pointer: Pointer) -> tuple[str, ...]:
    """List the files that finding the version needs: those pointed at, and the siblings that they import it from."""
    siblings = [
        path.removesuffix(_PACKAGE) + f"/{sibling}"
        for path in pointer.paths
        if path.endswith(_PACKAGE)
        for sibling in _SIBLINGS
    ]
    return (*pointer.paths, *siblings)


def find_pointed(files: Mapping[str, str], pointer: Pointer) -> Place | None:
    """Find the place of the version in the file pointed at; None when it is not there as a literal.

    Raises:
        ConfigError: The literal is not a PEP 440 version.
    """
    path = next((path for path in pointer.paths if path in files), "")
    if not path:
        return None
    names = (_find_assigned(files, path, name) for name in pointer.names)
    place = next(filter(None, names), None) if pointer.names else _whole(path, files[path])
    if place is not None and not (pointer.is_guess and not is_version(place.text)):
        read_version(place.text, place=place.name)
        return place
    return None


def _whole(path: str, text: str) -> Place:
    content = text.removeprefix(BOM).strip()
    start = text.find(content)
    return Place(path, start, start + len(content), content, line_of(text, start), "[file]")


def find_assigned(path: str, text: str, name: str) -> Place | None:
    """Find the place of a version that a module assigns to a name as a literal; None when it does not."""
    from pilotage.domains.versionfiles.pythontext import Source  # noqa: PLC0415 - ast, for such repositories alone

    literal = Source(text).find_assigned(name)
    if literal is None or literal.span is None:
        return None
    start, end = literal.span
    return Place(path, start, end, text[start:end], line_of(text, start), name)


def _find_assigned(files: Mapping[str, str], path: str, name: str) -> Place | None:
    place = find_assigned(path, files[path], name)
    if place is None and (origin := _origin(files[path], path, name)) in files:
        place = find_assigned(origin, files[origin], name)
    return place


def _origin(text: str, path: str, name: str) -> str:
    """Give the sibling that `__init__.py` imports the name from: `from ._version import …`, `from pkg._version …`."""
    from pilotage.domains.versionfiles.pythontext import Source  # noqa: PLC0415 - as above

    folder, _, package = path.removesuffix(_PACKAGE).rpartition("/")
    written = Source(text).find_origin(name)
    module = written.removeprefix(".").removeprefix(f"{package}.")
    return join_path(join_path(folder, package), f"{module.replace('.', '/')}.py") if module else ""


def _existing_paths(folder: str, *names: str) -> tuple[str, ...]:
    return tuple(path for name in names if (path := join_path(folder, name)) not in {"", "."})
