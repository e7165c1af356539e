"""The git command as the sandbox runs it: untouched by the machine's own settings."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def git_environment() -> dict[str, str]:
    """Keep what a subprocess needs, and nothing of the caller's git settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_TERMINAL_PROMPT": "0"}


def run_git(git_dir: Path, *arguments: str) -> tuple[int, bytes]:
    """Run one git command in a bare repository and give back its exit code and its output.

    Raises:
        subprocess.CalledProcessError: when git fails by more than exit code 1 (which some commands use to answer).
    """
    done = subprocess.run(
        ["git", f"--git-dir={git_dir}", *arguments], env=git_environment(), capture_output=True, check=False
    )
    if done.returncode > 1:
        raise subprocess.CalledProcessError(done.returncode, arguments[0], done.stdout, done.stderr)
    return done.returncode, done.stdout
