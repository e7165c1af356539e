"""A machine on which the scripts of rebuild-image.yml run, with a `docker` that writes down its calls."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

from workflows.stepruns import Done, run_script
from workflows.workflowfiles import ROOT, Step, read_called

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | None"

needs_bash = pytest.mark.skipif(
    not shutil.which("bash") or not shutil.which("timeout"), reason="the scripts need bash and coreutils"
)
WORKFLOW = read_called(ROOT / ".github" / "workflows" / "rebuild-image.yml")
NAME = "ghcr.io/acme/flows"


def step(job: str, name: str) -> Step:
    (found,) = (one for one in WORKFLOW.jobs[job].steps if one.name == name)
    return found


@dataclass
class Machine:
    """A runner with a stand-in for Docker."""

    folder: Path

    def __post_init__(self) -> None:
        docker = self.folder / "bin" / "docker"
        for path in (docker.parent, self.folder / "home", self.folder / "temp", self.folder / "work"):
            path.mkdir()
        docker.write_text(f'#!/bin/sh\nexec {sys.executable} -S {Path(__file__).parent / "standin_docker.py"} "$@"\n')
        docker.chmod(docker.stat().st_mode | stat.S_IXUSR)
        self.keep({"images": [], "calls": [], "push": [], "broken": []})

    @property
    def file(self) -> Path:
        return self.folder / "docker.json"

    def keep(self, state: dict[str, object]) -> None:
        self.file.write_text(json.dumps(state))

    def set(self, **more: object) -> None:
        self.keep(json.loads(self.file.read_text()) | more)

    def run(self, step: Step, **given: str) -> Done:
        """Run a step's script; no text that is given may be run by it."""
        environment = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "DOCKER_FILE": str(self.file),
            "DOCKER_CONFIG": str(self.folder / "temp" / "pilotage-docker"),
        }
        done = run_script(step, self.folder, environment=environment, given=given)
        assert not list(self.folder.rglob("pwned")), "a text was run"
        return done

    @property
    def calls(self) -> list[dict[str, Json]]:
        found: list[dict[str, Json]] = json.loads(self.file.read_text())["calls"]
        return found

    def words(self, verb: str) -> list[list[str]]:
        words = [[str(word) for word in call["words"] or ()] for call in self.calls if isinstance(call["words"], list)]
        return [one for one in words if one[0] == verb]
