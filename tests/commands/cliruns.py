"""Runs of the command line, in this process or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from click.testing import CliRunner

from pilotage import cli

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

_FOREIGN = ("GITHUB_", "INPUT_", "ACTIONS_", "GH_TOKEN", "GIT_", "COV_", "COVERAGE_")


@dataclass(frozen=True)
class Run:
    """What a run left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Json:
        """Give stdout, which holds one JSON text and nothing else."""
        found: Json = json.loads(self.out)
        return found


def run(*arguments: str | Path, data: str | bytes | None = None, env: Mapping[str, str] | None = None) -> Run:
    """Run a command in this process, with no more of GitHub's environment than is given."""
    runner = CliRunner(env={**{name: None for name in os.environ if name.startswith(_FOREIGN)}, **(env or {})})
    with runner.isolation(input=data) as streams:
        code = cli.main([str(argument) for argument in arguments])
        sys.stdout.flush()
        sys.stderr.flush()
        return Run(code, streams[0].getvalue().decode(), streams[1].getvalue().decode())


def spawn(*arguments: str | Path, data: bytes = b"", env: Mapping[str, str] | None = None) -> Run:
    """Run a command as a user does: in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "pilotage", *map(str, arguments)],
        input=data,
        env=environment(env),
        capture_output=True,
        check=False,
        timeout=60,
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give this process's environment without GitHub's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    return {**kept, **(extra or {})}
