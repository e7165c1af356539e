"""From a look at the world to a plan: which flows run, and in which order."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from pilotage.domains.release import plan_release
from pilotage.domains.release_pr import plan_release_prs
from pilotage.domains.releasetext import release_branch_of
from pilotage.domains.scribe import PLAIN, Scribe
from pilotage.model.plan import Plan
from pilotage.model.step import Notice

if TYPE_CHECKING:
    from collections.abc import Collection

    from pilotage.model.step import Step
    from pilotage.reconcile.observe import World


class Flow(enum.StrEnum):
    """A flow of the train, in the order in which they run."""

    RELEASE = "release"
    RELEASE_PR = "release-pr"


FLOWS_BY_NAME: dict[str, tuple[Flow, ...]] = {
    "release": (Flow.RELEASE,),
    "release-pr": (Flow.RELEASE_PR,),
    "all": (Flow.RELEASE, Flow.RELEASE_PR),
}
"""What `pilotage plan` may be asked for."""


def make_plan(world: World, flows: Collection[Flow], scribe: Scribe = PLAIN) -> Plan:
    """Plan the flows: the releases first, and the next release pull request only where those before it are in order.

    Args:
        world: What was seen.
        flows: What to plan.
        scribe: Who writes the texts that the repository wants otherwise.
    """
    found: list[Step | Notice] = []
    held: set[str] = set()
    for snapshot in world.scene.snapshots if Flow.RELEASE in flows else ():
        items = tuple(plan_release(snapshot, scribe))
        found += items
        if any(isinstance(item, Notice) and item.level == "conflict" for item in items):
            held.add(release_branch_of(snapshot))
    if Flow.RELEASE_PR in flows:
        found += plan_release_prs(world.scene, scribe, held=held)
    steps = tuple(item for item in found if not isinstance(item, Notice))
    notices = [item for item in found if isinstance(item, Notice)]
    if not world.can_see_drafts:
        notices.append(
            Notice(
                "info", "this token may only read, so drafts are invisible: a planned release may be drafted already"
            )
        )
    snapshot = world.scene.snapshots[0]
    return Plan(snapshot.repository, snapshot.branch, snapshot.head, steps, tuple(notices))
