"""Refuse rules for components whose type is right and which cannot be meant, before any package is looked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.components.folders import is_outside, normal_folder
from pilotage.domains.components.globs import read_glob
from pilotage.errors import ConfigError
from pilotage.model.version import TagFormat, read_version

if TYPE_CHECKING:
    from pilotage.model.config import ComponentRules, Config

__all__ = ["check_components"]

_ROOT = "tool.pilotage"
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", re.ASCII)
"""What a distribution may be called (PEP 508): it is safe in a tag, a branch, a title and a matrix."""


def check_components(config: Config, path: str) -> None:
    """Check `components`, `linked-versions` and `exclude-paths`.

    Whether names mean somebody is checked here only where no member of a workspace could be meant; `plan_components`
    knows them all.

    Args:
        config: The repository's configuration.
        path: The file, for errors.

    Raises:
        ConfigError: A name, a path, a glob, a tag's format or a version cannot be used, a component requires itself,
            a name is unknown or linked twice, or two keys contradict each other.
    """
    for index, glob in enumerate(config.exclude_paths):
        read_glob(glob, place=f"{path}: [{_ROOT}] exclude-paths[{index}]")
    for name, rules in config.components.items():
        _check_rules(name, rules, f"{path}: [{_ROOT}.components.{name[:60]}]")
    _check_folders(config, path)
    _check_links(config, path)
    if config.workspace == "off":
        _check_known(config, path)


def _check_rules(name: str, rules: ComponentRules, place: str) -> None:
    if not _NAME.fullmatch(name) or ".." in name or name.endswith(".lock"):  # git refuses these in a branch's name
        raise ConfigError(
            f"{place}: {name[:60]!r} cannot be a component's name",
            hint="Use letters, digits, and . _ - between them: the name stands in tags, branches and titles.",
        )
    _check_path(rules.path, place)
    for key, globs in (("paths", rules.paths), ("exclude-paths", rules.exclude_paths)):
        for index, glob in enumerate(globs):
            read_glob(glob, place=f"{place} {key}[{index}]")
    if rules.tag_format:
        try:
            TagFormat.parse(rules.tag_format, name=name)
        except ConfigError as exc:
            raise ConfigError(f"{place} {exc.message.partition('] ')[2]}", hint=exc.hint) from exc
    if rules.initial_version is not None:
        read_version(rules.initial_version, place=f"{place} initial-version")
    if name in rules.depends_on:
        raise ConfigError(f"{place} depends-on: {name!r} is the component itself", hint="Take it out of depends-on.")


def _check_path(folder: str, place: str) -> None:
    """Check that a path is a folder of the repository; an empty one is that of a workspace's member."""
    if "\\" in folder or re.match(r"[A-Za-z]:|~", folder):
        problem = "is not written with / from the repository's root"
    elif is_outside(normal_folder(folder)):
        problem = "is absolute" if folder.startswith("/") else "leaves the repository"
    elif re.search(r"[*?\[\0]", folder):
        problem = "is a pattern, and a component has one folder"
    else:
        return
    raise ConfigError(
        f"{place} path: {folder[:100]!r} {problem}",
        hint='Write the folder as the repository\'s root sees it, such as path = "packages/a"; "." is the root.',
    )


def _check_folders(config: Config, path: str) -> None:
    seen: dict[str, str] = {}
    for name, rules in config.components.items():
        folder = normal_folder(rules.path) if rules.path else f"\0{name}"
        other = seen.setdefault(folder, name)
        if other != name:
            raise ConfigError(
                f"{path}: [{_ROOT}.components.{other}] and [{_ROOT}.components.{name}] have the same path {folder!r}",
                hint="Give each component a folder of its own.",
            )


def _check_links(config: Config, path: str) -> None:
    place = f"{path}: [{_ROOT}] linked-versions"
    seen: set[str] = set()
    for name in (name for group in config.linked_versions for name in group):
        if name in seen:
            raise ConfigError(
                f"{place}: {name!r} is named twice",
                hint="Name each component once; join the groups if all of them shall have one version.",
            )
        seen.add(name)
    if seen and config.separate_pull_requests:
        raise ConfigError(
            f"{place} and separate-pull-requests contradict each other",
            hint="Components of one version are released together: take one of the two out.",
        )


def _check_known(config: Config, path: str) -> None:
    """Check names where the configuration alone says which components there are."""
    known = ", ".join(sorted(config.components))[:500] or "none"
    named = [(f"[{_ROOT}] linked-versions", name) for group in config.linked_versions for name in group]
    named += [
        (f"[{_ROOT}.components.{component}] depends-on", name)
        for component, rules in config.components.items()
        for name in rules.depends_on
    ]
    for place, name in named:
        if name not in config.components:
            raise ConfigError(f"{path}: {place}: there is no component {name[:60]!r}", hint=f"There are: {known}.")
    for name, rules in config.components.items():
        if not rules.path:
            raise ConfigError(
                f'{path}: [{_ROOT}.components.{name}] has no path, and workspace = "off" finds none',
                hint='Write path = "…" with the folder of its pyproject.toml.',
            )
