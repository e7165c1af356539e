"""The answer of a backtest: one row a release, as CONTRACT section 1 spells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotage.domains.backtest.replay import Replayed


class Row(msgspec.Struct, frozen=True):
    """One past release, decided again.

    Args:
        component: What stands before the version in its tag; null for a repository that is released as one.
        tag: Its tag.
        previous: The version before it, as its tag spells it; "" for the first one.
        shipped: Its version, as its tag spells it.
        decided: The version that Pilotage decides; null when it would have released nothing, and when skipped.
        agrees: Whether the two are the same version.
        skipped: The id of the reason why nobody could decide; null when it was decided.
        why: The id of the cause and its evidence where the two differ, more about a skip; null otherwise.
        changes: How many changes the release ships.
    """

    component: str | None
    tag: str
    previous: str
    shipped: str
    decided: str | None
    agrees: bool
    skipped: str | None
    why: str | None
    changes: int


class Report(msgspec.Struct, frozen=True):
    """The whole answer."""

    releases: int
    decided: int
    agreed: int
    rows: list[Row]
    format: int = 1


def build_report(rows: Iterable[Row]) -> Report:
    """Count the rows."""
    found = list(rows)
    decided = sum(row.skipped is None for row in found)
    return Report(len(found), decided, sum(row.agrees for row in found), found)


def build_row(replayed: Replayed, why: str) -> Row:
    """Put what came of a release into words."""
    step, verdict = replayed.step, replayed.verdict
    return Row(
        component=step.release.component or None,
        tag=step.release.name,
        previous=step.previous.text if step.previous else "",
        shipped=step.release.text,
        decided=str(verdict.version) if verdict is not None and verdict.version is not None else None,
        agrees=replayed.agrees,
        skipped=replayed.skipped or None,
        why=(replayed.detail or None) if replayed.skipped else (why or None),
        changes=len(verdict.changes.changes) if verdict else 0,
    )
