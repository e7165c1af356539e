"""What the configuration lets pass: globs of members, seen from the archive's root or from its top folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.components.globs import PathGlob, read_glob

if TYPE_CHECKING:
    from pilotage.domains.distchecks.examined import Examined


class Allowed:
    """The members and archives that `allow-files` names.

    Args:
        globs: The globs as configured.

    Raises:
        ConfigError: One cannot be read.
    """

    def __init__(self, globs: tuple[str, ...]) -> None:
        self._globs: tuple[PathGlob, ...] = tuple(
            read_glob(text, place="[tool.pilotage.publish] allow-files") for text in globs
        )

    def is_allowed(self, dist: Examined, path: str) -> bool:
        """Tell whether a member, or a folder above it, is let pass."""
        if not self._globs:
            return False
        plain = path.strip("/")
        inside = plain.partition("/")[2] if dist.is_sdist else plain
        return any(glob.is_over(plain) or glob.is_over(inside) for glob in self._globs)

    def is_archive_allowed(self, name: str) -> bool:
        """Tell whether an archive is named itself."""
        return any(glob.is_match(name) for glob in self._globs)
