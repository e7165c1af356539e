"""One run of the release flows: look, plan, apply; and once more when the world moved meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.proposal import tag_format_of
from pilotage.domains.release import sort_releases
from pilotage.errors import ConflictError, DriftError
from pilotage.model.version import Version
from pilotage.reconcile.planning import Flow, make_plan
from pilotage.reconcile.releasecommits import is_version

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pilotage.model.plan import Plan
    from pilotage.model.remote import PullRequest, Release
    from pilotage.model.snapshot import Snapshot
    from pilotage.model.step import Step
    from pilotage.reconcile.apply import Outcome
    from pilotage.reconcile.bootstrap import Connection
    from pilotage.reconcile.observe import World

_ROUNDS = 3
"""How often a run begins anew when a branch moved while it was at work."""


class Report(msgspec.Struct, frozen=True):
    """What a run saw, planned and did.

    Args:
        world: What was seen.
        plan: What was planned on it.
        done: The steps that were applied, with what came of each.
    """

    world: World
    plan: Plan
    done: tuple[tuple[Step, Outcome], ...] = ()

    @property
    def pull_request(self) -> PullRequest | None:
        """The open release pull request, as it is after the run; of several the one that was last touched."""
        made = [outcome.pull_request for _, outcome in self.done if outcome.pull_request]
        seen = (snapshot.pull_request for snapshot in self.world.scene.snapshots)
        return made[-1] if made else next((pull for pull in seen if pull), None)

    @property
    def release(self) -> Release | None:
        """The newest release that the branch asks for, as it is after the run; of several packages' the last one."""
        found = [release for s in self.world.scene.snapshots if (release := self.release_of(s))]
        return found[-1] if found else None

    def release_of(self, snapshot: Snapshot) -> Release | None:
        """Give the newest release of one package that the branch asks for, as it is after the run."""
        asked = snapshot.release_commits
        if not asked:
            return None
        tag_format = tag_format_of(snapshot.config, snapshot.project)
        tag = tag_format.render(Version(asked[-1].version)) if is_version(asked[-1].version) else ""
        made = [outcome.release for _, outcome in self.done if outcome.release and outcome.release.tag == tag]
        seen = sort_releases(asked[-1].releases)
        return made[-1] if made else seen[0] if seen else None


def run_flows(
    connection: Connection, flows: Collection[Flow], *, is_dry: bool, tell: Callable[[Step, Outcome], None]
) -> Report:
    """Observe, plan and apply; begin anew when the world moved meanwhile.

    Args:
        connection: The clone and its repository.
        flows: What to plan.
        is_dry: Whether to stop after the plan.
        tell: Hears of each step as soon as it is applied.

    Raises:
        PilotageError: As observing and applying raise; what was done before stays done, and a run again goes on.
    """
    observer = connection.observer()
    for round_ in range(_ROUNDS):
        world = observer.observe()
        plan = make_plan(world, flows, connection.scribe(world.scene))
        if is_dry:
            return Report(world, plan)
        applier = connection.applier(world.repository_id)
        done: list[tuple[Step, Outcome]] = []
        try:
            for step in plan.steps:
                outcome = applier.apply(step)
                tell(step, outcome)
                done.append((step, outcome))
        except DriftError:
            if round_ + 1 == _ROUNDS:
                raise
            continue
        return Report(world, plan, tuple(done))
    raise AssertionError(_ROUNDS)  # pragma: no cover - the last round returns or raises


def raise_conflicts(plan: Plan) -> None:
    """End a run whose plan names conflicts, after everything else is done.

    Raises:
        ConflictError: The plan names one.
    """
    conflicts = [notice for notice in plan.notices if notice.level == "conflict"]
    if conflicts:
        raise ConflictError("; ".join(c.text for c in conflicts), hint=" ".join(c.hint for c in conflicts if c.hint))
