"""Which component requires which, and the order in which they can be released."""

from __future__ import annotations

import heapq
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from pilotage.domains.versionfiles.place import normalise_name
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pilotage.domains.versionfiles.requirements import Requirement
    from pilotage.model.component import Component

__all__ = ["Edge", "find_edges", "folder_files", "read_requirements", "sort_by_dependency"]

Kind: TypeAlias = Literal["shipped", "development", "configured"]
"""Who notices: users, by the metadata of the package; only its developers; whoever wrote `depends-on`."""

_DEVELOPMENT = re.compile(
    r"\[(?:dependency-groups|tool\.uv|tool\.pdm\.[^\]]*|tool\.poetry\.(?:dev-dependencies|group\.[^\]]*)"
    r"|options\] tests_require)"
)
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Edge(msgspec.Struct, frozen=True):
    """One component requires another.

    Args:
        dependent: The index of the one that requires.
        required: The index of the one that is required.
        specifier: What its version must be; "" for any, and for `depends-on`.
        source: What says so, for people: `packages/b/pyproject.toml [project] dependencies`.
        kind: Who notices when it changes.
    """

    dependent: int
    required: int
    specifier: str
    source: str
    kind: Kind


def find_edges(components: Sequence[Component], files: Mapping[str, str]) -> tuple[Edge, ...]:
    """Find what the components require of each other, by distribution name and by `depends-on`.

    Args:
        components: The components; an edge names them by their index.
        files: The texts of their pyproject.toml, setup.cfg and requirements files, by path; others are passed over.

    Raises:
        ConfigError: A file cannot be understood.
    """
    by_distribution = {
        normalise_name(one.project.name): index for index, one in enumerate(components) if one.project.name
    }
    by_name = {one.name: index for index, one in enumerate(components) if one.name}
    folders = folder_files(components, files)
    edges: list[Edge] = []
    for index, (component, own) in enumerate(zip(components, folders, strict=True)):
        edges += [
            Edge(index, by_distribution[one.name], one.specifier, one.source, _kind(one, own))
            for one in read_requirements(component, own, names=by_distribution.keys())
        ]
        edges += [
            Edge(index, by_name[name], "", f"[tool.pilotage.components.{component.name}] depends-on", "configured")
            for name in component.depends_on
            if name in by_name
        ]
    return tuple(edges)


def folder_files(components: Sequence[Component], files: Mapping[str, str]) -> list[dict[str, str]]:
    """Give for each component the files right in its folder, and in `requirements` there."""
    by_folder: dict[str, dict[str, str]] = {}
    for path, text in files.items():
        folder = path.rpartition("/")[0]
        by_folder.setdefault(folder, {})[path] = text
        if folder.rpartition("/")[2] == "requirements":
            by_folder.setdefault(folder.rpartition("/")[0], {})[path] = text
    return [by_folder.get("" if one.path == "." else one.path, {}) for one in components]


def sort_by_dependency(components: Sequence[Component], edges: Sequence[Edge]) -> tuple[int, ...]:
    """Give the indices of the components so that each stands behind all that it requires.

    Among those that could stand next the first one in the given order does. What only developers require does not
    count: `a` may be tested with `b`, and `b` with `a`. Nor does what skipped components require.

    Raises:
        ConfigError: Components require each other in a circle; it names the circle and who says so.
    """
    required = _required(components, edges)
    dependents: dict[int, list[int]] = {index: [] for index in required}
    for index, wanted in required.items():
        for one in wanted:
            dependents[one].append(index)
    missing = {index: len(wanted) for index, wanted in required.items()}
    ready = [index for index, count in missing.items() if not count]
    heapq.heapify(ready)
    order: list[int] = []
    while ready:
        index = heapq.heappop(ready)
        order.append(index)
        for one in dependents[index]:
            missing[one] -= 1
            if not missing[one]:
                heapq.heappush(ready, one)
    if len(order) < len(components):
        raise _circle(components, required, left={index for index, count in missing.items() if count})
    return tuple(order)


def _required(components: Sequence[Component], edges: Sequence[Edge]) -> dict[int, dict[int, Edge]]:
    """Give for each component what must be released before it, with one edge that says so."""
    required: dict[int, dict[int, Edge]] = {index: {} for index in range(len(components))}
    for edge in edges:
        is_skipped = components[edge.dependent].skip or components[edge.required].skip
        if edge.kind != "development" and edge.dependent != edge.required and not is_skipped:
            required[edge.dependent].setdefault(edge.required, edge)
    return required


def _circle(
    components: Sequence[Component], required: Mapping[int, Mapping[int, Edge]], *, left: Collection[int]
) -> ConfigError:
    """Walk along requirements that are left until a component comes again."""
    walk: list[int] = []
    index = min(left)
    while index not in walk:
        walk.append(index)
        index = min(one for one in required[index] if one in left)
    circle = walk[walk.index(index) :]
    first = circle.index(min(circle))
    circle = [*circle[first:], *circle[:first], min(circle)]
    names = " → ".join(str(components[one].name) for one in circle)
    sources = ", ".join(required[one][other].source for one, other in pairwise(circle))
    return ConfigError(
        f"the components require each other in a circle: {names} ({sources[:2000]})",
        hint="Take one of these requirements out, or move it to a dependency group if only developers need it.",
    )


def read_requirements(component: Component, own: Mapping[str, str], *, names: Collection[str]) -> Iterator[Requirement]:
    """Read the requirements of a component on distributions of some normalised names.

    Args:
        component: The component.
        own: The files of its folder (`folder_files`); those that mention none of the names are not parsed.
        names: The names.

    Raises:
        ConfigError: A file cannot be understood.
    """
    mentioning = {path: text for path, text in own.items() if _mentions(text, names)}
    if mentioning:
        from pilotage.domains.versionfiles.requirements import find_requirements  # noqa: PLC0415 - see above

        yield from (one for one in find_requirements(mentioning, path=component.path) if one.name in names)


def _mentions(text: str, names: Collection[str]) -> bool:
    return any(word in names for word in _NAME.findall(normalise_name(text)))


def _kind(requirement: Requirement, own: Mapping[str, str]) -> Kind:
    """Tell who notices a requirement: a requirements file counts for users where the package's files name it."""
    path, bracket, table = requirement.source.partition(" [")
    if bracket:
        return "development" if _DEVELOPMENT.match(bracket[1:] + table) else "shipped"
    name = path.rpartition("/")[2]
    is_named = any(name in text for one, text in own.items() if one.endswith((".toml", ".cfg", ".py")))
    return "shipped" if is_named else "development"
