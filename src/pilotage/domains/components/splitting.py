"""The commits of each component, out of one history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.components.attribution import Attribution

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
    """Give each component the commits that belong to it (`Attribution.of_commit`).

    Args:
        commits: The commits, newest first; one may be given to several components.
        components: The components.
        exclude_paths: Globs of files that count for nobody (`[tool.pilotage] exclude-paths`).

    Raises:
        ConfigError: A glob cannot be used.
    """
    attribution = Attribution(components, exclude_paths=exclude_paths)
    split: list[list[Commit]] = [[] for _ in components]
    unattributed = []
    for commit in commits:
        touched = attribution.of_commit(commit)
        for index in touched:
            split[index].append(commit)
        if not touched:
            unattributed.append(commit)
    return Split(tuple(map(tuple, split)), tuple(unattributed))
