"""The publish stage: a published release's files reach the index once, whatever dies, and a run again completes it."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import PilotageError
from pilotage.model.step import Step, UploadFile
from pilotage.reconcile.applyplan import apply_reviewed
from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.publishrun import read_options
from pilotage.reconcile.releasing import plan_folder
from pilotage.reconcile.runevent import run_event
from pilotage.sandbox.index import Fault, FaultKind, Index, TokenScope
from pilotage.sandbox.standin import build_standin
from train.harness import HASTY, PYPROJECT, STAGES, WEB, Bench

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.sandbox.forge.forge import Endpoint, Forge
    from pilotage.sandbox.index import IndexEndpoint

DEATHS = (FaultKind.DEAD_BEFORE, FaultKind.DEAD_AFTER)
TROUBLES = (
    FaultKind.LOST_BEFORE,
    FaultKind.LOST_AFTER,
    FaultKind.SERVER_ERROR,
    FaultKind.SERVER_ERROR_AFTER,
    FaultKind.CUT_BODY,
    FaultKind.RATE_LIMIT,
    FaultKind.NOT_JSON,
)
VERSION = "0.2.0"


@dataclass(frozen=True)
class Published:
    """A train that has come as far as a published release, and the built files of it."""

    bench: Bench
    saved: Path
    checkout: Path
    tag: str
    dist: Path
    folder: Path


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    folder = tmp_path_factory.mktemp("publish")
    bench = Bench(folder)
    with bench.world(bench.start()) as (forge, endpoint):
        for stage in STAGES[:3]:
            stage.act(forge)
            bench.run(endpoint)
        release = forge.realm.state.releases[0]
        forge.publish_release(release.id)
        saved = bench.save(forge, "published")
    source = folder / "source"
    source.mkdir()
    (source / "demo.py").write_text("print('hi')\n")
    (source / "pyproject.toml").write_text(PYPROJECT)
    build_standin(source, folder / "dist", name="demo", version=VERSION, epoch=1_700_000_000)
    return Published(bench, saved, bench.checkout(saved), release.tag_name, folder / "dist", folder)


class Publishing:
    """One world with its forge and index open, and the runner's environment for a trusted publisher."""

    def __init__(self, published: Published, forge: Forge, endpoint: Endpoint, index: Index, at: IndexEndpoint) -> None:
        self.forge = forge
        self.index = index
        self.tells: list[str] = []
        self.published = published
        self.environment = {
            **published.bench.surroundings(endpoint).environment,
            "INPUT_INDEX": at.upload_url,
            "INPUT_DIST": str(published.dist),
            "ACTIONS_ID_TOKEN_REQUEST_URL": at.identity_url,
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": index.request_token,
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(published.folder / "outputs"),
        }

    def run(self) -> int:
        """Run the event of the published release."""
        payload = self.forge.event_release(self.forge.realm.state.releases[0].id, "published")
        here = Surroundings(self.published.bench._clone, self.environment, patience=HASTY, verify_patience=HASTY)
        return run_event(here, name="release", text=json.dumps(payload), place="event.json", tell=self.tells.append)

    def try_run(self) -> PilotageError | None:
        try:
            self.run()
        except PilotageError as error:
            return error
        return None


@pytest.fixture
def open_world(published: Published, tmp_path: Path) -> Opener:
    return Opener(published, tmp_path)


class Opener:
    """Opens fresh copies of the world, one after the other."""

    def __init__(self, published: Published, folder: Path) -> None:
        self.published = published
        self.folder = folder
        self.count = 0

    def __enter__(self) -> Publishing:
        self.count += 1
        self.bench_world = self.published.bench.world(self.published.saved, checkout=self.published.checkout)
        forge, endpoint = self.bench_world.__enter__()
        index = Index(self.folder / f"index-{self.count}")
        workflow = "acme/demo/.github/workflows/release.yml@refs/heads/main"
        index.claims |= {"repository": "acme/demo", "repository_owner": "acme", "workflow_ref": workflow}
        index.claims |= {"job_workflow_ref": workflow, "sub": "repo:acme/demo:environment:pypi"}
        index.add_pending_publisher("demo", "acme/demo", workflow="release.yml", environment="pypi")
        self.index_world = index.serve()
        return Publishing(self.published, forge, endpoint, index, self.index_world.__enter__())

    def __exit__(self, *details: object) -> None:
        self.index_world.__exit__(None, None, None)
        self.bench_world.__exit__(None, None, None)
        shutil.rmtree(self.folder / f"index-{self.count}", ignore_errors=True)


