"""One script of a workflow, run by bash as the runner runs it, with nothing of this process's own environment."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from workflows.workflowfiles import Step


@dataclass
class Done:
    """What a script left behind."""

    status: int
    log: str
    outputs: dict[str, str]
    summary: str


def run_script(step: Step, folder: Path, *, environment: Mapping[str, str], given: Mapping[str, str]) -> Done:
    """Run a step's script in `folder/work`.

    Args:
        step: The step.
        folder: It has the folders `home`, `temp` and `work`.
        environment: What the machine gives, `PATH` among it.
        given: What the expressions of the step's `env` become; one that is left out is empty, a literal stays.
    """
    assert set(given) <= set(step.env), "the step is not given this"
    output, summary = folder / "output", folder / "summary"
    for path in (output, summary):
        path.write_text("")
    kept = {name: "" if "${{" in value else value for name, value in step.env.items()}
    variables = {
        "HOME": str(folder / "home"),
        "RUNNER_TEMP": str(folder / "temp"),
        "RUNNER_NAME": "agent",
        "GITHUB_REPOSITORY": "Acme/Flows",
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        **kept,
        **environment,
        **given,
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.run],
        cwd=folder / "work",
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
    return Done(done.returncode, done.stdout, outputs, summary.read_text())
