"""release-please's configuration, translated (schemas/config.json of release-please 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.translation.notes import Notes
from pilotage.domains.translation.releaseplease.extrafiles import relative_file, relative_path
from pilotage.domains.translation.releaseplease.package import Options, read_package
from pilotage.domains.translation.releaseplease.reasons import PLUGINS, REASONS
from pilotage.domains.translation.releaseplease.setup import Package, Setup, read_setup
from pilotage.domains.translation.table import Table
from pilotage.model.config import ComponentRules, Config
from pilotage.model.translation import TranslatedComponent, Translation

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TOOL", "translate"]

TOOL = "release-please"


def translate(files: Mapping[str, str]) -> Translation:
    """Translate the configuration that release-please finds in a repository.

    Args:
        files: The texts by path.

    Raises:
        ConfigError: There is none, a file cannot be understood, or a value cannot be used.
    """
    notes = Notes()
    setup = read_setup(files, notes)
    keys = _name_packages(setup.packages)
    components = [
        read_package(package, key, setup=setup, notes=notes) for key, package in zip(keys, setup.packages, strict=True)
    ]
    for package in setup.packages:
        for table in package.options:
            notes.add_unread(table, REASONS)
    config = _gather(setup, components, notes)
    return Translation(TOOL, setup.source, config, tuple(components), notes.list())


def _name_packages(packages: tuple[Package, ...]) -> list[str]:
    """Give each package its key in `[tool.pilotage.components]`; "" for a root package alone."""
    if len(packages) == 1 and packages[0].path == ".":
        return [""]
    names: list[str] = []
    for package in packages:
        options = Options(package.options[:1])
        wished = options.of("component").text("component") or options.of("package-name").text("package-name")
        name = wished or ("root" if package.path == "." else package.path.rpartition("/")[2])
        names.append(name if name not in names else package.path)
    return names


def _gather(setup: Setup, components: list[TranslatedComponent], notes: Notes) -> Config:
    """Build the whole table out of the packages."""
    first = components[0].config
    if components[0].name == "":
        return first
    most = {
        name: _commonest([getattr(one.config, name) for one in components])
        for name in ("initial_version", "major_on_zero", "patch_on_zero", "release", "extend_types")
    }
    top = msgspec.structs.replace(Config(reverts="count", workspace="off"), **most)
    for one in components:
        for name, key in (("extend_types", "changelog-sections"), ("release", "draft")):
            if getattr(one.config, name) != getattr(top, name):
                notes.add(f"{one.path}: {key}", "", "one table holds for all packages here: those of most packages do")
    return msgspec.structs.replace(
        top,
        separate_pull_requests=setup.shared.flag("separate-pull-requests"),
        linked_versions=_read_linked(setup, components, notes),
        components={one.name: _rules_of(one, top) for one in components},
    )


def _commonest(values: list[object]) -> object:
    return max(values, key=values.count)


def _rules_of(component: TranslatedComponent, top: Config) -> ComponentRules:
    config = component.config
    return ComponentRules(
        path=component.path,
        paths=component.paths,
        exclude_paths=component.exclude_paths,
        tag_format=config.tag_format,
        changelog_path=relative_path(config.changelog_path, component.path),
        initial_version=config.initial_version if config.initial_version != top.initial_version else None,
        version_files=tuple(relative_file(one, component.path) for one in config.version_files) or None,
        major_on_zero=config.major_on_zero if config.major_on_zero != top.major_on_zero else None,
        patch_on_zero=config.patch_on_zero if config.patch_on_zero != top.patch_on_zero else None,
    )


def _read_linked(setup: Setup, components: list[TranslatedComponent], notes: Notes) -> tuple[tuple[str, ...], ...]:
    """Read the plugins: groups of packages that share a version."""
    groups = []
    value = setup.shared.raw("plugins")
    place = setup.shared.name_of("plugins")
    for plugin in value if isinstance(value, list) else []:
        options = Table({"type": plugin} if isinstance(plugin, str) else plugin, place)
        kind = options.text("type")
        if kind == "linked-versions":
            names = options.texts("components")
            groups.append(tuple(one.name for one in components if one.name in names or one.path in names))
            options.raw("groupName")
        else:
            notes.add(place, kind, PLUGINS.get(kind, "no equivalent"))
    return tuple(group for group in groups if len(group) > 1)
