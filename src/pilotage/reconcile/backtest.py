"""Replay the past releases of a clone: one pass over its history, then one decision a release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from pilotage.domains.backtest.causes import find_cause
from pilotage.domains.backtest.lineage import Lineage
from pilotage.domains.backtest.releasetags import read_release_tags
from pilotage.domains.backtest.replay import Replayed, find_obvious_skip, position_of_rules, replay_step
from pilotage.domains.backtest.report import Report, build_report, build_row
from pilotage.domains.backtest.rules import BY_HAND, GIT_CHANGELOG, Rules, find_doubtful
from pilotage.domains.backtest.steps import PastStep, read_steps
from pilotage.errors import ConfigError, UsageError
from pilotage.providers.git import Git
from pilotage.providers.githistorypass import read_past, read_tags
from pilotage.reconcile.backtestnotes import read_notes
from pilotage.reconcile.pastrules import PastRules, is_wanted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Backtest(msgspec.Struct, frozen=True):
    """The answer, and what it rests on.

    Args:
        report: The answer in the machine format.
        replayed: The releases in the order of its rows.
    """

    report: Report
    replayed: tuple[Replayed, ...]


class Listener(Protocol):
    """Hears how far a backtest is."""

    def on_commits(self, count: int) -> None:
        """Hear how many commits were read so far."""

    def on_release(self, count: int, total: int) -> None:
        """Hear how many releases were decided so far, of how many."""


def backtest(repo: Path, *, since: str, limit: int | None, config_path: str, listener: Listener) -> Backtest:
    """Decide the past releases of a clone again.

    Args:
        repo: The clone.
        since: Only releases made after this tag; "" for all.
        limit: Only so many of the newest; None for all.
        config_path: Where our own configuration stands.
        listener: Hears how far it is.

    Raises:
        UsageError: There is no repository, no release tag, no such tag as `since`, or the clone is shallow.
    """
    git = Git(repo)
    names = read_tags(git)
    if since and since not in names:
        raise UsageError(f"--since {since!r}: no such tag here", hint="Fetch the tags with: git fetch --tags")
    tags = read_release_tags(names)
    if not tags:
        raise UsageError(
            f"{repo}: no tag of this clone names a version, so there is no past release to replay",
            hint="Fetch the tags with: git fetch --tags",
        )
    past = read_past(git, is_wanted=lambda path: is_wanted(path, config_path), on_progress=listener.on_commits)
    lineage = Lineage([one.commit for one in past])
    start = lineage.position_of(names[since]) if since else None
    if since and start is None:
        raise UsageError(f"--since {since!r}: does not point at a commit", hint="Name the tag of a release.")
    steps = _select(lineage, read_steps(lineage, tags), since=start, limit=limit)
    rules = PastRules(git, past, lineage, config_path=config_path)
    replayed = _decide(lineage, steps, rules, listener)
    differing = [one for one in replayed if one.verdict is not None and not one.agrees]
    notes = read_notes(git, differing)
    causes = {one.step.release.name: find_cause(one, real) for one, real in zip(differing, notes, strict=True)}
    rows = [build_row(one, causes.get(one.step.release.name, "")) for one in replayed]
    return Backtest(build_report(rows), tuple(replayed))


def _select(lineage: Lineage, steps: Sequence[PastStep], *, since: int | None, limit: int | None) -> list[PastStep]:
    chosen = list(steps)
    if since is not None:
        past = frozenset(lineage.span(since, ()).positions)
        chosen = [step for step in chosen if step.position not in past]
    return chosen if limit is None else chosen[:limit]


def _decide(lineage: Lineage, steps: Sequence[PastStep], rules: PastRules, listener: Listener) -> list[Replayed]:
    skips = [find_obvious_skip(lineage, step) for step in steps]
    places = [position_of_rules(lineage, step) for step in steps]
    rules.prepare([place for place, skip in zip(places, skips, strict=True) if not skip])
    found = [
        None if skip else _find_rules(rules, place, step)
        for place, skip, step in zip(places, skips, steps, strict=True)
    ]
    decidable = [one for one, skip in zip(found, skips, strict=True) if not skip]
    doubtful = find_doubtful([one if isinstance(one, Rules) else None for one in decidable])
    found = [None if isinstance(one, Rules) and one.tool in doubtful else one for one in found]
    is_by_hand = all(one is None or one is GIT_CHANGELOG for one in found)
    replayed = []
    for count, (step, skip, one) in enumerate(zip(steps, skips, found, strict=True), 1):
        in_force = BY_HAND if is_by_hand and one is None else one
        replayed.append(Replayed(step, skip) if skip else _replay(lineage, step, in_force, rules))
        listener.on_release(count, len(steps))
    return replayed


def _find_rules(rules: PastRules, place: int, step: PastStep) -> Rules | str | None:
    """Give the rules, or what is wrong with them."""
    try:
        return rules.at(place, step)
    except ConfigError as error:
        return error.message


def _replay(lineage: Lineage, step: PastStep, found: Rules | str | None, rules: PastRules) -> Replayed:
    if found is None:
        return Replayed(step, "tool-unknown")
    if isinstance(found, str):
        return Replayed(step, "configuration-unreadable", found)
    return replay_step(
        lineage, step, rules=found, attribution=rules.attribution(found), today=rules.day_of(step.position)
    )
