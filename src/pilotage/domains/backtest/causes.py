"""Why a release was not what Pilotage decides: one cause of a closed list, with its evidence.

The list is documented in docs/backtest.md; an id never changes its meaning. The evidence comes from the release's own
commits, and from its section of the changelog where the changelog at the tag has one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.backtest.evidence import list_changes, list_commits, plural, tally
from pilotage.domains.bump import bump_of_change
from pilotage.model.version import Bump, Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.domains.backtest.realnotes import RealNotes
    from pilotage.domains.backtest.replay import Replayed
    from pilotage.domains.backtest.verdict import Verdict
    from pilotage.model.change import Change
    from pilotage.model.commit import Commit

__all__ = ["CAUSES", "find_cause"]

CAUSES = {
    "forced-release": "nothing in the commits asks for a release, and one was made",
    "leaves-zero": "a person decided that 0.x is over, or that it is not",
    "not-in-notes": "the notes leave out the commits that ask for more",
    "number-by-hand": "the commits (and the notes) say one step, the number is another",
    "override": "the notes hold what no commit says: a text kept in a pull request, or written by hand",
    "pre-release": "the pre-releases before it had decided another number",
    "release-as": "a footer `Release-As` asked for another version",
    "unread-commit": "a commit means more than its message says in a form that can be read",
}
"""Every cause by its id, with its meaning."""

_TRACE = re.compile(r"(?i)breaking[ -]change|\bbreaking\b|^[ \t*-]*feat(?:ure)?\b", re.MULTILINE)


def find_cause(replayed: Replayed, notes: RealNotes | None) -> str:
    """Give the cause of a disagreement with its evidence, in one line: `ID: EVIDENCE`.

    Args:
        replayed: A release that was decided otherwise than it was made.
        notes: What its notes say; None when they are not known.
    """
    step, verdict = replayed.step, replayed.verdict
    if verdict is None or step.previous is None:
        return ""
    shipped = step.release.version
    if verdict.release_as:
        return f"release-as: {verdict.release_as} was asked for in a commit or the configuration, {shipped} was made"
    if verdict.version is None:
        return _explain_forced(replayed, verdict, notes)
    if shipped < verdict.version:
        return _explain_less(replayed, verdict, notes)
    return _explain_more(replayed, verdict, notes)


def _explain_forced(replayed: Replayed, verdict: Verdict, notes: RealNotes | None) -> str:
    unread = _find_traces(replayed.commits, verdict)
    what = f"none of {plural(len(replayed.commits), 'commit')} releases anything ({tally(replayed.commits)})"
    if notes is not None and notes.level is not Bump.NONE:
        return f"override: the notes have {notes.heading!r}, {what}"
    if unread:
        return f"unread-commit: {what}, and one that cannot be read looks like more: {list_commits(unread)}"
    if notes is not None:
        said = (
            "and the notes are empty" if not notes.items else f"and the notes list {plural(notes.items, 'item')} of it"
        )
        return f"forced-release: {what}, {said}"
    return f"forced-release: {what}"


def _explain_less(replayed: Replayed, verdict: Verdict, notes: RealNotes | None) -> str:
    """Say why less was shipped than the commits ask for."""
    step, shipped = replayed.step, replayed.step.release.version
    causing = _causing(replayed, verdict)
    asked = f"{list_changes(causing)} {'asks' if len(causing) == 1 else 'ask'} for a {verdict.bump.value}"
    if step.previous and step.previous.version.major == 0 and verdict.version and verdict.version.major > 0:
        return f"leaves-zero: the rules in force make {verdict.version} of {asked}, {shipped} was made"
    if step.pre_release is not None and Version(step.pre_release.version.base_version) == shipped:
        return f"pre-release: {step.pre_release.text} had decided {shipped}, and since then {asked}"
    made = _step_name(replayed)
    if notes is None:
        return f"number-by-hand: {asked}, the number is a {made}"
    if causing and not any(notes.names(change) for change in causing):
        return f"not-in-notes: {asked}, and the notes list none of it: left out by hand, or merged too late for them"
    listed = f"the notes have {notes.heading!r}" if notes.heading else "the notes list it"
    return f"number-by-hand: {asked}, {listed}, and the number is a {made}"


def _explain_more(replayed: Replayed, verdict: Verdict, notes: RealNotes | None) -> str:
    """Say why more was shipped than the commits ask for."""
    step, shipped = replayed.step, replayed.step.release.version
    made = _step_name(replayed)
    asked = f"the commits ask for a {verdict.bump.value} at most ({tally(replayed.commits)})"
    unread = _find_traces(replayed.commits, verdict)
    if notes is not None and notes.level.rank > _level_of(verdict).rank:
        return f"override: the notes have {notes.heading!r}, {asked}, the number is a {made}"
    if unread:
        return f"unread-commit: {asked}, and {list_commits(unread)} looks like more; the number is a {made}"
    if step.previous and step.previous.version.major == 0 and shipped.major > 0:
        return f"leaves-zero: {asked}, and {shipped} was made"
    if notes is not None:
        said = f"the notes have no more than {notes.heading!r}" if notes.heading else "the notes say no more"
        return f"number-by-hand: {asked}, {said}, and the number is a {made}"
    return f"number-by-hand: {asked}, the number is a {made}"


def _causing(replayed: Replayed, verdict: Verdict) -> list[Change]:
    """Give the changes that ask for the whole step."""
    rules = replayed.rules
    if rules is None:
        return []
    return [change for change in verdict.changes.changes if bump_of_change(change, rules.config) is verdict.bump]


def _find_traces(commits: Sequence[Commit], verdict: Verdict) -> list[Commit]:
    """Find the commits that nothing was read of and that speak of a feature or a break."""
    unread = {one.sha for one in verdict.changes.unread}
    return [commit for commit in commits if commit.sha in unread and _TRACE.search(commit.message)]


def _level_of(verdict: Verdict) -> Bump:
    return verdict.bump


def _step_name(replayed: Replayed) -> str:
    """Name the step from the release before."""
    previous = replayed.step.previous
    if previous is None:
        return "first release"
    old, new = ((*version.release, 0, 0) for version in (previous.version, replayed.step.release.version))
    if old[0] != new[0]:
        return "major"
    return "minor" if old[1] != new[1] else "patch"
