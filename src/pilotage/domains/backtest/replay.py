"""One past release decided again: what was known then, what Pilotage answers, or why nobody could."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.backtest.releasecommit import is_release_commit
from pilotage.domains.backtest.rules import BY_HAND, find_component
from pilotage.domains.backtest.verdict import decide_version, is_single_step
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.domains.backtest.lineage import Lineage
    from pilotage.domains.backtest.rules import Owners, Rules
    from pilotage.domains.backtest.steps import PastStep
    from pilotage.domains.backtest.verdict import Verdict
    from pilotage.model.commit import Commit
    from pilotage.model.translation import TranslatedComponent

_CONVENTIONAL = re.compile(r"^[ \t*-]*[A-Za-z][\w-]*+(?:\([^()\n]*+\))?!?:[ \t]*\S", re.MULTILINE)


class Replayed(msgspec.Struct, frozen=True):
    """What came of one release.

    Args:
        step: The release.
        skipped: Why nobody could decide it; "" when it was decided.
        detail: More about that; "" for none.
        tool: Whose rules were in force.
        rules: Those of the release's component.
        verdict: The answer, where there is one.
        commits: The component's commits, newest first, without the release commit.
        elsewhere: Those of other components.
    """

    step: PastStep
    skipped: str = ""
    detail: str = ""
    tool: str = ""
    rules: TranslatedComponent | None = None
    verdict: Verdict | None = None
    commits: tuple[Commit, ...] = ()
    elsewhere: tuple[Commit, ...] = ()

    @property
    def agrees(self) -> bool:
        """Tell whether the answer is what was shipped."""
        return self.verdict is not None and self.verdict.version == self.step.release.version


def position_of_rules(lineage: Lineage, step: PastStep) -> int:
    """Give the commit whose configuration was in force: before the release commit, or the tagged one itself."""
    if not _is_release_commit(lineage, step):
        return step.position
    parent = lineage.first_parent(step.position)
    return step.position if parent is None else parent


def find_obvious_skip(lineage: Lineage, step: PastStep) -> str:
    """Give the reason why no tool could decide a release whatever its rules; "" for none."""
    if step.release.version.is_prerelease:
        return "prerelease"
    if step.previous is None:
        return "first-release"
    if step.release.version <= step.previous.version:
        return "version-not-above-previous"
    if not _without_release_commit(lineage, step, step.span):
        return "no-commits"
    return ""


def replay_step(
    lineage: Lineage, step: PastStep, *, rules: Rules, attribution: Owners | None, today: str = ""
) -> Replayed:
    """Decide a release that has no obvious skip.

    Args:
        lineage: The history.
        step: The release.
        rules: What was in force.
        attribution: What tells the component of a commit, made of these rules; None when there is only one.
        today: The day of the release, ISO 8601.
    """
    index = find_component(rules, step.release)
    if index is None:
        known = ", ".join(one.name or one.path for one in rules.components)
        return Replayed(step, "component-not-configured", f"{rules.tool} knows {known}", tool=rules.tool)
    own = rules.components[index]
    all_commits = _without_release_commit(lineage, step, step.span)
    members = rules.linked_with(index)
    commits, elsewhere = _part(all_commits, attribution, members)
    found = Replayed(step, tool=rules.tool, rules=own, commits=commits, elsewhere=elsewhere)
    if not commits:
        return msgspec.structs.replace(found, skipped="no-commit-touches-component")
    late, _ = _part(_without_release_commit(lineage, step, step.pre_span), attribution, members)
    try:
        verdict = decide_version(step, commits, since_pre_release=late, rules=own, tool=rules.tool, today=today)
    except ConfigError as error:
        return msgspec.structs.replace(found, skipped="configuration-unreadable", detail=error.message)
    found = msgspec.structs.replace(found, verdict=verdict)
    skipped = _find_skip(found, verdict)
    return msgspec.structs.replace(found, skipped=skipped, verdict=None) if skipped else found


def _find_skip(found: Replayed, verdict: Verdict) -> str:
    step, rules = found.step, found.rules
    says_nothing = not any(_CONVENTIONAL.search(commit.message) for commit in found.commits)
    if says_nothing and (verdict.version is None or found.tool == BY_HAND.tool):
        return "no-conventional-commit"
    if verdict.version == step.release.version or (rules and rules.config.versioning != "semver"):
        return ""
    if step.previous and not is_single_step(step.previous.version, step.release.version):
        return "not-a-single-step"
    return ""


def _is_release_commit(lineage: Lineage, step: PastStep) -> bool:
    return is_release_commit(lineage.commits[step.position], step.release.version)


def _without_release_commit(lineage: Lineage, step: PastStep, span: Sequence[int]) -> tuple[Commit, ...]:
    skip = step.position if _is_release_commit(lineage, step) else -1
    return tuple(lineage.commits[position] for position in span if position != skip)


def _part(
    commits: Sequence[Commit], attribution: Owners | None, members: frozenset[int]
) -> tuple[tuple[Commit, ...], tuple[Commit, ...]]:
    """Part the commits into those of some components and the others."""
    if attribution is None:
        return tuple(commits), ()
    own = [not members.isdisjoint(attribution.of(commit)) for commit in commits]
    return (
        tuple(commit for commit, is_own in zip(commits, own, strict=True) if is_own),
        tuple(commit for commit, is_own in zip(commits, own, strict=True) if not is_own),
    )
