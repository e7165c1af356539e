"""The runner of GitHub Actions, as it runs a container action: its mounts, variables, file commands and owner.

Source: ContainerActionHandler and DockerCommandManager of https://github.com/actions/runner
"""

from __future__ import annotations

import os
import shutil
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ruamel.yaml import YAML

from container.webhooks import adapt
from pilotage.sandbox.train.runner import TOKEN, JobRunner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from container.engine import Engine
    from pilotage.sandbox.train.runner import Job, JobDone
    from pilotage.sandbox.train.scene import Scene

OWNER: Final = (1001, 127)
"""The user and the group that a hosted runner's files belong to."""

_ACTION: Final = Path(__file__).resolve().parents[2] / "action.yml"
_MOUNTS: Final = {
    "_temp": "/github/runner_temp",
    "_github_home": "/github/home",
    "_github_workflow": "/github/workflow",
    "_runner_file_commands": "/github/file_commands",
    "workspace": "/github/workspace",
}
_COMMANDS: Final = {
    "GITHUB_ENV": "set_env",
    "GITHUB_PATH": "add_path",
    "GITHUB_OUTPUT": "set_output",
    "GITHUB_STATE": "save_state",
    "GITHUB_STEP_SUMMARY": "step_summary",
}


@dataclass(frozen=True)
class Circumstances:
    """In what a job differs from an ordinary one.

    Args:
        has_checkout: Whether actions/checkout ran before.
        has_inputs: Whether the runner hands over the action's inputs.
        read_only: Folders of the runner that the container cannot write.
        links: Symbolic links in the workspace, each with its target.
        limit: Seconds until the job is given up.
    """

    has_checkout: bool = True
    has_inputs: bool = True
    read_only: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    limit: float = 600


