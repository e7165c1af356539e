"""A file that is about to leave: a symbolic link would send what it leads to, wherever on the machine that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def unlinked(path: Path) -> Path:
    """Give a path back when it is no symbolic link.

    Raises:
        UsageError: It is one.
    """
    if path.is_symlink():
        raise UsageError(
            f"{path} is a symbolic link; what it leads to is not sent",
            hint="Put the file itself there, as `pilotage build` does.",
        )
    return path
