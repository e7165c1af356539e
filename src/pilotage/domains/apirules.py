"""A001 to A004: what the title says about the public API and what the code says, held against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never

from pilotage.domains.safetext import show
from pilotage.model.api import ApiChange, ApiCompared, ApiNotCompared, ApiNothingToCompare
from pilotage.model.title import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pilotage.model.api import ApiReport

API_RULES: dict[str, tuple[str, str]] = {
    "A001": ("api-broken", "code that breaks the public API is marked with `!`; its level is `breaking.api`"),
    "A002": ("api-unbroken", "a marked break is found in the public API"),
    "A003": ("api-added", "a new public object is a feature, not a fix"),
    "A004": ("api-unknown", "the public API of both sides can be compared"),
}
"""Each rule's id, its slug and what it asks of the code, as `titlerules.table.RULES`."""

_SHOWN = 10
_VALUE = 60


def check_api(
    report: ApiReport, *, is_breaking: bool, change_type: str, level: Literal["error", "warn", "off"]
) -> tuple[Problem, ...]:
    """Check that a title announces what the code does to the public API.

    A001 is the only one that may refuse: code that breaks its users under a title that does not say so. The other
    way round is a hint (A002), for behaviour may break without a trace in the API. A003 is a hint that a `fix` looks
    like a feature. A004 says that nobody knows.

    Args:
        report: What was found.
        is_breaking: Whether the title or its commit marks a breaking change.
        change_type: The title's type, as it is spelled in the configuration.
        level: How hard A001 is; `off` checks nothing.

    Returns:
        The problems, at no place in the title (0, 0), each on one line and safe to show in a log.
    """
    if level == "off":
        return ()
    match report:
        case ApiCompared():
            return tuple(_check_changes(report, is_breaking=is_breaking, change_type=change_type, level=level))
        case ApiNothingToCompare():
            return (_without_break(),) if is_breaking and report.because == "same-files" else ()
        case ApiNotCompared():
            return (_problem("A004", f"The public API was not compared: {show(report.reason, limit=400)}."),)
        case _ as never:
            assert_never(never)


def _check_changes(
    report: ApiCompared, *, is_breaking: bool, change_type: str, level: Literal["error", "warn"]
) -> Iterator[Problem]:
    if report.breaks and not is_breaking:
        yield _problem(
            "A001",
            f"Mark the breaking change with `!`, or keep the public API: {_list(report.breaks)}.",
            severity="error" if level == "error" else "warning",
        )
    if is_breaking and not report.breaks:
        yield _without_break()
    if report.additions and change_type == "fix" and not is_breaking:
        yield _problem("A003", f"This looks like `feat`: new in the public API: {_list(report.additions)}.")


def _without_break() -> Problem:
    return _problem(
        "A002", "No break of the public API was found: keep `!` only if the behaviour or the requirements break."
    )


def _problem(rule: str, message: str, *, severity: Literal["error", "warning"] = "warning") -> Problem:
    return Problem(rule, message, 0, 0, severity)


def _list(changes: Sequence[ApiChange]) -> str:
    shown = [_describe(change) for change in changes[:_SHOWN]]
    more = len(changes) - len(shown)
    return "; ".join([*shown, f"and {more} more"] if more else shown)


def _describe(change: ApiChange) -> str:
    where = show(change.file) + (f":{change.line}" if change.line else "")
    place = f"{where} before" if change.side == "base" else where
    values = " → ".join(show(value, limit=_VALUE) for value in (change.old, change.new) if value)
    return f"{show(change.path)} ({place}): {change.kind.replace('-', ' ')}{f': {values}' if values else ''}"
