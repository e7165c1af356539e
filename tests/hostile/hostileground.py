"""A repository that strangers write into, the real program in a process of its own, and the runner's own eyes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.forge import Endpoint, Forge
from pilotage.sandbox.train.jobenvironment import job_environment
from pilotage.sandbox.train.runner import TOKEN, JobRunner
from train.harness import PYPROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

BRANCH = "pilotage/release-main"
LIMIT_SECONDS = 120
_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_OURS = {"add-mask", "error", "warning", "notice"}


@dataclass(frozen=True)
class Ended:
    """What a job left behind, as the runner finds it."""

    code: int
    out: str
    err: str
    output_text: str
    summary: str

    @property
    def log(self) -> str:
        return f"{self.out}\n{self.err}"

    @property
    def outputs(self) -> dict[str, str]:
        return read_as_runner(self.output_text)

    def strange_commands(self) -> list[str]:
        """List the lines that the runner would take for a command which is none of ours."""
        found = []
        for line in _LINE_ENDS.split(self.log):
            words = line.lstrip()
            name = re.match(r"::([^ :]*)", words)
            if "##[" in line or (name is not None and name[1] not in _OURS):
                found.append(line)
            if name is not None and name[1] == "add-mask" and words != f"::add-mask::{TOKEN}":
                found.append(line)
        return found


def read_as_runner(text: str) -> dict[str, str]:
    """Read outputs as the runner does: whichever of `=` and `<<` comes first, and a heredoc to its exact line."""
    found: dict[str, str] = {}
    lines = iter(_LINE_ENDS.split(text))
    for line in lines:
        equals, heredoc = line.find("="), line.find("<<")
        if not line:
            continue
        if heredoc < 0 or 0 <= equals < heredoc:
            name, _, found[name] = line.partition("=")
            continue
        name, _, end = line.partition("<<")
        inner = []
        for row in lines:
            if row == end:
                break
            inner.append(row)
        else:
            raise AssertionError(f"the runner finds no end of {name!r}")
        found[name] = "\n".join(inner)
    return found


@dataclass
class Ground:
    """An open repository, and a job to run in it."""

    forge: Forge
    endpoint: Endpoint
    folder: Path
    count: int = 0

    @property
    def marker(self) -> Path:
        """Where a stranger's code would leave its trace."""
        return self.folder / "ran"

    @property
    def comments(self) -> list[str]:
        return [comment.body for comment in self.forge.realm.state.comments]

    @property
    def open_pulls(self) -> dict[str, str]:
        return {pull.head: pull.title for pull in self.forge.realm.state.pulls if pull.is_open}

    def check_out(self, ref: str = "refs/heads/main") -> Path:
        """Check a ref out as actions/checkout does."""
        self.count += 1
        into = self.folder / f"checkout-{self.count}"
        environment = job_environment(os.environ, home=self.home)
        runner = JobRunner(
            self.endpoint, "acme/demo", environment=environment, config_path="pyproject.toml", work=self.folder
        )
        runner.check_out(ref, into)
        return into

    @property
    def home(self) -> Path:
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return home

    def environment(self, event: str, *, ref: str, workspace: Path) -> dict[str, str]:
        """Give the variables of a job, as the runner gives them."""
        sha = self.forge.realm.git.branch("main") or ""
        variables = {
            "ACTIONS": "true",
            "ACTOR": "mallory",
            "API_URL": self.endpoint.api_url,
            "EVENT_NAME": event,
            "EVENT_PATH": str(self.folder / "event.json"),
            "GRAPHQL_URL": self.endpoint.graphql_url,
            "OUTPUT": str(self.folder / "outputs.txt"),
            "REF": ref,
            "REF_NAME": ref.split("/", 2)[-1],
            "REPOSITORY": "acme/demo",
            "REPOSITORY_OWNER": "acme",
            "SERVER_URL": self.endpoint.server_url,
            "SHA": sha,
            "STEP_SUMMARY": str(self.folder / "summary.md"),
            "WORKFLOW": "release",
            "WORKSPACE": str(workspace),
        }
        job = {f"GITHUB_{name}": value for name, value in variables.items()}
        runner = {"INPUT_TOKEN": TOKEN, "RUNNER_TEMP": str(self.folder)}
        return job_environment(os.environ, home=self.home) | job | runner

    def run(
        self,
        event: str,
        payload: object,
        *,
        ref: str = "refs/heads/main",
        workspace: Path | None = None,
        command: tuple[str, ...] = ("run",),
        variables: Mapping[str, str | None] | None = None,
    ) -> Ended:
        """Run the program in a checkout of the ref; bytes as the payload are written as they are."""
        there = workspace or self.check_out(ref)
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        (self.folder / "event.json").write_bytes(data)
        outputs, summary = self.folder / "outputs.txt", self.folder / "summary.md"
        outputs.write_text("")
        summary.write_text("")
        merged: dict[str, str | None] = {**self.environment(event, ref=ref, workspace=there), **(variables or {})}
        done = subprocess.run(
            [sys.executable, "-P", "-m", "pilotage", *command],
            cwd=there,
            env={name: value for name, value in merged.items() if value is not None},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
        if workspace is None:
            shutil.rmtree(there)
        out, err = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
        return Ended(done.returncode, out, err, outputs.read_bytes().decode(), summary.read_bytes().decode())

    def push_event(self, branch: str = "main") -> object:
        head = self.forge.realm.git.branch(branch) or ""
        return self.forge.event_push(head, head, branch)

    def pushed(self, **variables: str) -> Ended:
        """Run the event of the last push to main."""
        return self.run("push", self.push_event(), variables=variables)

    def checked(self, number: int, *, event: str = "pull_request", workspace: Path | None = None) -> Ended:
        """Run the check of a pull request in a checkout of main."""
        return self.run(event, self.forge.event_pull_request(number, "opened"), workspace=workspace)

    def file(self, path: str, branch: str = BRANCH) -> str:
        """Read a file of a branch; empty when it is not there."""
        git = self.forge.realm.git
        head = git.branch(branch)
        entry = git.entry(git.need_commit(head).tree, path) if head else None
        return (git.read_blob(entry.oid) or b"").decode() if entry else ""


@contextlib.contextmanager
def open_ground(folder: Path, *, pyproject: str = PYPROJECT) -> Iterator[Ground]:
    """Open a repository that was released once, as v0.1.0."""
    forge = Forge(folder / "forge")
    forge.tokens[TOKEN] = Permission.WRITE
    forge.push("main", {"pyproject.toml": pyproject, "README.md": "# Demo\n"}, "chore: start")
    forge.create_tag("v0.1.0", "main")
    with forge.serve() as endpoint:
        yield Ground(forge, endpoint, folder)


def links_into(ground: Ground, links: dict[str, str]) -> None:
    """Commit symbolic links to main, with git itself: path to target."""
    clone = ground.check_out()
    for path, target in links.items():
        place = clone / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(target)
    git = ["git", "-c", "user.name=m", "-c", "user.email=m@m", "-c", "core.hooksPath=/dev/null"]
    address = ground.endpoint.clone_url.replace("://", f"://x-access-token:{TOKEN}@")
    for words in (["add", "-A"], ["commit", "-qm", "chore: links"], ["push", "-q", address, "HEAD:main"]):
        subprocess.run([*git, *words], cwd=clone, check=True, capture_output=True)
    shutil.rmtree(clone)
