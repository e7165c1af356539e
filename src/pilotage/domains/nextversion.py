"""The next version: PEP 440 arithmetic with the rules for 0.x and for pre-releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.errors import ConfigError
from pilotage.model.version import Bump, Version, read_version

if TYPE_CHECKING:
    from pilotage.model.config import Config

__all__ = ["decide_next_version"]

_SHAPE = 3
"""A bumped version has at most major, minor and patch: a fourth number has no bump that moves it."""


def decide_next_version(current: Version | None, bump: Bump, *, config: Config, release_as: str = "") -> Version | None:
    """Decide the version that the next release gets.

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
        return _read_release_as(release_as, current)
    if bump is Bump.NONE:
        return None
    if current is None:
        return read_version(config.initial_version, place="[tool.pilotage] initial-version")
    level = _level_on_zero(bump, config) if current.major == 0 else bump
    final = Version(current.base_version)
    if final > current and _level_of(final).rank >= level.rank:
        return final
    return _bumped(current, level)


def _read_release_as(text: str, current: Version | None) -> Version:
    """Read a `Release-As` footer and hold it against the version that is out."""
    footer = f"commit footer Release-As: {text[:100]}"
    wished = read_version(text, place="commit footer Release-As")
    if wished.local is not None:
        raise ConfigError(
            f"{footer}: the local part +{wished.local} cannot be released",
            hint="Package indexes take no local versions (PEP 440): leave out everything from the +.",
        )
    if current is not None and wished <= current:
        relation = "is already released" if wished == current else f"is lower than the released version {current}"
        raise ConfigError(
            f"{footer}: {wished} {relation}",
            hint=f"Ask for a version above {current} in a later commit's Release-As footer: the newest one counts.",
        )
    return wished


def _level_on_zero(bump: Bump, config: Config) -> Bump:
    """Say how far a bump moves a 0.x version."""
    if bump is Bump.MAJOR:
        return Bump.MAJOR if config.major_on_zero else Bump.MINOR
    return Bump.PATCH if config.patch_on_zero else bump


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
    position = {Bump.MAJOR: 0, Bump.MINOR: 1, Bump.PATCH: 2}[level]
    numbers = [*current.release, 0, 0][: max(min(len(current.release), _SHAPE), position + 1)]
    raised = [*numbers[:position], numbers[position] + 1, *(0 for _ in numbers[position + 1 :])]
    return Version(f"{current.epoch}!{'.'.join(map(str, raised))}")