def wanted(published: Published) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in published.dist.iterdir()
        if path.suffix in (".gz", ".whl")
    }


def on_index(world: Publishing) -> dict[str, str]:
    return {str(row["name"]): str(row["sha256"]) for row in world.index.world().get("demo", [])}


def uploads(world: Publishing) -> int:
    return sum(1 for call in world.index.log if call.path == "/legacy/" and call.status == 200)


@pytest.fixture(scope="module")
def clean_requests(published: Published, tmp_path_factory: pytest.TempPathFactory) -> int:
    """Count the requests that a clean run sends to the index."""
    with Opener(published, tmp_path_factory.mktemp("clean")) as world:
        world.index.mark()
        assert world.run() == 0
        assert on_index(world) == wanted(world.published)
        return len(world.index.log)


def test_a_published_release_reaches_the_index_and_a_second_run_sends_nothing(open_world: Opener) -> None:
    with open_world as world:
        assert world.run() == 0
        assert on_index(world) == wanted(world.published)
        sent = uploads(world)
        assert world.run() == 0
        assert uploads(world) == sent
        assert any("was there already" in line for line in world.tells)


@pytest.mark.parametrize("kind", DEATHS, ids=lambda kind: kind.value)
def test_a_publish_that_dies_at_any_request_is_completed_by_the_next(
    open_world: Opener, clean_requests: int, kind: FaultKind
) -> None:
    for at in range(1, clean_requests + 1):
        with open_world as world:
            world.index.mark()
            world.index.faults.append(Fault(kind, at=at))
            world.try_run()
            world.index.revive()
            world.index.faults.clear()
            assert world.run() == 0, f"{kind.value} at request {at}"
            assert on_index(world) == wanted(world.published), f"{kind.value} at request {at}"


@pytest.mark.parametrize("kind", TROUBLES, ids=lambda kind: kind.value)
def test_a_publish_in_trouble_at_any_request_comes_to_the_same_end(
    open_world: Opener, clean_requests: int, kind: FaultKind
) -> None:
    for at in range(1, clean_requests + 1):
        with open_world as world:
            world.index.mark()
            world.index.faults.append(Fault(kind, at=at, seconds=0))
            error = world.try_run()
            assert error is None, f"{kind.value} at request {at}: {error}"
            assert on_index(world) == wanted(world.published), f"{kind.value} at request {at}"


class SecondPublish:
    """A second client, that runs from start to end just before the first one's request of a number."""

    def __init__(self, world: Publishing, at: int) -> None:
        self.world = world
        self.at = at
        self.count = 0
        self.ended: list[PilotageError | None] = []

    def at_request(self, _: object) -> None:
        self.count += 1
        if self.count == self.at:
            self.ended.append(self.world.try_run())


def test_two_publishes_at_once_come_to_the_end_of_one(open_world: Opener, clean_requests: int) -> None:
    for at in range(1, clean_requests + 1):
        with open_world as world:
            second = SecondPublish(world, at)
            world.index.before_request = second.at_request
            first = world.try_run()
            world.index.before_request = None
            assert (first, second.ended) == (None, [None]), f"a second publish at request {at}"
            assert on_index(world) == wanted(world.published), f"a second publish at request {at}"


def test_other_bytes_under_the_same_name_are_a_conflict_and_nothing_is_sent(open_world: Opener, tmp_path: Path) -> None:
    with open_world as world:
        assert world.run() == 0
        before = on_index(world)
        source = tmp_path / "other"
        source.mkdir()
        (source / "demo.py").write_text("print('other')\n")
        (source / "pyproject.toml").write_text(PYPROJECT)
        build_standin(source, tmp_path / "otherdist", name="demo", version=VERSION, epoch=1_700_000_000)
        world.environment["INPUT_DIST"] = str(tmp_path / "otherdist")
        error = world.try_run()
        assert error is not None
        assert error.exit_code == 3
        assert on_index(world) == before


