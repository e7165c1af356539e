"""Workspaces: the packages that a repository's root says it holds (uv's workspace, poetry's path dependencies).

uv: `[tool.uv.workspace]` with `members` and `exclude` (https://docs.astral.sh/uv/concepts/projects/workspaces/). A path
under `[tool.uv.sources]` makes no member, in uv neither: it is uv's way of keeping a package out of the workspace.
Poetry knows no workspaces; there the root's path dependencies, in whatever group, are what stands for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from pilotage.domains.components.folders import is_outside, normal_folder
from pilotage.domains.components.globs import is_loose_match, read_glob
from pilotage.domains.components.tomltables import read_strings, read_table
from pilotage.domains.versionfiles.tomltext import parse_toml
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["Workspace", "find_members", "is_package", "member_globs"]

_FILE = "pyproject.toml"


class Workspace(msgspec.Struct, frozen=True):
    """What the root's pyproject.toml says about the packages of the repository.

    Args:
        kind: Who says it; "" when nobody does.
        members: Globs of the members' folders.
        exclude: Globs of folders that are no members.
        folders: Folders that are named one by one: poetry's path dependencies that lie in the repository.
        has_root: Whether the root is a package too, and not just the place of the table.
    """

    kind: Literal["uv", "poetry", ""] = ""
    members: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    has_root: bool = False


def member_globs(root_pyproject: str | None) -> Workspace:
    """Read which packages the root says there are.

    Args:
        root_pyproject: The text of the root's pyproject.toml; None when there is none.

    Raises:
        ConfigError: The text is not TOML, a table or a list has the wrong type, or a glob of uv's cannot be used or
            leaves the repository.
    """
    if root_pyproject is None:
        return Workspace()
    data = parse_toml(root_pyproject, _FILE)
    has_root = is_package(root_pyproject)
    if "workspace" in read_table(data, "tool", "uv", path=_FILE):
        table = read_table(data, "tool", "uv", "workspace", path=_FILE)
        place = f"{_FILE}: [tool.uv.workspace]"
        members, exclude = (
            tuple(_read_uv_glob(glob, place=f"{place} {key}") for glob in read_strings(table, key, place=place))
            for key in ("members", "exclude")
        )
        return Workspace("uv", members, exclude, has_root=has_root)
    poetry = read_table(data, "tool", "poetry", path=_FILE)
    folders = sorted({folder for path in _path_dependencies(poetry) if (folder := _inside(path))})
    return Workspace("poetry", folders=tuple(folders), has_root=has_root) if folders else Workspace(has_root=has_root)


def find_members(workspace: Workspace, paths: Collection[str]) -> tuple[str, ...]:
    """Find the folders of the members in the tree.

    A folder that a glob matches and that has no pyproject.toml is passed over, as hidden and ignored ones are by uv.

    Args:
        workspace: What the root says.
        paths: All paths of the tree that end in `pyproject.toml`; others are passed over.

    Returns:
        The folders, sorted; "." first when the root is a package, which it is without a workspace too.
    """
    folders = {path.removesuffix(f"/{_FILE}") for path in paths if path.endswith(f"/{_FILE}")}
    globs = [read_glob(glob, place=_FILE) for glob in workspace.members]
    kept = [read_glob(glob, place=_FILE) for glob in workspace.exclude]
    found = {
        folder
        for folder in folders
        if any(glob.is_match(folder) for glob in globs)
        and not any(glob.is_match(folder) for glob in kept)
        and not any(is_loose_match(glob, folder) for glob in workspace.exclude)
    }
    found |= folders.intersection(workspace.folders)
    return (*((".",) if workspace.has_root else ()), *sorted(found))


def is_package(pyproject: str | None, *, path: str = _FILE) -> bool:
    """Tell whether a folder's pyproject.toml describes a package, and not an application or a place for tools only.

    It does not where it names nothing, where uv is told `package = false` or `managed = false`, and where poetry is
    told `package-mode = false`.

    Raises:
        ConfigError: The text is not TOML, or a table has the wrong type.
    """
    if pyproject is None:
        return False
    data = parse_toml(pyproject, path)
    uv, poetry, project = (
        read_table(data, *keys, path=path) for keys in (("tool", "uv"), ("tool", "poetry"), ("project",))
    )
    if uv.get("package") is False or uv.get("managed") is False or poetry.get("package-mode") is False:
        return False
    return "name" in project or "name" in poetry


def _read_uv_glob(glob: str, *, place: str) -> str:
    """Read one of uv's globs: `..` may stand in it as long as it stays in the repository."""
    inside = normal_folder(glob) if ".." in glob.split("/") else glob
    if is_outside(inside) and not inside.startswith("/"):
        raise ConfigError(
            f"{place}: {glob[:100]!r} leaves the repository",
            hint="Pilotage releases the packages of one repository: name folders below its root.",
        )
    read_glob(inside, place=place)
    return inside


def _path_dependencies(poetry: dict[str, object]) -> Iterator[str]:
    """Give the paths of poetry's path dependencies as they are written."""
    tables = [read_table(poetry, key, path=_FILE, above="tool.poetry.") for key in ("dependencies", "dev-dependencies")]
    groups = read_table(poetry, "group", path=_FILE, above="tool.poetry.")
    tables += [read_table(groups, name, "dependencies", path=_FILE, above="tool.poetry.group.") for name in groups]
    for table in tables:
        for value in table.values():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict) and isinstance(path := one.get("path"), str):
                    yield path


def _inside(path: str) -> str:
    """Give the folder that a path means; empty when it is the root or lies outside of the repository."""
    folder = normal_folder(path.replace("\\", "/"))
    return "" if folder == "." or is_outside(folder) else folder
