"""The linters that a release must pass, as they are called by hand; each gives what it has to say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOOLS = Path(sys.executable).parent


def lint_security(files: Sequence[Path]) -> str:
    """Run zizmor: its strictest fixed rules, and no file left out because it could not be read."""
    return _run("zizmor", "--offline", "--no-progress", "--quiet", "--strict-collection", "--persona=pedantic", *files)


def lint_expressions(files: Sequence[Path]) -> str:
    """Run actionlint, with shellcheck over the scripts; it reads called workflows that are in the same repository."""
    return _run("actionlint", "-no-color", "-shellcheck", _TOOLS / "shellcheck", *files)


def lint_workflow_shape(files: Sequence[Path]) -> str:
    return _run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files)


def lint_action_shape(files: Sequence[Path]) -> str:
    return _run("check-jsonschema", "--builtin-schema", "vendor.github-actions", *files)


def lint_dependabot_shape(files: Sequence[Path]) -> str:
    return _run("check-jsonschema", "--builtin-schema", "vendor.dependabot", *files)


def _run(tool: str, *arguments: str | Path) -> str:
    """Give what a tool found; empty when it is content."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GH_", "GITHUB_"))}
    done = subprocess.run(
        [_TOOLS / tool, *arguments], capture_output=True, text=True, timeout=120, check=False, env=environment
    )
    return "" if done.returncode == 0 else f"exit {done.returncode}\n{done.stdout}{done.stderr}"
