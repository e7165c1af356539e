"""The components of a repository: the members that were found, and those that the configuration names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.components.effective import effective_config
from pilotage.domains.components.folders import normal_folder
from pilotage.domains.components.linked import find_groups
from pilotage.domains.components.tagclash import check_tag_formats
from pilotage.domains.components.workspace import is_package
from pilotage.domains.versionfiles.place import join_path, normalise_name
from pilotage.errors import ConfigError
from pilotage.model.component import Component
from pilotage.model.config import ComponentRules, Config
from pilotage.model.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["folders_to_read", "plan_components", "select_packages"]

_TABLE = "[tool.pilotage.components."


class _Place(msgspec.Struct, frozen=True):
    """A folder with what the configuration says about it; no name where it says nothing."""

    path: str
    name: str = ""
    rules: ComponentRules = ComponentRules()


def folders_to_read(config: Config, members: Sequence[str]) -> tuple[str, ...]:
    """List the folders whose pyproject.toml (or setup.cfg) must be read before the components are known.

    Args:
        config: The repository's configuration.
        members: The folders of the workspace's members, as `find_members` gives them.
    """
    named = [normal_folder(rules.path) for rules in config.components.values() if rules.path]
    found = members if config.workspace == "auto" else ()
    return tuple(dict.fromkeys((*found, *named))) or (".",)


def select_packages(config: Config, members: Sequence[str], files: Mapping[str, str]) -> tuple[str, ...]:
    """List the folders that hold a package: `plan_components` needs the project of each.

    A member that is no package (`is_package`) is left out unless the configuration names its path: nobody installs it,
    so nobody waits for its release.

    Args:
        config: The repository's configuration.
        members: The folders of the workspace's members.
        files: The texts of the `pyproject.toml` of `folders_to_read`, by path.
    """
    named = {normal_folder(rules.path) for rules in config.components.values() if rules.path}
    packages = []
    for folder in folders_to_read(config, members):
        path = join_path(folder, "pyproject.toml")
        if folder in named or is_package(files.get(path), path=path):
            packages.append(folder)
    return tuple(packages) or (".",)


def plan_components(
    config: Config, *, members: Sequence[str], projects: Mapping[str, Project]
) -> tuple[Component, ...]:
    """Decide which components there are.

    Without components in the configuration and with no package but the root's there is one component without a name,
    whose configuration is the repository's. Else there is one for each package: a member's name is its distribution's,
    normalised; a member that `[tool.pilotage.components.NAME]` names by its path or by its name is called NAME.
    A member that is not in `projects` is no package: it is skipped and has no name, yet holds the files of its folder.

    Args:
        config: The repository's configuration.
        members: The folders of the workspace's members, as `find_members` gives them.
        projects: What the files of each folder of `select_packages` say.

    Returns:
        The components, sorted by path.

    Raises:
        ConfigError: A component has no folder, or one without a package; two have one name, one folder, one
            distribution, one changelog or tags that cannot be told apart; a file lies outside of the repository;
            `depends-on` or `linked-versions` names nobody; or there is no package at all.
    """
    found = tuple(members) if config.workspace == "auto" else ()
    if not config.components and not any(member in projects for member in found if member != "."):
        find_groups(config, ())
        if "." not in projects:
            raise ConfigError(
                f"none of the members of the workspace is a package: {', '.join(found)[:500]}",
                hint="Give one of them a name and a version, or name it in [tool.pilotage.components.NAME].",
            )
        return (Component(None, ".", config, projects["."]),)
    places = [*_configured(config, found, projects), *map(_Place, found)]
    by_path: dict[str, _Place] = {}
    for place in places:
        other = by_path.setdefault(place.path, place)
        if other.name and place.name and other is not place:
            raise ConfigError(
                f"{_TABLE}{other.name}] and {_TABLE}{place.name}] have the same path {place.path!r}",
                hint="Give each component a folder of its own.",
            )
    components = tuple(_settle(config, place, projects) for _, place in sorted(by_path.items()))
    _check_names(components)
    _check_changelogs(components)
    _check_depends_on(components)
    find_groups(config, components)
    check_tag_formats([component for component in components if not component.skip])
    return components


def _configured(config: Config, members: Iterable[str], projects: Mapping[str, Project]) -> list[_Place]:
    """Give the configured components with their folders; a member is found by its distribution's name."""
    by_name = {normalise_name(projects[member].name): member for member in members if member in projects}
    places = []
    for name, rules in config.components.items():
        path = normal_folder(rules.path) if rules.path else by_name.get(normalise_name(name), "")
        if not path:
            known = ", ".join(sorted(filter(None, by_name))) or "none"
            raise ConfigError(
                f"{_TABLE}{name}] has no path, and no member of a workspace has this name (members: {known[:500]})",
                hint='Write path = "…" with the folder of its pyproject.toml, or correct the name.',
            )
        if path not in projects:
            raise ConfigError(
                f"{_TABLE}{name}] path is {path!r}, but there is no pyproject.toml or setup.cfg with a package",
                hint="Correct the path; it is seen from the repository's root.",
            )
        places.append(_Place(path, name, rules))
    return places


def _settle(config: Config, place: _Place, projects: Mapping[str, Project]) -> Component:
    project = projects.get(place.path)
    if project is None:
        return Component("", place.path, config, Project("", None, ""), skip=True)
    name = place.name or normalise_name(project.name)
    if not name:
        raise ConfigError(
            f"the package in {place.path} has no name",
            hint=f'Write name in its pyproject.toml, or {_TABLE}NAME] with path = "{place.path}".',
        )
    rules = place.rules
    excluded = [
        glob
        for own in rules.exclude_paths
        for glob in dict.fromkeys((own if place.path == "." else f"{place.path}/{own}", own))
    ]
    return Component(
        name=name,
        path=place.path,
        config=effective_config(config, rules, name=name, path=place.path),
        project=project,
        paths=rules.paths,
        exclude_paths=tuple(excluded),
        depends_on=rules.depends_on,
        skip=rules.skip,
    )


def _check_names(components: Iterable[Component]) -> None:
    """Refuse two components of one name, and two packages of one distribution."""
    names: dict[str, Component] = {}
    distributions: dict[str, Component] = {}
    for component in components:
        for kind, name, seen in (
            ("component", component.name or "", names),
            ("distribution", component.project.name, distributions),
        ):
            other = seen.setdefault(normalise_name(name), component) if name else component
            if other is not component:
                raise ConfigError(
                    f"{other.path} and {component.path} are both the {kind} {name!r}",
                    hint="Rename one of them, or keep one out of the workspace.",
                )


def _check_changelogs(components: Iterable[Component]) -> None:
    """Refuse two components that write the notes of their versions into one file."""
    seen: dict[str, Component] = {}
    for component in components:
        path = "" if component.skip else component.config.changelog_path
        other = seen.setdefault(path, component)
        if path and other is not component:
            raise ConfigError(
                f"{other.name!r} and {component.name!r} have the same changelog {path}",
                hint=f"Give one of them another one: {_TABLE}{component.name}] changelog-path.",
            )


def _check_depends_on(components: Sequence[Component]) -> None:
    known = {component.name for component in components}
    for component in components:
        for name in component.depends_on:
            if name not in known:
                raise ConfigError(
                    f"{_TABLE}{component.name}] depends-on: there is no component {name!r}",
                    hint=f"There are: {', '.join(sorted(filter(None, known)))[:500]}.",
                )
            if name == component.name:
                raise ConfigError(
                    f"{_TABLE}{component.name}] depends-on: {name!r} is the component itself",
                    hint="Take it out of depends-on.",
                )
