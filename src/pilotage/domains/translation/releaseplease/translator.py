"""release-please's configuration, translated (schemas/config.json of release-please 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.translation.gathering import gather, name_uniquely, without_workspace
from pilotage.domains.translation.notes import Notes
from pilotage.domains.translation.releaseplease.package import read_package
from pilotage.domains.translation.releaseplease.reasons import PLUGINS, REASONS
from pilotage.domains.translation.releaseplease.setup import Package, Setup, read_setup
from pilotage.domains.translation.releaseplease.title import with_title
from pilotage.model.translation import Translation

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
    linked = _read_linked(setup, keys, notes)
    separate = setup.shared.flag("separate-pull-requests")
    if separate and linked:
        separate = False
        why = "linked versions are released together, in one pull request"
        notes.add(setup.shared.name_of("separate-pull-requests"), "true", why)
    if components[0].name == "":
        config = without_workspace(components[0].config, files)
    else:
        config = msgspec.structs.replace(
            gather(components, notes), separate_pull_requests=separate, linked_versions=linked
        )
    if separate or len(components) == 1:
        config = with_title(config, setup.packages[0].options, notes)
    for package in setup.packages:
        for table in package.options:
            notes.add_unread(table, REASONS)
    return Translation(TOOL, setup.source, config, tuple(components), notes.list())


def _name_packages(packages: tuple[Package, ...]) -> list[str]:
    """Give each package its key in `[tool.pilotage.components]`; "" for a root package alone."""
    if len(packages) == 1 and packages[0].path == ".":
        return [""]
    return name_uniquely(
        (package.component or ("root" if package.path == "." else package.path.rpartition("/")[2]), package.path)
        for package in packages
    )


def _read_linked(setup: Setup, keys: list[str], notes: Notes) -> tuple[tuple[str, ...], ...]:
    """Read the plugins: groups of packages that share a version."""
    groups: list[tuple[str, ...]] = []
    for plugin in setup.shared.tables("plugins", short="type"):
        kind = plugin.text("type")
        if kind == "linked-versions":
            names = plugin.texts("components")
            meant = [name for name, package in zip(keys, setup.packages, strict=True) if package.component in names]
            groups.append(tuple(name for name in meant if not any(name in group for group in groups)))
        else:
            notes.add(setup.shared.name_of("plugins"), kind, PLUGINS.get(kind, "no equivalent"))
    return tuple(group for group in groups if len(group) > 1)
