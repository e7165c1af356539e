"""Applying a plan that was reviewed elsewhere: only on the state of the world that it was made for."""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import TYPE_CHECKING

from pilotage.errors import DriftError, UsageError
from pilotage.model.step import RaiseRequirement, Result, StartRebuild, UploadFile
from pilotage.providers.githubqueries import Wanted
from pilotage.reconcile.apply import Outcome
from pilotage.reconcile.bootstrap import Connection, Surroundings, keep_quiet
from pilotage.reconcile.downstream.reviewed import apply_downstream
from pilotage.reconcile.publishing import open_publishers
from pilotage.reconcile.publishrun import PublishOptions
from pilotage.reconcile.releasehands import ReviewedHands
from pilotage.reconcile.releasing import open_run, read_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pilotage.model.plan import Plan
    from pilotage.model.step import Step
    from pilotage.reconcile.publishing import Publisher


def apply_reviewed(
    surroundings: Surroundings,
    plan: Plan,
    *,
    digest: str | None,
    tell: Callable[[Step, Outcome], None],
    dist: Path = Path("dist"),
    say: Callable[[str], None] = keep_quiet,
) -> list[tuple[Step, Outcome]]:
    """Apply a plan exactly.

    Args:
        surroundings: Where the command stands.
        plan: The plan.
        digest: What its digest must be; None for any.
        tell: Hears of each step as soon as it is applied.
        dist: The folder with the built files that the plan uploads.
        say: Hears what happens meanwhile: secrets to mask, warnings, how long is waited.

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
    if any(isinstance(step, StartRebuild | RaiseRequirement) for step in plan.steps):
        return apply_downstream(surroundings, plan, tell=tell, say=say)
    if not plan.head:
        return _apply_publish(surroundings, plan, tell=tell, dist=dist, say=say)
    with Connection(surroundings, branch=plan.branch) as connection:
        applier = connection.applier(_check_base(connection, plan))
        return _apply_all(plan, applier.apply, tell=tell)


def _apply_all(
    plan: Plan, apply: Callable[[Step], Outcome], *, tell: Callable[[Step, Outcome], None]
) -> list[tuple[Step, Outcome]]:
    rows: list[tuple[Step, Outcome]] = []
    for step in plan.steps:
        outcome = apply(step)
        tell(step, outcome)
        rows.append((step, outcome))
    return rows


def _check_repository(connection: Connection, plan: Plan) -> None:
    if connection.repository.lower() != plan.repository.lower():
        raise UsageError(
            f"the plan is for {plan.repository}, this is {connection.repository}",
            hint="Apply it in a clone of that repository.",
        )


def _check_base(connection: Connection, plan: Plan) -> str:
    """Refuse a plan for another state of the world, and give the repository's node id."""
    _check_repository(connection, plan)
    sighting = connection.github.observe(plan.branch, Wanted())
    seen = sighting.repository.branch
    head = seen.target.oid if seen else "nothing"
    if head != plan.head:
        raise DriftError(
            f"{plan.branch} is at {head[:10]}, the plan was made at {plan.head[:10]}",
            hint="Make and review a new plan: pilotage plan --out plan.json",
        )
    connection.git.fetch_branch(plan.branch, remote=connection.remote)
    return sighting.repository.id


def _apply_publish(
    surroundings: Surroundings,
    plan: Plan,
    *,
    tell: Callable[[Step, Outcome], None],
    dist: Path,
    say: Callable[[str], None],
) -> list[tuple[Step, Outcome]]:
    """Apply the plan of a publish: of a folder's files alone, or of a release with all that surrounds it."""
    tag = next((step.tag for step in plan.steps if not isinstance(step, UploadFile) and hasattr(step, "tag")), "")
    if not tag:
        names, rules = _indexes_of(plan), read_rules(surroundings)
        publishers = {
            publisher.index: publisher for publisher in open_publishers(surroundings, names, rules=rules, tell=say)
        }
        return _apply_all(plan, lambda step: Outcome(_upload(publishers, step, dist=dist)), tell=tell)
    with Connection(surroundings, branch=tag) as connection:
        _check_repository(connection, plan)
        run = open_run(connection, tag, options=PublishOptions(_indexes_of(plan), dist), tell=say)
        if run is None:
            raise UsageError(f"{tag} is not the tag of a release of {plan.repository}", hint="Make a new plan.")
        hands = run.hands(dist, kind=ReviewedHands)
        try:
            return _apply_all(plan, connection.applier("", hands=hands).apply, tell=tell)
        finally:
            for warning in hands.warnings:
                say(f"warning: {warning}")


def _indexes_of(plan: Plan) -> tuple[str, ...]:
    return tuple(dict.fromkeys(step.index for step in plan.steps if isinstance(step, UploadFile)))


def _upload(publishers: Mapping[str, Publisher], step: Step, *, dist: Path) -> Result:
    if not isinstance(step, UploadFile):
        raise TypeError(step)
    return publishers[step.index].upload(dist, step)
