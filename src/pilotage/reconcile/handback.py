"""Give back to the runner's user what a run of the action made as root in the folders that the runner shares with it.

A file of root in the workspace, in its `.git` or in the caches below the home folder would stop the next job of a
self-hosted runner, which cleans these folders as its own user (https://github.com/actions/runner/issues/434).
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHARED = ("GITHUB_WORKSPACE", "HOME", "RUNNER_TEMP")
_CLOCK_SLACK = 1.0
"""Seconds by which the clock of the files may be behind."""


def give_back(environment: Mapping[str, str], *, since: float) -> None:
    """Let each new entry of a shared folder belong to the folder's owner; a run that is not root's changes nothing.

    Links are never followed, and what has a second name elsewhere is left alone. What cannot be given back stays as it
    is: the run has done its work.

    Args:
        environment: The variables that name the folders.
        since: When the run began, in Unix seconds; what is older was not made by it.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return
    for name in _SHARED:
        folder = environment.get(name, "")
        if folder:
            with contextlib.suppress(OSError):
                _give_back(folder, since - _CLOCK_SLACK)


def _give_back(folder: str, since: float) -> None:
    owner = Path(folder).stat()
    if owner.st_uid == 0:
        return
    for _, folders, files, at in os.fwalk(folder):
        for name in (*folders, *files):
            # the folder's descriptor, not its path: nobody can put a link into the way meanwhile
            with contextlib.suppress(OSError):
                found = os.stat(name, dir_fd=at, follow_symlinks=False)
                is_ours = found.st_uid == 0 and found.st_ctime >= since
                if is_ours and (found.st_nlink == 1 or stat.S_ISDIR(found.st_mode)):
                    os.chown(name, owner.st_uid, owner.st_gid, dir_fd=at, follow_symlinks=False)
