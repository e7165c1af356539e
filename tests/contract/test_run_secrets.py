"""`pilotage run` on a published release, with secrets of every kind in its environment: none is in what it writes."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from commands.cliruns import Run, spawn
from contract.faultproxy import Death, FaultProxy, serve_proxy
from contract.publishes import digests
from contract.secretworld import Leaks, in_files, lines_of, open_trusted, repeat_everything
from pilotage.sandbox.standin import build_standin
from train.harness import PYPROJECT, STAGES, TOKEN, Bench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contract.secretworld import TrustedWorld

ANNOUNCE = '\n[tool.pilotage.announce]\nslack-channel = "#releases"\n'


@dataclass(frozen=True)
class Job:
    """A publish job that a release has started."""

    world: TrustedWorld
    messenger: FaultProxy
    environment: dict[str, str]
    event: Path
    clone: Path
    folder: Path

    def run(self) -> Run:
        """Run as the job's step does."""
        event = ["--event", "release", "--event-path", str(self.event)]
        return spawn("run", "-v", *event, "--repo", self.clone, env=self.environment)

    def leaks(self) -> Leaks:
        """Know every secret so far."""
        leaks = self.world.leaks()
        leaks.secrets |= {"forge token": TOKEN, "webhook": self.environment["PILOTAGE_SLACK_WEBHOOK"]}
        return leaks


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    with contextlib.ExitStack() as stack:
        bench = Bench(tmp_path / "bench")
        forge, endpoint = stack.enter_context(bench.world(bench.start(pyproject=PYPROJECT + ANNOUNCE)))
        for stage in STAGES[:3]:
            stage.act(forge)
            bench.run(endpoint)
        release = forge.realm.state.releases[0]
        forge.publish_release(release.id)
        source = tmp_path / "source"
        source.mkdir()
        (source / "demo.py").write_text("print('hi')\n")
        build_standin(source, tmp_path / "dist", name="demo", version="0.2.0", epoch=1_700_000_000)
        world = stack.enter_context(open_trusted(tmp_path / "world", repository="acme/demo"))
        messenger = stack.enter_context(serve_proxy("http://127.0.0.1:9"))
        messenger.answer = repeat_everything(403, "header")
        event = tmp_path / "event.json"
        event.write_text(json.dumps(forge.event_release(release.id, "published")))
        environment = {
            **bench.surroundings(endpoint).environment,
            **world.environment,
            "GITHUB_TOKEN": TOKEN,
            "INPUT_INDEX": world.seen.index,
            "INPUT_DIST": str(tmp_path / "dist"),
            "PILOTAGE_SLACK_API_URL": f"{messenger.url}/api/",
            "PILOTAGE_SLACK_WEBHOOK": f"{messenger.url}/services/T000/B000/slack0webhook0secret",
            "PILOTAGE_ANNOUNCE_URLS": messenger.url.replace("http://", "json://user:announce0password0here@"),
        }
        yield Job(world, messenger, environment, event, bench._clone, tmp_path)


def written(job: Job, run: Run) -> list[str]:
    """List what a run wrote: its log, and the runner's files."""
    return [*lines_of(run), *in_files(job.world.folder)]


def test_a_publish_that_goes_well_shows_only_masks(job: Job) -> None:
    run = job.run()
    assert run.code == 0, run.err + run.out
    names = {str(row["name"]): row["sha256"] for row in job.world.index.world()["demo"]}
    assert names == digests(job.folder / "dist")
    assert job.leaks().find(written(job, run)) == []
    masked = {line.removeprefix("::add-mask::") for line in lines_of(run) if line.startswith("::add-mask::")}
    assert {call.method for call in job.messenger.log} == {"POST"}, (
        "people are told, and a messenger that refuses is heard"
    )
    assert {TOKEN} | {secret for name, secret in job.leaks().secrets.items() if "at request" in name} <= masked


@pytest.mark.parametrize(
    "path",
    [
        "/_/oidc/audience",
        "/oidc/token",
        "/legacy/",
    ],
)
def test_a_publish_that_fails_shows_only_masks(job: Job, path: str) -> None:
    refuse = repeat_everything(401, "header")
    job.world.proxy.answer = lambda call: refuse(call) if call.path.startswith(path) else None
    run = job.run()
    assert run.code in {2, 5}, run.err + run.out
    assert job.leaks().find(written(job, run)) == []


def test_a_publish_that_dies_shows_only_masks(job: Job) -> None:
    job.world.proxy.die(3, Death.ANSWER, stays=False)
    run = job.run()
    assert job.leaks().find(written(job, run)) == []
