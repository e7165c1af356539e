"""How a run that failed speaks: on the log, as an annotation and in the job summary; each with the next action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.safetext import code_span, show
from pilotage.errors import UsageError
from pilotage.providers.actions import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pilotage.errors import PilotageError


_LINE_LIMIT = 2000


def tell_failure(error: PilotageError, environment: Mapping[str, str], *, write_line: Callable[[str], None]) -> None:
    """Tell people what failed and what to do, where they will look."""
    runner = Runner(environment, write_line=write_line)
    # A message may quote strangers: git's words, a file's, a branch's name.
    message, *more = [show(line, limit=_LINE_LIMIT) for line in error.message.splitlines() or [""]]
    more += [show(line, limit=_LINE_LIMIT) for line in error.hint.splitlines()]
    if not runner.is_actions:
        for line in (f"error: {message}", *(f"  {line}" for line in more)):
            write_line(line)
        return
    runner.annotate("error", "\n".join([message, *more]), title="Pilotage")
    hint = f"\n**What to do:** {code_span(error.hint)}\n" if error.hint else ""
    try:
        runner.write_summary(f"## Pilotage stopped\n\n{code_span(error.message)}\n{hint}")
    except UsageError as unwritten:
        if unwritten.message != error.message:
            runner.annotate("warning", unwritten.message, title="Pilotage")
