"""Publishing as users do it: by the command line, or by what the command line calls where waits must be short."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import requests

from commands.cliruns import Json, Run, run, spawn
from contract.indexservers import START
from pilotage.errors import PilotageError
from pilotage.model.indexaddress import IndexAddress
from pilotage.model.patience import Patience
from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.publishing import Publisher
from pilotage.reconcile.publishreport import PublishReport
from pilotage.sandbox.standin import build_standin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from contract.indexservers import Server
    from pilotage.reconcile.publishreport import PublishReport

HASTY = Patience(attempts=4, first_wait=0.0, longest_wait=5.0)
EPOCH = 1_700_000_000


@dataclass(frozen=True)
class Attempt:
    """What came of one publish; one of report and error is None."""

    report: PublishReport | None
    error: PilotageError | None
    told: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """The outcome, or the exit code of the error."""
        if self.report is not None:
            return self.report.outcome
        return f"exit {self.error.exit_code}" if self.error else ""

    @property
    def message(self) -> str:
        """The error's text with its hint; empty without an error."""
        return f"{self.error.message}\n{self.error.hint}" if self.error else ""


def publish(
    server: Server, dist: Path, *, patience: Patience = HASTY, environment: Mapping[str, str] | None = None
) -> Attempt:
    """Publish a folder with short waits, as `pilotage publish --dist … --index …` does. A bug is not caught."""
    told: list[str] = []
    here = Surroundings(
        dist.parent,
        {**server.environment, **(environment or {})},
        patience=patience,
        verify_patience=patience,
        trace=told.append,
    )
    try:
        return Attempt(Publisher(here, index=server.index, tell=told.append).publish(dist), None, told)
    except PilotageError as error:
        return Attempt(None, error, told)


def run_publish(server: Server, dist: Path, *more: str, env: Mapping[str, str] | None = None) -> Run:
    """Run the command line in this process, which saves the start of one."""
    arguments: list[str | Path] = ["--repo", dist.parent, "--dist", dist, "--index", server.index, *more]
    return run("publish", *arguments, env={**server.environment, **(env or {})})


def spawn_publish(server: Server, dist: Path, *more: str, env: Mapping[str, str] | None = None) -> Run:
    """Run the command line in a process of its own."""
    arguments: list[str | Path] = ["--repo", dist.parent, "--dist", dist, "--index", server.index, *more]
    return spawn("publish", *arguments, env={**server.environment, **(env or {})})


def read_report(done: Run) -> dict[str, Json]:
    """Read the machine format of a run."""
    assert isinstance(done.json, dict), done.err
    return done.json


def states(done: Run) -> list[tuple[Json, Json]]:
    """List the files of a run's report with their state."""
    files = read_report(done)["files"]
    assert isinstance(files, list)
    return [(file["name"], file["state"]) for file in files if isinstance(file, dict)]


def make_dist(folder: Path, name: str, version: str = "1.0", *, text: str = "") -> Path:
    """Build a small real release that can be installed and imported; the same arguments give the same bytes."""
    source = folder / "source"
    module = source / name.lower().replace(".", "_").replace("-", "_")
    module.mkdir(parents=True)
    (module / "__init__.py").write_text(f'__version__ = "{version}"\n{text}')
    build_standin(source, folder / "dist", name=name, version=version, epoch=EPOCH)
    return folder / "dist"


def digests(dist: Path) -> dict[str, str]:
    """Hash the built files of a folder."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(dist.iterdir())
        if path.suffix in {".whl", ".gz"}
    }


def put(server: Server, dist: Path, name: str, *, project: str, version: str = "1.0") -> None:
    """Put a file on an index with the plainest form, and nothing of Pilotage's."""
    content = (dist / name).read_bytes()
    is_wheel = name.endswith(".whl")
    answer = requests.post(
        IndexAddress.parse(server.index).upload_url,
        data={
            ":action": "file_upload",
            "protocol_version": "1",
            "metadata_version": "2.1",
            "name": project,
            "version": version,
            "filetype": "bdist_wheel" if is_wheel else "sdist",
            "pyversion": "py3" if is_wheel else "source",
            "sha256_digest": hashlib.sha256(content).hexdigest(),
        },
        files={"content": (name, content, "application/octet-stream")},
        auth=(server.user, server.token),
        timeout=START,
    )
    assert answer.status_code == 200, answer.text
