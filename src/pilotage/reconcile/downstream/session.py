"""The whole of a rollout: from the release to the rows that people read, for a command, an event or a job of many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.downstream.overview import render_totals
from pilotage.errors import CheckError, RemoteError, UsageError
from pilotage.model.downstream import Rollout, Row  # noqa: TC001 - msgspec reads annotations at run time
from pilotage.model.plan import Plan
from pilotage.model.step import RaiseRequirement, StartRebuild  # noqa: TC001 - same
from pilotage.reconcile.bootstrap import open_call, open_mask
from pilotage.reconcile.downstream.calls import Calls
from pilotage.reconcile.downstream.following import CLOCK, Clock
from pilotage.reconcile.downstream.opening import open_release
from pilotage.reconcile.downstream.running import RolloutRun
from pilotage.reconcile.downstream.scope import Scope
from pilotage.reconcile.downstream.telling import Overview

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.model.secret import Secret
    from pilotage.providers.githubcall import GitHubCall
    from pilotage.reconcile.bootstrap import Connection, Surroundings
    from pilotage.reconcile.downstream.opening import Opened


class Order(msgspec.Struct, frozen=True):
    """What somebody asked for.

    Args:
        tag: The release's tag; None for the newest published one.
        scope: Which repositories.
        is_dry: Whether it is only planned.
        is_report: Whether it is only looked at and written down.
        steps: Exactly these, which were reviewed elsewhere; None for whatever is right.
    """

    tag: str | None = None
    scope: Scope = Scope()
    is_dry: bool = False
    is_report: bool = False
    steps: tuple[StartRebuild | RaiseRequirement, ...] | None = None


class RolledOut(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run.

    Args:
        rollout: The release.
        rows: The repositories, in the order of their names.
        plan: What was planned.
        shards: The parts for a matrix of jobs, such as `1/3`; empty when there is nothing to do.
        is_ended: Whether every rebuild that was begun came to its end in time.
        overview_url: The overview's page; "" for none.
        warnings: What people should know.
        notice: Why nothing was done; "" when something was looked at.
    """

    rollout: Rollout
    rows: tuple[Row, ...] = ()
    plan: Plan
    shards: tuple[str, ...] = ()
    is_ended: bool = True
    overview_url: str = ""
    warnings: tuple[str, ...] = ()
    notice: str = ""


def roll_out(
    connection: Connection,
    order: Order,
    *,
    tell: Callable[[str], None],
    show: Callable[[Row], None],
    clock: Clock = CLOCK,
) -> RolledOut:
    """Bring a release to the repositories that use it.

    Args:
        connection: The released repository.
        order: What somebody asked for.
        tell: Hears what happens, a line at a time.
        show: Hears of each repository's row as soon as it is known, and whenever it changes.
        clock: The run's time.

    Raises:
        RemoteError: GitHub is out of reach or refused the search.
        UsageError: There is no such release, no repository is configured, or there is no token for them.
    """
    opened = open_release(connection, order.tag)
    idle = _say_idle(opened, order)
    if idle:
        return RolledOut(rollout=opened.rollout, plan=_no_plan(opened), notice=idle)
    surroundings = connection.surroundings
    token = choose_token(surroundings, is_dry=order.is_dry)
    open_mask(surroundings, tell)(token.reveal())

    def open_there() -> GitHubCall:
        call = open_call(surroundings, token)
        call.home = connection.repository  # a refusal of another repository says what to grant on that one
        return call

    with Calls(open_there, width=surroundings.width) as calls:
        run = RolloutRun(calls, opened, scope=order.scope, surroundings=surroundings, show=show, clock=clock)
        run.look()
        plan, shards = run.plan, run.shards
        overview = Overview(connection, opened, tell=tell, now=clock.now)
        is_whole = not order.scope.shards and not order.scope.only
        is_ended = True
        if not order.is_dry and not order.is_report:
            if is_whole and plan.steps:
                overview.write(_in_order(run))
            is_ended = run.act(order.steps, on_move=lambda: overview.refresh(_in_order(run)) if is_whole else None)
        if order.is_report:
            run.blame_the_log()
        if not order.is_dry and is_whole:
            overview.write(_in_order(run))
            overview.announce(_in_order(run))
        return RolledOut(
            rollout=opened.rollout,
            rows=_in_order(run),
            plan=plan,
            shards=shards,
            is_ended=is_ended,
            overview_url=overview.url,
            warnings=(*run.warnings, *overview.warnings),
        )


def choose_token(surroundings: Surroundings, *, is_dry: bool) -> Secret:
    """Choose the token for other repositories: one of its own; off Actions, and for a look, the general one too.

    Raises:
        UsageError: There is none; the job's own token reaches no other repository.
    """
    if surroundings.downstream_token.reveal():
        return surroundings.downstream_token
    if surroundings.environment.get("GITHUB_ACTIONS") == "true" and not is_dry:
        raise UsageError(
            "there is no token for the repositories that use the package; this job's own reaches none of them",
            hint="Pass the token of a GitHub App or a fine-grained one, limited to them, as the input "
            "`downstream-token`: it needs contents, pull requests and actions, read and write.",
        )
    return surroundings.token


def ensure_success(rolled: RolledOut) -> None:
    """Let a run fail that left something behind.

    Raises:
        CheckError: Repositories failed.
        RemoteError: Rebuilds did not end in time.
    """
    failed = [row for row in rolled.rows if row.state == "failed"]
    if failed:
        raise CheckError(
            f"{render_totals(rolled.rows)}; the first that failed is {failed[0].repository}: {failed[0].reason}"[:2000],
            hint="Mend what each row says, and run this again: it goes on where it stopped, and repeats nothing.",
        )
    if not rolled.is_ended:
        raise RemoteError(
            f"{render_totals(rolled.rows)}: not every rebuild ended within the time",
            hint="Run this again when they have: it goes on where it stopped. [tool.pilotage.downstream] wait-minutes "
            "says how long it waits.",
        )


def _say_idle(opened: Opened, order: Order) -> str:
    """Say why nothing is to be looked at; "" when something is."""
    rollout = opened.rollout
    if not opened.rules.is_used:
        return "nothing to do: [tool.pilotage.downstream] names no repositories"
    if rollout.wanted.version.is_prerelease and not opened.rules.prereleases:
        return f"nothing to do: {rollout.wanted.tag} is a pre-release, and [tool.pilotage.downstream] follows none"
    if not rollout.since and not order.is_dry:
        return f"nothing to do: {rollout.wanted.tag} is not published yet"
    return ""


def _no_plan(opened: Opened) -> Plan:
    return Plan(opened.rollout.repository, branch="", head="")


def _in_order(run: RolloutRun) -> tuple[Row, ...]:
    return tuple(run.rows[name] for name in run.names if name in run.rows)
