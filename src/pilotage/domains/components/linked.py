"""Linked versions: groups of components that are released together, at one version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.component import Component
    from pilotage.model.config import Config

__all__ = ["find_groups"]

_KEY = "[tool.pilotage] linked-versions"


def find_groups(config: Config, components: Sequence[Component]) -> tuple[tuple[int, ...], ...]:
    """Find the components of each group, by their index.

    Raises:
        ConfigError: A group names nobody that there is, somebody that is never released, or a component that stands in
            another group or twice in this one.
    """
    by_name = {component.name: index for index, component in enumerate(components) if component.name}
    seen: dict[str, int] = {}
    for number, group in enumerate(config.linked_versions):
        for name in group:
            if name not in by_name:
                raise ConfigError(
                    f"{_KEY}[{number}]: there is no component {name!r}",
                    hint=f"There are: {', '.join(sorted(by_name))[:500] or 'none'}.",
                )
            if components[by_name[name]].skip:
                raise ConfigError(
                    f"{_KEY}[{number}]: {name!r} is never released, for it has skip = true",
                    hint="Take it out of the group, or take skip out of its table.",
                )
            if name in seen:
                raise ConfigError(
                    f"{_KEY}: {name!r} stands in group {seen[name]} and in group {number}",
                    hint="Name each component once; join the groups if all of them shall have one version.",
                )
            seen[name] = number
    return tuple(tuple(sorted(by_name[name] for name in group)) for group in config.linked_versions)
