"""Why a release was not what Pilotage decides: one cause of a closed list, with its evidence.

The list is documented in docs/backtest.md; an id never changes its meaning. The evidence comes from the release's own
commits, and from its section of the changelog where the changelog at the tag has one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.backtest.evidence import list_changes, list_commits, plural, tally
from pilotage.domains.bump import bump_of_change
from pilotage.model.version import Bump, Version

if TYPE_CHECKING:
    from pilotage.domains.backtest.realnotes import RealNotes
    from pilotage.domains.backtest.replay import Replayed
    from pilotage.domains.backtest.steps import PastStep
    from pilotage.domains.backtest.verdict import Verdict
    from pilotage.model.change import Change
    from pilotage.model.commit import Commit
    from pilotage.model.config import Config

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

_TRACE = re.compile(r"(?i)breaking[ -]change|\bbreaking\b|^[ \t*-]*feat(?:ures?)?\b", re.MULTILINE)


class _Case(msgspec.Struct, frozen=True):
    """A release that was decided otherwise than it was made, with everything that may tell why."""

    step: PastStep
    verdict: Verdict
    old: Version
    config: Config
    commits: tuple[Commit, ...]
    notes: RealNotes | None

    @property
    def shipped(self) -> Version:
        return self.step.release.version


def find_cause(replayed: Replayed, notes: RealNotes | None) -> str:
    """Give the cause of a disagreement with its evidence, in one line: `ID: EVIDENCE`.

    Args:
        replayed: A release that was decided otherwise than it was made.
        notes: What its notes say; None when they are not known.
    """
    step, verdict, rules = replayed.step, replayed.verdict, replayed.rules
    if verdict is None or rules is None or step.previous is None:
        return ""
    case = _Case(step, verdict, step.previous.version, rules.config, replayed.commits, notes)
    if verdict.release_as:
        return (
            f"release-as: {verdict.release_as} was asked for in a commit or the configuration, {case.shipped} was made"
        )
    if verdict.version is None:
        return _explain_forced(case)
    before = step.pre_release
    if before is not None and case.shipped < Version(before.version.base_version):
        return f"pre-release: {before.text} before it leads to {verdict.version}, {case.shipped} was made"
    return _explain_less(case) if case.shipped < verdict.version else _explain_more(case)


def _explain_forced(case: _Case) -> str:
    notes, unread = case.notes, _find_traces(case)
    what = f"none of {plural(len(case.commits), 'commit')} releases anything ({tally(case.commits)})"
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


def _explain_less(case: _Case) -> str:
    """Say why less was shipped than the commits ask for."""
    step, verdict, notes = case.step, case.verdict, case.notes
    causing = _causing(case)
    asked = f"{list_changes(causing)} {'asks' if len(causing) == 1 else 'ask'} for a {verdict.bump.value}"
    if case.old.major == 0 and verdict.version and verdict.version.major > 0:
        return f"leaves-zero: the rules in force make {verdict.version} of {asked}, {case.shipped} was made"
    if step.pre_release is not None and Version(step.pre_release.version.base_version) == case.shipped:
        return f"pre-release: {step.pre_release.text} had decided {case.shipped}, and since then {asked}"
    made = _step_name(case)
    if notes is None:
        return f"number-by-hand: {asked}, the number is a {made}"
    if not any(notes.names(change) for change in causing):
        return f"not-in-notes: {asked}, and the notes list none of it: left out by hand, or merged too late for them"
    listed = f"the notes have {notes.heading!r}" if notes.heading else "the notes list it"
    return f"number-by-hand: {asked}, {listed}, and the number is a {made}"


def _explain_more(case: _Case) -> str:
    """Say why more was shipped than the commits ask for."""
    made, notes = _step_name(case), case.notes
    asked = f"the commits ask for a {case.verdict.bump.value} at most ({tally(case.commits)})"
    unread = _find_traces(case)
    if notes is not None and notes.level.rank > case.verdict.bump.rank:
        return f"override: the notes have {notes.heading!r}, {asked}, the number is a {made}"
    if unread:
        return f"unread-commit: {asked}, and {list_commits(unread)} looks like more; the number is a {made}"
    if case.old.major == 0 and case.shipped.major > 0:
        return f"leaves-zero: {asked}, and {case.shipped} was made"
    if notes is not None:
        said = f"the notes have no more than {notes.heading!r}" if notes.heading else "the notes say no more"
        return f"number-by-hand: {asked}, {said}, and the number is a {made}"
    return f"number-by-hand: {asked}, the number is a {made}"


def _causing(case: _Case) -> list[Change]:
    """Give the changes that ask for the whole step."""
    bump = case.verdict.bump
    return [change for change in case.verdict.changes.changes if bump_of_change(change, case.config) is bump]


def _find_traces(case: _Case) -> list[Commit]:
    """Find the commits that nothing was read of and that speak of a feature or a break."""
    unread = {one.sha for one in case.verdict.changes.unread}
    return [commit for commit in case.commits if commit.sha in unread and _TRACE.search(commit.message)]


def _step_name(case: _Case) -> str:
    """Name the step from the release before."""
    old, new = ((*version.release, 0, 0) for version in (case.old, case.shipped))
    if old[0] != new[0]:
        return "major"
    return "minor" if old[1] != new[1] else "patch"