def test_the_wrong_publisher_is_explained_before_anything_is_sent(open_world: Opener) -> None:
    with open_world as world:
        world.index.claims |= {"job_workflow_ref": "other/flows/.github/workflows/publish.yml@refs/heads/main"}
        error = world.try_run()
        assert error is not None
        assert "reusable workflow" in error.message
        assert on_index(world) == {}


def test_no_secret_is_in_the_log(open_world: Opener) -> None:
    with open_world as world:
        world.run()
        shown = [line for line in world.tells if not line.startswith("::add-mask::")]
        secrets = [*world.index.tokens, world.environment["GITHUB_TOKEN"]]
        assert not [line for line in shown for secret in secrets if secret in line]


def test_the_outputs_of_a_publish_tell_what_is_on_the_index(open_world: Opener) -> None:
    with open_world as world:
        path = world.published.folder / "outputs"
        path.unlink(missing_ok=True)
        world.run()
        text = path.read_text()
        assert f"\n{world.published.tag}\n" in text
        assert "published<<" in text
        assert WEB in world.environment["GITHUB_SERVER_URL"]


def test_a_publish_can_be_planned_reviewed_and_applied_elsewhere(open_world: Opener) -> None:
    with open_world as world:
        here = Surroundings(world.published.folder, {**world.environment, "PILOTAGE_INDEX_TOKEN": "pypi-known"})
        world.index.tokens["pypi-known"] = TokenScope()
        plan = plan_folder(here, read_options(here.environment, dist=world.published.dist))
        assert [step.name for step in plan.steps if isinstance(step, UploadFile)] == [
            "demo-0.2.0-py3-none-any.whl",
            "demo-0.2.0.tar.gz",
        ]
        assert on_index(world) == {}
        told: list[Step] = []
        apply_reviewed(
            here, plan, digest=plan.digest, tell=lambda step, _: told.append(step), dist=world.published.dist
        )
        assert told == list(plan.steps)
        assert on_index(world) == wanted(world.published)
        assert plan_folder(here, read_options(here.environment, dist=world.published.dist)).steps == ()


def test_each_request_is_told_to_who_asks_and_no_secret_with_it(open_world: Opener) -> None:
    with open_world as world:
        lines: list[str] = []
        here = Surroundings(
            world.published.bench._clone, world.environment, patience=HASTY, verify_patience=HASTY, trace=lines.append
        )
        payload = world.forge.event_release(world.forge.realm.state.releases[0].id, "published")
        run_event(here, name="release", text=json.dumps(payload), place="event.json", tell=world.tells.append)
        assert any(line.startswith("GET ") and "/git/ref/tags/" in line for line in lines)
        assert sum("/legacy/: HTTP 200" in line for line in lines) == 2
        secrets = [*world.index.tokens, world.environment["GITHUB_TOKEN"], world.index.request_token]
        assert not [line for line in lines for secret in secrets if secret in line]


@pytest.mark.parametrize("event", ["workflow_dispatch", "schedule"])
def test_a_publish_that_was_missed_is_made_up_for_when_everything_is_reconciled(open_world: Opener, event: str) -> None:
    with open_world as world:
        payload = world.forge.event_workflow_dispatch() if event == "workflow_dispatch" else {"schedule": "0 5 * * *"}
        environment = {**world.environment, "GITHUB_REF_NAME": "main"}
        here = Surroundings(world.published.bench._clone, environment, patience=HASTY, verify_patience=HASTY)
        for _ in range(2):
            code = run_event(here, name=event, text=json.dumps(payload), place="e.json", tell=world.tells.append)
            assert code == 0
            assert on_index(world) == wanted(world.published)
        assert uploads(world) == 2


def test_everything_is_reconciled_without_credentials_for_an_index_as_far_as_it_goes(open_world: Opener) -> None:
    with open_world as world:
        payload = json.dumps(world.forge.event_workflow_dispatch())
        environment = {k: v for k, v in world.environment.items() if not k.startswith("ACTIONS_ID_TOKEN")}
        here = Surroundings(world.published.bench._clone, environment, patience=HASTY)
        assert run_event(here, name="workflow_dispatch", text=payload, place="e.json", tell=world.tells.append) == 0
        assert any("no credentials for an index" in line for line in world.tells)
        assert on_index(world) == {}
