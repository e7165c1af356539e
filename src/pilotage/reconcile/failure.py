"""How a run that failed speaks: on the log, as an annotation and in the job summary; each with the next action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.safetext import code_span
from pilotage.providers.actions import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pilotage.errors import PilotageError


def tell_failure(error: PilotageError, environment: Mapping[str, str], *, write_line: Callable[[str], None]) -> None:
    """Tell people what failed and what to do, where they will look."""
    runner = Runner(environment, write_line=write_line)
    if not runner.is_actions:
        write_line(f"error: {error.message}")
        if error.hint:
            write_line(f"  {error.hint}")
        return
    runner.annotate("error", f"{error.message}\n{error.hint}".strip(), title="Pilotage")
    hint = f"\n**What to do:** {code_span(error.hint)}\n" if error.hint else ""
    runner.write_summary(f"## Pilotage stopped\n\n{code_span(error.message)}\n{hint}")