class ContainerRunner(JobRunner):
    """Runs a scene's jobs in the action's image.

    Args:
        scene: The scene whose own runner it replaces.
        engine: What runs containers.
        image: The action's image.
    """

    def __init__(self, scene: Scene, engine: Engine, image: str) -> None:
        was = scene.runner
        super().__init__(
            was._endpoint,
            was._repository,
            environment=was._environment,
            config_path=was._config_path,
            work=was._work,
        )
        self.engine = engine
        self.image = image
        self.circumstances = Circumstances()
        self.strangers: list[str] = []
        """What the last jobs left behind that belongs to somebody else than the runner."""
        self.written: dict[str, bytes] = {}
        """What the last job left in the workspace's folder `dist`."""

    def run(self, job: Job, folder: Path) -> JobDone:
        """Run one job on the event as GitHub spells it."""
        return super().run(replace(job, payload=adapt(job.event, job.payload, repository=self._repository)), folder)

    def check_out(self, ref: str, into: Path) -> None:
        """Check out a commit, where the job does that."""
        if self.circumstances.has_checkout:
            super().check_out(ref, into)

    def _start(self, job: Job, checkout: Path, files: Mapping[str, str]) -> tuple[int, str]:
        place = self._work / f"runner-{uuid.uuid4().hex[:8]}"
        for name in _MOUNTS:
            (place / name).mkdir(parents=True)
        if self.circumstances.has_checkout:
            shutil.copytree(checkout, place / "workspace", symlinks=True, dirs_exist_ok=True)
        for name, target in self.circumstances.links.items():
            (place / "workspace" / name).symlink_to(target)
        shutil.copyfile(files["EVENT_PATH"], place / "_github_workflow" / "event.json")
        mark = uuid.uuid4()
        commands = {variable: f"{name}_{mark}" for variable, name in _COMMANDS.items()}
        for name in commands.values():
            (place / "_runner_file_commands" / name).touch()
        give_to_runner(place)
        done = self._run_container(job, place, commands)
        self.strangers += [str(path.relative_to(place)) for path in find_strangers(place)]
        dist = place / "workspace" / "dist"
        self.written = {path.name: path.read_bytes() for path in sorted(dist.glob("*")) if path.is_file()}
        for variable, target in (("GITHUB_OUTPUT", "OUTPUT"), ("GITHUB_STEP_SUMMARY", "STEP_SUMMARY")):
            shutil.copyfile(place / "_runner_file_commands" / commands[variable], files[target])
        shutil.rmtree(place)
        return done

    def _run_container(self, job: Job, place: Path, commands: Mapping[str, str]) -> tuple[int, str]:
        variables = self._variables(job) | {
            variable: f"/github/file_commands/{name}" for variable, name in commands.items()
        }
        inputs, arguments = read_action()
        if self.circumstances.has_inputs:
            variables = {**inputs, "INPUT_TOKEN": TOKEN, **variables}
        mounts = {str(place / name): target for name, target in _MOUNTS.items()}
        mounts[self.engine.socket] = "/var/run/docker.sock"
        read_only = {str(place / name) for name in self.circumstances.read_only}
        words = ["run", "--name", f"pilotage_{uuid.uuid4().hex}", "--label", "pilotage-test"]
        words += ["--workdir", "/github/workspace", "--rm", "--network", "host"]
        for name in sorted(variables):
            words += ["-e", name]
        for source, target in mounts.items():
            words += ["-v", f"{source}:{target}{':ro' if source in read_only else ''}"]
        done = self.engine.call(*words, self.image, *arguments, env=variables, timeout=self.circumstances.limit)
        return done.returncode, done.stdout

    def _variables(self, job: Job) -> dict[str, str]:
        owner, _, name = self._repository.partition("/")
        kind = "tag" if job.ref.startswith("refs/tags/") else "branch"
        return {
            "CI": "true",
            "HOME": "/github/home",
            "GITHUB_ACTION": "__self",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "octocat",
            "GITHUB_API_URL": self._endpoint.api_url,
            "GITHUB_BASE_REF": "main" if job.event.startswith("pull_request") else "",
            "GITHUB_EVENT_NAME": job.event,
            "GITHUB_EVENT_PATH": "/github/workflow/event.json",
            "GITHUB_GRAPHQL_URL": self._endpoint.graphql_url,
            "GITHUB_JOB": "pilotage",
            "GITHUB_REF": job.ref,
            "GITHUB_REF_NAME": job.ref.split("/", 2)[-1],
            "GITHUB_REF_TYPE": kind,
            "GITHUB_REPOSITORY": self._repository,
            "GITHUB_REPOSITORY_OWNER": owner,
            "GITHUB_RETENTION_DAYS": "90",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RUN_ID": "1",
            "GITHUB_RUN_NUMBER": "1",
            "GITHUB_SERVER_URL": self._endpoint.server_url,
            "GITHUB_SHA": job.sha,
            "GITHUB_WORKFLOW": "release",
            "GITHUB_WORKFLOW_REF": f"{owner}/{name}/.github/workflows/release.yml@{job.ref}",
            "GITHUB_WORKSPACE": "/github/workspace",
            "RUNNER_ARCH": "X64",
            "RUNNER_ENVIRONMENT": "github-hosted",
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": "/github/runner_temp",
            **job.variables,
        }


def read_action() -> tuple[dict[str, str], list[str]]:
    """Give what the runner takes from action.yml: each input's default as a variable, and the arguments."""
    action = YAML(typ="safe").load(_ACTION.read_text(encoding="utf-8"))
    inputs = {
        f"INPUT_{name.replace(' ', '_').upper()}": str(spec.get("default") or "")
        for name, spec in action["inputs"].items()
    }
    return inputs, [str(word) for word in action["runs"].get("args", ())]


def give_to_runner(place: Path) -> None:
    """Let a folder with all in it belong to the runner's user."""
    for at, folders, files in os.walk(place):
        for name in (".", *folders, *files):
            os.lchown(Path(at, name), *OWNER)


def find_strangers(place: Path) -> list[Path]:
    """Find what does not belong to the runner's user."""
    entries = (Path(at, name) for at, folders, files in os.walk(place) for name in (*folders, *files))
    return sorted(path for path in entries if path.lstat().st_uid != OWNER[0])
