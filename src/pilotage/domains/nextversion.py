"""The next version: PEP 440 arithmetic with the rules for 0.x and for pre-releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.releaseas import read_release_as
from pilotage.model.version import Bump, Version, read_version

if TYPE_CHECKING:
    from collections.abc import Collection

    from pilotage.model.config import Config

__all__ = ["decide_next_version", "level_of_bump", "pass_over", "raise_version"]

_SHAPE = 3
"""A bumped version has at most major, minor and patch: a fourth number has no bump that moves it."""

_POSITIONS = {Bump.MAJOR: 0, Bump.MINOR: 1, Bump.PATCH: 2}


def decide_next_version(current: Version | None, bump: Bump, *, config: Config, release_as: str = "") -> Version | None:
    """Decide the full version that follows another one, by the numbers alone.

    Args:
        current: The last released version; None before the first release.
        bump: How far the unreleased changes move it.
        config: For `initial-version`, `major-on-zero` and `patch-on-zero`.
        release_as: The value of a `Release-As` footer, which is taken instead of the arithmetic; "" for none.

    Returns:
        A version above `current`, or None when there is nothing to release. Pre, post, dev and local parts are
        dropped, the epoch and the number of parts (up to three) stay. The final version of a pre-release is enough
        when its numbers already moved as far as the bump: 1.2.0rc1 and a feature make 1.2.0, 1.2.1rc1 and a feature
        make 1.3.0.

    Raises:
        ConfigError: `release_as` or `initial-version` is not a version, or `release_as` is not above `current`.
    """
    if release_as:
        return read_release_as(release_as, current)
    return None if bump is Bump.NONE else raise_version(current, bump, config=config)


def raise_version(current: Version | None, bump: Bump, *, config: Config) -> Version:
    """Raise a version by a bump that is not none; the contract is that of `decide_next_version`."""
    if current is None:
        return read_version(config.initial_version, place="[tool.pilotage] initial-version")
    level = level_of_bump(current, bump, config=config)
    final = Version(current.base_version)
    if final > current and _level_of(final).rank >= level.rank:
        return final
    return _bumped(current, level)


def level_of_bump(current: Version | None, bump: Bump, *, config: Config) -> Bump:
    """Say which number a bump raises: below 1.0 a break and a feature move less, as the configuration has it."""
    if current is None or current.major > 0:
        return bump
    if bump is Bump.MAJOR:
        return Bump.MAJOR if config.major_on_zero else Bump.MINOR
    return Bump.PATCH if bump is Bump.MINOR and config.patch_on_zero else bump


def pass_over(version: Version, level: Bump, *, known: Collection[Version]) -> Version:
    """Raise a version past the full releases that were made of its line from other branches.

    Its line is what shares the numbers before the raised one: a patch 1.4.1 goes past all 1.4.*, a minor 1.5.0 past
    all 1.*. A major goes to the first one of which nothing is released. What is higher elsewhere does not count:
    beside a 2.0.0 on another branch, 1.0.0 is followed by 1.0.1.

    Args:
        version: The version that the changes ask for.
        level: The number that they raise.
        known: Every version that exists.
    """
    position = _POSITIONS[level]
    full = [one for one in known if not one.is_prerelease and one.epoch == version.epoch]
    while rivals := [one for one in full if one >= version and _shares(one, version, max(position, 1))]:
        version = _bumped(max(rivals), level)
    return version


def _shares(one: Version, other: Version, count: int) -> bool:
    numbers = [[*version.release, 0, 0][:count] for version in (one, other)]
    return numbers[0] == numbers[1]


def _level_of(final: Version) -> Bump:
    """Say which bump leads to a version, by its trailing zeros; 0.0.0 is led to by none."""
    numbers = final.release
    if any(numbers[2:]):
        return Bump.PATCH
    if any(numbers[1:]):
        return Bump.MINOR
    return Bump.MAJOR if numbers[0] else Bump.NONE


def _bumped(current: Version, level: Bump) -> Version:
    """Raise the number that a level stands for and clear those after it."""
    position = _POSITIONS[level]
    numbers = [*current.release, 0, 0][: max(min(len(current.release), _SHAPE), position + 1)]
    raised = [*numbers[:position], numbers[position] + 1, *(0 for _ in numbers[position + 1 :])]
    return Version(f"{current.epoch}!{'.'.join(map(str, raised))}")
