"""What the next releases of all packages of a repository would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.changes import read_changes
from pilotage.domains.proposal import propose_release

if TYPE_CHECKING:
    from pilotage.domains.proposal import Proposal
    from pilotage.model.line import Line
    from pilotage.model.snapshot import Scene, Snapshot


def propose_all(scene: Scene) -> tuple[Proposal, ...]:
    """Decide the next version of each package, in the order of the snapshots.

    Raises:
        ConfigError: As `propose_release` and `settle_releases`.
        ConflictError: As `propose_release`.
    """
    alone = tuple(propose_one(snapshot) for snapshot in scene.snapshots)
    if not scene.components:
        return alone
    # Most repositories hold one package and shall not wait for what several need.
    from pilotage.domains.components.cascade import Candidate, settle_releases  # noqa: PLC0415 - see above

    by_path = {component.path: component for component in scene.components}
    candidates = [
        Candidate(
            by_path[snapshot.path],
            read_changes(snapshot.commits, snapshot.config),
            proposal,
            last_release=snapshot.last_release,
            line=line_of(snapshot),
        )
        for snapshot, proposal in zip(scene.snapshots, alone, strict=True)
    ]
    files = {path: text for snapshot in scene.snapshots for path, text in snapshot.files.items()}
    settled = settle_releases(candidates, files, config=scene.config, policy=scene.config.dependent_requirements)
    return tuple(msgspec.structs.replace(one.proposal, follows=one.follows, linked_to=one.linked_to) for one in settled)


def propose_one(snapshot: Snapshot) -> Proposal:
    """Decide the next version of one package, by its own changes alone."""
    return propose_release(
        read_changes(snapshot.commits, snapshot.config),
        project=snapshot.project,
        last_release=snapshot.last_release,
        config=snapshot.config,
        line=line_of(snapshot),
    )


def line_of(snapshot: Snapshot) -> Line:
    """Give what is known about the branch, with the commits since its last full release read as changes."""
    if snapshot.full_commits is None:
        return snapshot.line
    return msgspec.structs.replace(snapshot.line, since_full=read_changes(snapshot.full_commits, snapshot.config))
