"""From a look at the world to a plan: which flows run, and in which order."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from pilotage.domains.release import plan_releases
from pilotage.domains.release_pr import plan_release_prs
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
    """Plan the flows: the release first, and the next release pull request only where the last release is in order.

    Args:
        world: What was seen.
        flows: What to plan.
        scribe: Who writes the texts that the repository wants otherwise.
    """
    steps: list[Step] = []
    notices: list[Notice] = []
    for flow, planner in ((Flow.RELEASE, plan_releases), (Flow.RELEASE_PR, plan_release_prs)):
        if flow not in flows or any(notice.level == "conflict" for notice in notices):
            continue
        for item in planner(world.scene, scribe):
            if isinstance(item, Notice):
                notices.append(item)
            else:
                steps.append(item)
    if not world.can_see_drafts:
        notices.append(
            Notice(
                "info", "this token may only read, so drafts are invisible: a planned release may be drafted already"
            )
        )
    snapshot = world.scene.snapshots[0]
    return Plan(snapshot.repository, snapshot.branch, snapshot.head, tuple(steps), tuple(notices))
