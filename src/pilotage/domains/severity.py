"""The configured severity of a rule, over the one that it has by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.titlerules.table import read_severities

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotage.model.config import Config
    from pilotage.model.title import Problem


def apply_severities(problems: Iterable[Problem], config: Config) -> tuple[Problem, ...]:
    """Give problems with the severities of `[tool.pilotage.title.severity]`; those that are off are left out."""
    asked = read_severities(config)
    return tuple(_weigh(problem, asked.get(problem.rule)) for problem in problems if asked.get(problem.rule) != "off")


def _weigh(problem: Problem, asked: str | None) -> Problem:
    if asked is None:
        return problem
    return msgspec.structs.replace(problem, severity="error" if asked == "error" else "warning")
