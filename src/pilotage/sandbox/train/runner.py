"""The runner: one job in a fresh shallow checkout, with the real program as its only step.

Sources: https://docs.github.com/actions/reference/workflows-and-actions/variables and the layout of files that the
runner hands to a step.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pilotage.sandbox.train.report import StageFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pilotage.sandbox.forge import Endpoint
    from pilotage.sandbox.forge.shapes import JsonObject

TOKEN: Final = "ghs_rehearsal"  # noqa: S105 - the embedded forge alone knows it
_SHOWN_LINES: Final = 25
_LIMIT: Final = 3600
_MASK: Final = "::add-mask::"
_ANNOTATION: Final = re.compile(r"::(error|warning|notice)(?: [^:\n]*)?::")
_ASSIGNMENT: Final = re.compile(r"([^\n=<]+)<<([^\n]+)\n")


@dataclass(frozen=True, slots=True)
class Job:
    """What GitHub starts a job with.

    Args:
        event: The event's name.
        payload: The event's payload.
        ref: The full ref of the event, which is checked out.
        sha: The event's commit.
        variables: Inputs of the action, and what the job's permissions add.
    """

    event: str
    payload: JsonObject
    ref: str
    sha: str
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobDone:
    """How a job ended.

    Args:
        code: The program's exit code.
        outputs: The step's outputs.
        summary: The job summary, Markdown.
        log: All that the program wrote, masked.
    """

    code: int
    outputs: Mapping[str, str]
    summary: str
    log: str

    @property
    def tail(self) -> str:
        """Give the last lines of the log, annotations in plain words."""
        return "\n".join(read_annotations(self.log).rstrip().splitlines()[-_SHOWN_LINES:])

    def expect(self, code: int, promise: str) -> None:
        """Hold the exit code against what was promised.

        Raises:
            StageFailedError: It is another one.
        """
        if self.code != code:
            message = f"{promise}: the program ended with exit code {self.code}, expected {code}"
            raise StageFailedError(message, exit_code=self.code, output=self.tail)


class JobRunner:
    """Runs jobs against one forge.

    Args:
        endpoint: Where the forge is.
        repository: `owner/name`.
        environment: The variables of every job.
        config_path: The configuration's path in the repository.
        work: A folder for checkouts.
    """

    def __init__(
        self, endpoint: Endpoint, repository: str, *, environment: Mapping[str, str], config_path: str, work: Path
    ) -> None:
        self._endpoint = endpoint
        self._repository = repository
        self._environment = dict(environment)
        self._config_path = config_path
        self._work = work

    def run(self, job: Job, folder: Path) -> JobDone:
        """Run one job; its event, outputs, summary and log stay in the folder.

        Raises:
            StageFailedError: The checkout failed, or the program did not end.
        """
        folder.mkdir(parents=True)
        event, output, summary = folder / "event.json", folder / "outputs.txt", folder / "summary.md"
        event.write_text(json.dumps(job.payload, indent=1))
        output.touch()
        summary.touch()
        checkout = self._work / "checkout"
        self.check_out(job.ref, checkout)
        files = {"EVENT_PATH": str(event), "OUTPUT": str(output), "STEP_SUMMARY": str(summary)}
        try:
            code, text = self._start(job, checkout, files)
        finally:
            shutil.rmtree(checkout, ignore_errors=True)
        log = mask(text)
        (folder / "log.txt").write_text(f"{log}\nexit code {code}\n")
        outputs = parse_outputs(output.read_text(encoding="utf-8"))
        return JobDone(code, outputs, summary.read_text(encoding="utf-8"), log)

    def check_out(self, ref: str, into: Path) -> None:
        """Check out one commit without its past, as actions/checkout does.

        Raises:
            StageFailedError: git refused.
        """
        name = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
        basic = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
        secret = {
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": f"http.{self._endpoint.server_url}/.extraheader",
            "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
            "GIT_CONFIG_KEY_1": "advice.detachedHead",
            "GIT_CONFIG_VALUE_1": "false",
        }
        command = ["git", "clone", "-q", "--depth=1", "--no-tags", f"--branch={name}", "--"]
        done = subprocess.run(
            [*command, self._endpoint.clone_url, str(into)],
            env=self._environment | secret,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            text = done.stderr.decode("utf-8", "replace")
            raise StageFailedError(f"{ref} cannot be checked out", exit_code=done.returncode, output=text)

    def _start(self, job: Job, checkout: Path, files: Mapping[str, str]) -> tuple[int, str]:
        owner, _, _ = self._repository.partition("/")
        variables = {
            "ACTIONS": "true",
            "ACTOR": "octocat",
            "API_URL": self._endpoint.api_url,
            "EVENT_NAME": job.event,
            "GRAPHQL_URL": self._endpoint.graphql_url,
            "JOB": "pilotage",
            "REF": job.ref,
            "REF_NAME": job.ref.split("/", 2)[-1],
            "REPOSITORY": self._repository,
            "REPOSITORY_OWNER": owner,
            "RUN_ATTEMPT": "1",
            "RUN_ID": "1",
            "RUN_NUMBER": "1",
            "SERVER_URL": self._endpoint.server_url,
            "SHA": job.sha,
            "WORKFLOW": "release",
            "WORKSPACE": str(checkout),
            **files,
        }
        environment = self._environment | {f"GITHUB_{name}": value for name, value in variables.items()}
        environment |= {"INPUT_TOKEN": TOKEN, "RUNNER_TEMP": str(self._work), **job.variables}
        # -P: a module of the checkout must not stand in for one of the program's (https://docs.python.org/3/using/cmdline.html)
        command = [sys.executable, "-P", "-m", "pilotage", "run", "--config", self._config_path]
        try:
            done = subprocess.run(
                command,
                cwd=checkout,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired as exc:  # pragma: no cover - an hour of waiting
            raise StageFailedError(f"the program did not end within {_LIMIT} seconds") from exc
        return done.returncode, done.stdout.decode("utf-8", "replace")


def parse_outputs(text: str) -> dict[str, str]:
    """Read a step's outputs in the form `name<<delimiter`, value, delimiter, each on lines of its own."""
    found: dict[str, str] = {}
    at = 0
    while match := _ASSIGNMENT.match(text, at):
        end = text.find(f"\n{match[2]}\n", match.end() - 1)
        if end < 0:
            break
        found[match[1]] = text[match.end() : end]
        at = end + len(match[2]) + 2
    return found


def read_annotations(log: str) -> str:
    """Put the runner's annotations (`::error title=…::text`) into plain words; other lines stay as they are."""
    return "\n".join(_read_annotation(line) for line in log.split("\n"))


def _read_annotation(line: str) -> str:
    found = _ANNOTATION.match(line)
    if found is None:
        return line
    text = line[found.end() :].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    return f"{found[1]}: {text}"


def mask(log: str) -> str:
    """Hide what a log asks to be hidden, as the runner does."""
    lines = log.splitlines()
    secrets = {line.removeprefix(_MASK) for line in lines if line.startswith(_MASK)} - {""}
    text = "\n".join(line for line in lines if not line.startswith(_MASK))
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text
