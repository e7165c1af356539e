"""Applying a plan that was reviewed elsewhere: only on the state of the world that it was made for."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from pilotage.errors import DriftError, UsageError
from pilotage.reconcile.apply import Applier, Outcome
from pilotage.reconcile.bootstrap import Connection, Surroundings
from pilotage.reconcile.train import refuse_upload

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.model.plan import Plan
    from pilotage.model.step import Step


def apply_reviewed(
    surroundings: Surroundings, plan: Plan, *, digest: str | None, tell: Callable[[Step, Outcome], None]
) -> list[tuple[Step, Outcome]]:
    """Apply a plan exactly.

    Raises:
        DriftError: The digest differs, or the branch moved since the plan was made.
        UsageError: The plan is for another repository.
        ConflictError: The world contradicts a step.
    """
    if digest is not None and not hmac.compare_digest(digest.lower().encode(), plan.digest.encode()):
        raise DriftError(
            f"the plan's digest is {plan.digest}, expected {digest[:100]!r}",
            hint="This is not the plan that was reviewed: make and review a new one.",
        )
    with Connection(surroundings, branch=plan.branch) as connection:
        if connection.repository.lower() != plan.repository.lower():
            raise UsageError(
                f"the plan is for {plan.repository}, this is {connection.repository}",
                hint="Apply it in a clone of that repository.",
            )
        sighting = connection.github.observe(plan.branch, plan.branch, tags=(), commits=())
        seen = sighting.repository.branch
        head = seen.target.oid if seen else "nothing"
        if head != plan.head:
            raise DriftError(
                f"{plan.branch} is at {head[:10]}, the plan was made at {plan.head[:10]}",
                hint="Make and review a new plan: pilotage plan --out plan.json",
            )
        if plan.steps:
            connection.git.fetch_branch(plan.branch, remote=connection.remote)
        applier = Applier(connection.github, connection.git, repository_id=sighting.repository.id, upload=refuse_upload)
        rows: list[tuple[Step, Outcome]] = []
        for step in plan.steps:
            outcome = applier.apply(step)
            tell(step, outcome)
            rows.append((step, outcome))
        return rows
