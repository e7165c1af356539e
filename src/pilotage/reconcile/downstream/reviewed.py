"""Applying a rollout that was reviewed elsewhere: a repository that is no longer as it was is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.errors import UsageError
from pilotage.model.step import RaiseRequirement, Result, StartRebuild
from pilotage.reconcile.apply import Outcome
from pilotage.reconcile.bootstrap import Connection
from pilotage.reconcile.downstream.place import find_branch
from pilotage.reconcile.downstream.scope import Scope
from pilotage.reconcile.downstream.session import Order, ensure_success, roll_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.model.plan import Plan
    from pilotage.model.step import Step
    from pilotage.reconcile.bootstrap import Surroundings


_AGAIN = "Make and review a new plan: pilotage plan downstream --out plan.json"


def apply_downstream(
    surroundings: Surroundings,
    plan: Plan,
    *,
    tell: Callable[[Step, Outcome], None],
    say: Callable[[str], None],
) -> list[tuple[Step, Outcome]]:
    """Apply exactly the steps of a plan to the repositories that use a release.

    Each repository is looked at anew, and its step is done when it is the very one that was reviewed.

    Args:
        surroundings: Where the command stands.
        plan: The plan.
        tell: Hears of each step that was done.
        say: Hears what happens meanwhile.

    Raises:
        CheckError: A repository failed, or is not as it was.
        RemoteError: GitHub is out of reach, or rebuilds did not end in time.
        UsageError: The plan mixes in other steps or releases, is for another repository, or one that nothing is done
            about by now.
    """
    steps, tag = _read_steps(plan)
    with Connection(surroundings, branch=find_branch(surroundings)) as connection:
        if connection.repository.lower() != plan.repository.lower():
            raise UsageError(
                f"the plan is for {plan.repository}, this is {connection.repository}",
                hint="Apply it in a clone of that repository.",
            )
        order = Order(tag, Scope(only=tuple(step.repository for step in steps)), steps=steps)
        rolled = roll_out(connection, order, tell=say, show=lambda _: None)
    if rolled.notice:
        raise UsageError(rolled.notice, hint=_AGAIN)
    failed = {row.repository.casefold() for row in rolled.rows if row.state == "failed"}
    done: list[tuple[Step, Outcome]] = []
    for step in steps:
        if step.repository.casefold() not in failed:
            is_planned = step in rolled.plan.steps
            outcome = Outcome(Result.DONE if is_planned else Result.UNCHANGED)
            tell(step, outcome)
            done.append((step, outcome))
    ensure_success(rolled)
    return done


def _read_steps(plan: Plan) -> tuple[tuple[StartRebuild | RaiseRequirement, ...], str]:
    """Give the steps of a plan, one for a repository, and the tag of the one release that they are about."""
    steps = tuple(step for step in plan.steps if isinstance(step, StartRebuild | RaiseRequirement))
    tags = {step.tag for step in steps}
    if len(steps) != len(plan.steps) or len(tags) != 1:
        raise UsageError("the plan brings more than one release to the repositories that use it", hint=_AGAIN)
    if len({step.repository.casefold() for step in steps}) != len(steps):
        raise UsageError("the plan names a repository twice", hint=_AGAIN)
    return steps, tags.pop()
