"""The scene that a clone alone shows: every package with what is unreleased, before GitHub is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import UsageError
from pilotage.model.snapshot import Scene, Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.reconcile.forest import Forest
    from pilotage.reconcile.history import History


class Place(msgspec.Struct, frozen=True):
    """Where and when a scene is looked at.

    Args:
        repository: `owner/name`; empty when unknown.
        web_url: The repository's page, without a final slash; empty when unknown.
        branch: The target branch.
        today: The date, ISO 8601, UTC.
    """

    repository: str
    web_url: str
    branch: str
    today: str


def compose_scene(forest: Forest, histories: Sequence[History], place: Place) -> Scene:
    """Compose the scene of a head from its files and its history."""
    snapshots = tuple(_compose(history, place) for history in histories)
    return Scene(snapshots, forest.config, forest.components, forest.templates)


def _compose(history: History, place: Place) -> Snapshot:
    tree = history.tree
    return Snapshot(
        repository=place.repository,
        web_url=place.web_url,
        branch=place.branch,
        head=tree.commit,
        today=place.today,
        config=tree.config,
        project=tree.project,
        files=tree.files,
        last_release=history.base,
        commits=history.commits,
        name=tree.name,
        path=tree.path,
        line=history.line,
        full_commits=history.full_commits,
    )


def choose_snapshot(scene: Scene, component: str | None) -> Snapshot:
    """Give the package of a name; without one the first.

    Raises:
        UsageError: There is no such component.
    """
    for snapshot in scene.snapshots:
        if component in (None, snapshot.name):
            return snapshot
    raise no_component(scene, component or "")


def no_component(scene: Scene, component: str) -> UsageError:
    """Say that there is no component of a name, and which there are."""
    names = ", ".join(snapshot.name for snapshot in scene.snapshots if snapshot.name)
    return UsageError(
        f"--component {component!r}: this repository has no such component",
        hint=f"Known here: {names}." if names else "Leave the option out: the repository is released as one.",
    )
