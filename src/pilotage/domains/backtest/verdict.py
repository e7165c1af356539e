"""What Pilotage decides of one past release, held against what was shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.backtest.reading import read_past_changes
from pilotage.domains.bump import bump_of_change
from pilotage.domains.calver import PREFIX, read_scheme
from pilotage.domains.nextversion import decide_next_version
from pilotage.errors import ConfigError
from pilotage.model.version import Bump, Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.domains.backtest.steps import PastStep
    from pilotage.model.change import Change, Changes
    from pilotage.model.commit import Commit
    from pilotage.model.translation import TranslatedComponent

_PARTS = 3


class Verdict(msgspec.Struct, frozen=True):
    """What was decided of one release.

    Args:
        version: The version; None when the changes ask for no release.
        bump: How far they move it.
        changes: What the commits since the release before mean.
        release_as: The version that was asked for, as written, where it counts; "" otherwise.
    """

    version: Version | None
    bump: Bump
    changes: Changes
    release_as: str = ""


def decide_version(
    step: PastStep,
    commits: Sequence[Commit],
    *,
    since_pre_release: Sequence[Commit],
    rules: TranslatedComponent,
    tool: str,
    today: str = "",
) -> Verdict:
    """Decide the version of a release that has one before it.

    A release that ends a line of pre-releases goes on from the newest of them: their number was decided with them, and
    only what came since can move it further. semantic-release begins at the last full version again, and
    python-semantic-release holds the number against everything since then.

    Args:
        step: The release.
        commits: The component's commits since the release before, newest first, without the release commit.
        since_pre_release: Those of them that came after the newest pre-release, where there is one.
        rules: What was in force.
        tool: Whose rules they are.
        today: The day of the release, ISO 8601, for versions by the calendar.

    Raises:
        ConfigError: The scheme of versions by the calendar has no version after the one before.
    """
    changes = read_past_changes(commits, rules.config, tool=tool, quirks=rules.quirks)
    bump = _bump_of(changes, commits, rules)
    if step.previous is None:
        raise ValueError("the first release follows nothing")
    current = step.previous.version
    if rules.config.versioning.startswith(PREFIX):
        scheme = read_scheme(rules.config.versioning)
        by_date = None if bump is Bump.NONE else scheme.follow(current, bump, today=today)
        return Verdict(by_date, bump, changes)
    pre = step.pre_release.version if step.pre_release else None
    if pre is not None and Version(pre.base_version) > current and tool != "semantic-release":
        late = read_past_changes(since_pre_release, rules.config, tool=tool, quirks=rules.quirks)
        late_bump = bump if tool == "python-semantic-release" else _bump_of(late, since_pre_release, rules)
        asked = rules.quirks.release_as or late.release_as
        final = _next(pre, late_bump, rules=rules, release_as=asked) or Version(pre.base_version)
        return Verdict(final, bump, changes, asked if _reads_as(asked, final) else "")
    asked = rules.quirks.release_as or changes.release_as
    version = _next(current, bump, rules=rules, release_as=asked)
    return Verdict(version, bump, changes, asked if _reads_as(asked, version) else "")


def _bump_of(changes: Changes, commits: Sequence[Commit], rules: TranslatedComponent) -> Bump:
    quirks = rules.quirks
    bump = Bump.highest(*(_bump_of_change(change, rules) for change in changes.changes))
    if bump is Bump.NONE and quirks.any_commit and commits:
        bump = Bump.PATCH
    if quirks.always_bump and bump is not Bump.NONE:
        bump = Bump(quirks.always_bump)
    return bump


def _bump_of_change(change: Change, rules: TranslatedComponent) -> Bump:
    is_tame = change.breaking and change.type in rules.quirks.tame_types
    return rules.config.bump_of(change.type) if is_tame else bump_of_change(change, rules.config)


def _next(current: Version, bump: Bump, *, rules: TranslatedComponent, release_as: str) -> Version | None:
    quirks = rules.quirks
    if quirks.leaves_zero and current.major == 0 and not release_as and bump is not Bump.NONE:
        return Version("1.0.0")
    if bump is Bump.MAJOR and current.major > 0 and not quirks.always_bump:
        bump = Bump(quirks.breaking_bump)
    if release_as:
        try:
            return decide_next_version(current, bump, config=rules.config, release_as=release_as)
        except ConfigError:
            release_as = ""  # a footer of long ago, or no version at all: the tool of the day passed it over, or failed
    return decide_next_version(current, bump, config=rules.config)


def _reads_as(text: str, version: Version | None) -> bool:
    try:
        return bool(text) and Version(text) == version
    except ValueError:
        return False


def is_single_step(current: Version, shipped: Version) -> bool:
    """Tell whether one bump leads from a version to another."""
    old, new = ((*version.release, 0, 0)[: max(_PARTS, len(version.release))] for version in (current, shipped))
    if current.epoch != shipped.epoch or len(old) != len(new) or shipped.is_postrelease:
        return False
    return any(
        new == (*old[:position], old[position] + 1, *(0 for _ in old[position + 1 :])) for position in range(_PARTS)
    )
