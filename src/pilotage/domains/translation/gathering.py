"""Several packages as one `[tool.pilotage]`: what they share, and a table for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.components.workspace import member_globs
from pilotage.model.config import ComponentRules, Config, VersionFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pilotage.domains.translation.notes import Notes
    from pilotage.model.translation import TranslatedComponent

__all__ = ["gather", "name_uniquely", "without_workspace"]

_PER_COMPONENT = ("initial_version", "major_on_zero", "patch_on_zero", "versioning")
_SHARED = {
    "extend_types": "types that release",
    "release": "drafts",
    "reverts": "reverts",
    "channels": "branches",
}
"""What one table says for all components."""

_MAY_BE_WORKSPACE = re.compile(r"workspace|\bpath[\"']?[ \t]*=")
"""What a workspace's table or poetry's path dependencies hold."""

_UNREADABLE = re.compile(r"[^A-Za-z0-9._-]+|\.{2,}")
_SEPARATORS = re.compile(r"[-_.]+")


def name_uniquely(wished: Iterable[tuple[str, str]]) -> list[str]:
    """Give each package a name that no other has, however it is spelled, and that a component can have.

    Args:
        wished: Its own name and its folder, which stands for a name that is taken.
    """
    taken: set[str] = set()
    names: list[str] = []
    for own, path in wished:
        possible = (_readable(one) for one in (own, path, f"{path}-{len(names) + 1}"))
        name = next((one for one in possible if _normal(one) not in taken), f"package-{len(names) + 1}")
        taken.add(_normal(name))
        names.append(name)
    return names


def _readable(name: str) -> str:
    """Give a name with only what may stand in tags, branches and titles."""
    kept = _UNREADABLE.sub("-", name).strip("._-").removesuffix(".lock")
    return kept or "root"


def _normal(name: str) -> str:
    return _SEPARATORS.sub("-", name).lower()


def without_workspace(config: Config, files: Mapping[str, str]) -> Config:
    """Keep a repository that is released as one from being taken apart at its workspace's members.

    Raises:
        ConfigError: pyproject.toml cannot be understood.
    """
    text = files.get("pyproject.toml", "")
    is_workspace = _MAY_BE_WORKSPACE.search(text) is not None and bool(member_globs(text).kind)
    return msgspec.structs.replace(config, workspace="off") if is_workspace else config


def gather(components: Sequence[TranslatedComponent], notes: Notes) -> Config:
    """Build the table out of components with names.

    What components differ in and one table says for all is as most of them have it; the others are noted.
    """
    top = Config(workspace="off")
    for name in (*_PER_COMPONENT, *_SHARED):
        values = [getattr(one.config, name) for one in components]
        top = msgspec.structs.replace(top, **{name: max(values, key=values.count)})
    for one in components:
        for name, key in _SHARED.items():
            if getattr(one.config, name) != getattr(top, name):
                notes.add(f"{one.name}: {key}", "", "one table holds for all packages here: as most of them have it")
    tags: dict[str, str] = {}
    for one in components:
        other = tags.setdefault(one.config.tag_format, one.name)
        if other != one.name:
            notes.add(
                f"{one.name}: tags",
                one.config.tag_format,
                f"{other} has the same tags: give each component a tag-format of its own",
            )
    return msgspec.structs.replace(top, components={one.name: _rules_of(one, top) for one in components})


def _rules_of(component: TranslatedComponent, top: Config) -> ComponentRules:
    config = component.config
    own = {name: getattr(config, name) for name in _PER_COMPONENT if getattr(config, name) != getattr(top, name)}
    changelog = _below(config.changelog_path, component.path)
    return ComponentRules(
        **own,
        path=component.path,
        paths=component.paths,
        exclude_paths=tuple(
            _below(glob, component.path) if glob.startswith(f"{component.path}/") else glob
            for glob in component.exclude_paths
        ),
        tag_format=config.tag_format,
        changelog_path=changelog if changelog != top.changelog_path else None,
        version_files=tuple(_file_below(one, component.path) for one in config.version_files) or None,
    )


def _file_below(file: str | VersionFile, folder: str) -> str | VersionFile:
    if isinstance(file, str):
        return _below(file, folder)
    return msgspec.structs.replace(file, path=_below(file.path, folder))


def _below(path: str, folder: str) -> str:
    """Give a path or a glob as a folder sees it; "" stays ""."""
    if not path or folder == ".":
        return path
    above, below = folder.split("/"), path.split("/")
    while above and below[1:] and above[0] == below[0]:
        above, below = above[1:], below[1:]
    return "/".join([*(".." for _ in above), *below])
