"""The commits of each component, out of one history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.components.attribution import Attribution
from pilotage.domains.components.inventory import normal_name
from pilotage.domains.message import read_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.commit import Commit
    from pilotage.model.component import Component


class Split(msgspec.Struct, frozen=True):
    """A history by component.

    Args:
        commits: The commits of each component, newest first, in the order of the components.
        unattributed: The commits that touch files of no component, newest first.
    """

    commits: tuple[tuple[Commit, ...], ...]
    unattributed: tuple[Commit, ...] = ()


def split_commits(
    commits: Sequence[Commit], components: Sequence[Component], *, exclude_paths: Sequence[str] = ()
) -> Split:
    """Give each component the commits that touch it.

    Files decide; a scope does not: `fix(a): …` that touches only `packages/b` is a fix of b. A commit without files
    belongs to the component that its scope names, where it names exactly one, and to all otherwise.

    Args:
        commits: The commits, newest first; one may be given to several components.
        components: The components.
        exclude_paths: Globs of files that count for nobody (`[tool.pilotage] exclude-paths`).

    Raises:
        ConfigError: A glob cannot be used.
    """
    attribution = Attribution(components, exclude_paths=exclude_paths)
    by_scope = _scopes(components)
    split: list[list[Commit]] = [[] for _ in components]
    unattributed = []
    for commit in commits:
        touched = attribution.touched(commit.files)
        if commit.files == () and len(components) > 1:
            touched = _named(commit, by_scope) or touched
        for index in touched:
            split[index].append(commit)
        if not touched:
            unattributed.append(commit)
    return Split(tuple(map(tuple, split)), tuple(unattributed))


def _scopes(components: Sequence[Component]) -> dict[str, frozenset[int]]:
    """Give what each scope means: a component's name, its distribution's, or the last name of its path."""
    meant: dict[str, frozenset[int]] = {}
    for index, component in enumerate(components):
        folder = component.path.rpartition("/")[2]
        for name in {normal_name(one) for one in (component.name or "", component.project.name, folder)} - {"", "."}:
            meant[name] = meant.get(name, frozenset()) | {index}
    return meant


def _named(commit: Commit, by_scope: dict[str, frozenset[int]]) -> frozenset[int]:
    """Give the one component that a title's scopes name; none when they name several or nobody."""
    message = read_message(commit.message.strip().partition("\n")[0])
    scopes = message.scope if message else ()
    named = frozenset[int]().union(*(by_scope.get(normal_name(scope), frozenset()) for scope in scopes))
    return named if len(named) == 1 else frozenset()
