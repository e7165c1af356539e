"""The environment of a job: the machine's own, without its secrets and without any other job's."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOREIGN: Final = re.compile(
    r"^(?:GITHUB_|ACTIONS_|INPUT_|RUNNER_|PILOTAGE_|GH_|GIT_(?!SSL_)|SSH_)"
    r"|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|KEY|_PAT$",
    re.IGNORECASE,
)
"""Variables that a rehearsed job does not see: those of another job, of git's caller, and what may be a secret."""

_LOOPBACK: Final = "127.0.0.1,localhost"


def job_environment(parent: Mapping[str, str], *, home: Path) -> dict[str, str]:
    """Give what a job on a fresh machine has, before the variables of the runner.

    Args:
        parent: The variables of the process that rehearses.
        home: The job's home folder. pip's and uv's own settings below the caller's `~/.config` stay known, because
            they say where build requirements come from.
    """
    kept = {name: value for name, value in parent.items() if not _FOREIGN.search(name)}
    settings = parent.get("XDG_CONFIG_HOME") or str(Path(parent.get("HOME") or Path.home()) / ".config")
    unproxied = ",".join(filter(None, (parent.get("no_proxy") or parent.get("NO_PROXY"), _LOOPBACK)))
    return kept | {
        "CI": "true",
        "HOME": str(home),
        "XDG_CONFIG_HOME": settings,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "NO_PROXY": unproxied,
        "no_proxy": unproxied,
    }
