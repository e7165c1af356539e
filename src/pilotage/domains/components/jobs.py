"""Jobs that build and publish packages side by side: their order, and what each may have to wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.components.graph import find_edges, sort_by_dependency
from pilotage.domains.versionfiles.place import normalise_name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pilotage.model.component import Component

__all__ = ["Job", "plan_jobs"]


class Job(msgspec.Struct, frozen=True):
    """What a job of a matrix knows about its package beside the versions.

    Args:
        name: The component's name.
        distribution: The normalised name of its distribution: what an index calls it.
        index: Where its files go, several names with blanks between; empty for a package that never sees an index.
        after: The names of the packages of the matrix that it requires, itself or through others, sorted.
    """

    name: str
    distribution: str
    index: str
    after: tuple[str, ...] = ()


def plan_jobs(components: Sequence[Component], files: Mapping[str, str], *, chosen: Collection[str]) -> tuple[Job, ...]:
    """Put the packages of a matrix into the order of their dependencies.

    With `max-parallel: 1` jobs run in this order, so what is required is there before it is required.

    Args:
        components: All components.
        files: The texts of their pyproject.toml, setup.cfg and requirements files, by path.
        chosen: The names of the components that the matrix is about.

    Raises:
        ConfigError: Components require each other in a circle, or a file cannot be understood.
    """
    edges = find_edges(components, files)
    order = sort_by_dependency(components, edges)
    before: dict[int, frozenset[int]] = {index: frozenset() for index in order}
    required: dict[int, set[int]] = {index: set() for index in order}
    for edge in edges:
        if edge.kind != "development" and edge.required != edge.dependent:
            required[edge.dependent].add(edge.required)
    for index in order:  # what is required stands before it, so its own row is known
        before[index] = frozenset(required[index]).union(*(before[one] for one in required[index]))
    return tuple(
        Job(
            name=name,
            distribution=normalise_name(components[index].project.name),
            index=" ".join(components[index].config.publish.index_names),
            after=tuple(sorted(other for one in before[index] if (other := components[one].name or "") in chosen)),
        )
        for index in order
        if (name := components[index].name or "") in chosen
    )
