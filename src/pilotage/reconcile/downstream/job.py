"""A rollout as a command or a job of GitHub Actions: outputs and summary are left behind however it ends."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.safetext import disarm
from pilotage.errors import UsageError
from pilotage.providers.actions import Runner
from pilotage.reconcile.bootstrap import Connection
from pilotage.reconcile.downstream.outcome import render_rolled, rollout_outputs, summarise_rolled
from pilotage.reconcile.downstream.place import find_branch
from pilotage.reconcile.downstream.session import roll_out
from pilotage.reconcile.outputs import no_outputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.model.downstream import Row
    from pilotage.reconcile.bootstrap import Surroundings
    from pilotage.reconcile.downstream.session import Order, RolledOut


def run_job(
    surroundings: Surroundings, order: Order, *, tell: Callable[[str], None], show: Callable[[Row], None]
) -> RolledOut:
    """Bring a release to the repositories that use it, and tell people, the runner and later jobs.

    Args:
        surroundings: Where the command stands.
        order: What somebody asked for.
        tell: Hears what happens, a line at a time.
        show: Hears of each repository.

    Returns:
        What came of it, repositories that failed included: see `ensure_success`.

    Raises:
        RemoteError: GitHub is out of reach.
        UsageError: As `roll_out`.
    """
    runner = Runner(surroundings.environment, write_line=tell)
    surroundings = msgspec.structs.replace(surroundings, mask=runner.mask)
    runner.mask(surroundings.token.reveal())
    runner.check_files()
    outputs = no_outputs()
    try:
        with Connection(surroundings, branch=find_branch(surroundings)) as connection:
            rolled = roll_out(connection, order, tell=lambda line: tell(disarm(line)), show=show)
        outputs |= rollout_outputs(rolled)
        leave_behind(rolled, runner, tell=lambda line: tell(disarm(line)))
    except BaseException:
        with contextlib.suppress(UsageError):  # what went wrong first is what people must hear of
            runner.write_outputs(outputs)
        raise
    runner.write_outputs(outputs)
    return rolled


def leave_behind(rolled: RolledOut, runner: Runner, *, tell: Callable[[str], None]) -> None:
    """Tell what came of a rollout, in the log, the job summary and annotations."""
    tell(render_rolled(rolled))
    runner.write_summary(summarise_rolled(rolled))
    for warning in rolled.warnings:
        runner.annotate("warning", warning, title="Pilotage")
