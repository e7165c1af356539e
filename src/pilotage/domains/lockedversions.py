"""The versions that a commit's lock pins: uv.lock, poetry.lock, pdm.lock and pylock.toml (PEP 751)."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from packaging.requirements import Requirement

LOCKS = ("uv.lock", "pylock.toml", "poetry.lock", "pdm.lock")
"""The names of locks, the most exact first."""


def read_locked(text: str, *, path: str) -> dict[str, frozenset[Version]]:
    """Read a lock: each package's versions, several where they depend on the platform.

    Raises:
        ConfigError: It is not TOML.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}", hint="Lock again with the tool that wrote it.") from error
    found: dict[str, frozenset[Version]] = {}
    rows = data.get("package", data.get("packages", []))
    for row in rows if isinstance(rows, list) else []:
        name, version = (row.get("name"), row.get("version")) if isinstance(row, dict) else (None, None)
        if isinstance(name, str) and isinstance(version, str) and (read := _read_version(version)):
            key = canonicalize_name(name)
            found[key] = found.get(key, frozenset()) | {read}
    return found


def find_pin(requirement: Requirement, locked: dict[str, frozenset[Version]]) -> Version | None:
    """Give the one locked version that a requirement takes; None when there is none, or more than one."""
    versions = [
        version
        for version in locked.get(canonicalize_name(requirement.name), ())
        if requirement.specifier.contains(version, prereleases=True)
    ]
    return versions[0] if len(versions) == 1 else None


def _read_version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
