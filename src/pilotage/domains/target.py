"""The full version that a branch is on the way to, by the scheme of versions that the project has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.nextversion import level_of_bump, pass_over, raise_version
from pilotage.model.config import Config
from pilotage.model.version import Bump, Version, read_version

if TYPE_CHECKING:
    from collections.abc import Collection

    from pilotage.model.line import Line

__all__ = ["decide_target"]


def decide_target(
    base: Version | None, bump: Bump, *, config: Config, line: Line, least: Version | None = None
) -> Version:
    """Decide the full version that follows a release, past those that other branches made of the same line.

    Args:
        base: The release that the changes follow; None before the first one.
        bump: How far they go; not none.
        config: For the scheme and its rules.
        line: For what exists and for the date. A maintenance branch goes past patches only, and its period stays.
        least: A version below which it may not be.

    Raises:
        ConfigError: The scheme has no such version; `base` is not of the scheme.
    """
    if config.versioning != "semver":
        return _decide_by_calendar(base, bump, config=config, line=line, least=least)
    version = raise_version(base, bump, config=config)
    level = level_of_bump(base, bump, config=config)
    version = _rise(version, least, known=line.known)
    if version.is_prerelease or (line.channel == "maintenance" and level is not Bump.PATCH):
        return version
    return pass_over(version, level, known=line.known)


def _rise(version: Version, least: Version | None, *, known: Collection[Version]) -> Version:
    """Give the least version where that is higher; of a pre-release that exists, the full release."""
    version = version if least is None else max(version, least)
    return Version(version.base_version) if version.is_prerelease and version in known else version


def _decide_by_calendar(
    base: Version | None, bump: Bump, *, config: Config, line: Line, least: Version | None
) -> Version:
    # Most projects have no such scheme, and `pilotage next` starts without it.
    from pilotage.domains.calver import read_scheme  # noqa: PLC0415 - see above

    scheme = read_scheme(config.versioning)
    is_frozen = line.channel == "maintenance"
    if base is not None:
        version = scheme.follow(base, bump, today=line.today, is_frozen=is_frozen)
    elif config.initial_version != Config().initial_version:
        version = read_version(config.initial_version, place="[tool.pilotage] initial-version")
    else:
        version = scheme.first(line.today)
    version = _rise(version, least, known=line.known)
    return version if version.is_prerelease else scheme.pass_over(version, bump, known=line.known)
