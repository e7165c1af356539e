"""A release that waits for its files, on the embedded forge, with indexes and people who listen beside it."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pilotage.errors import PilotageError
from pilotage.model.patience import Patience
from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.runevent import run_event
from pilotage.sandbox.index import Index, TokenScope
from pilotage.sandbox.standin import build_standin
from train.harness import HASTY, PYPROJECT, Bench, merge_feature, merge_release

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pytest

    from pilotage.sandbox.forge.forge import Endpoint, Forge
    from pilotage.sandbox.forge.log import Request
    from pilotage.sandbox.forge.state import Release
    from pilotage.sandbox.index import IndexEndpoint

TAG, VERSION = "v0.2.0", "0.2.0"
TOKEN = "pypi-known"  # noqa: S105 - the embedded index alone knows it
DISTS = ("demo-0.2.0-py3-none-any.whl", "demo-0.2.0.tar.gz")
ASSETS = (*DISTS, "SHA256SUMS", "pilotage-dist.json")
PUBLISHED = '[tool.pilotage]\nrelease = "published"\n'
FLOW = "on:\n  workflow_dispatch:\n    inputs:\n      version: {}\n      tag: {}\n"
AT_ONCE = Patience(first_wait=0.0, longest_wait=0.0)


@dataclass(frozen=True)
class Drafted:
    """A saved world whose release is tagged and has its draft, and the folder of its bench."""

    bench: Bench
    saved: Path


def make_drafted(factory: pytest.TempPathFactory) -> Drafted:
    """Let the train come as far as a draft, once for all tests of a process."""
    return _make_drafted(factory.getbasetemp() / "publishyard")


@functools.cache
def _make_drafted(folder: Path) -> Drafted:
    folder.mkdir()
    bench = Bench(folder)
    with bench.world(bench.start()) as (forge, endpoint):
        for act in (merge_feature, merge_release):
            act(forge)
            bench.run(endpoint)
        (release,) = forge.realm.state.releases
        assert (release.tag_name, release.draft) == (TAG, True)
        saved = bench.save(forge, "drafted")
    return Drafted(bench, saved)


def build_files(folder: Path, *, name: str = "demo", version: str = VERSION, text: str = "print('hi')\n") -> Path:
    """Build stand-ins into `folder/dist`, as an earlier job would."""
    source = folder / "source"
    shutil.rmtree(source, ignore_errors=True)
    shutil.rmtree(folder / "dist", ignore_errors=True)
    source.mkdir(parents=True)
    (source / "code.py").write_text(text)
    build_standin(source, folder / "dist", name=name, version=version, epoch=1_700_000_000)
    return folder / "dist"


@dataclass
class Site:
    """One open world: the forge, an index, the folder of an earlier job, and what a run says."""

    bench: Bench
    forge: Forge
    endpoint: Endpoint
    index: Index
    at: IndexEndpoint
    folder: Path
    tells: list[str] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    def configure(self, table: str, files: dict[str, str] | None = None) -> None:
        """Write the release's commit anew, with more in its pyproject.toml and more files."""
        realm, old = self.forge.realm, self.head
        commit = realm.git.need_commit(old)
        pyproject = PYPROJECT.replace("0.1.0", VERSION) + table
        flows = {f".github/workflows/{name}": FLOW for name in ("ci.yml", "lint.yml", "docs.yml", "images.yml")}
        changed: dict[str, str | bytes | None] = {"pyproject.toml": pyproject, **flows, **(files or {})}
        new = self.forge.push("main", changed, commit.message, parents=commit.parents, author="octocat")
        for pull in realm.state.pulls:
            if pull.merge_commit_sha == old:
                pull.merge_commit_sha = new
        realm.git.refs.write(f"refs/tags/{TAG}", new)
        self.draft.target_commitish = new

    def release_by_hand(self, version: str) -> int:
        """Let a person tag and publish another version, and give the release's number."""
        pyproject = self.file("pyproject.toml").replace(f'version = "{VERSION}"', f'version = "{version}"')
        self.forge.push("main", {"pyproject.toml": pyproject}, f"chore: {version}")
        self.forge.create_tag(f"v{version}", "main")
        release = self.draft.copy(draft=True)
        release.id, release.tag_name, release.target_commitish = 70_000, f"v{version}", "main"
        release.assets = []
        self.forge.realm.state.releases.append(release)
        self.forge.publish_release(release.id)
        return release.id

    def file(self, path: str) -> str:
        """Read a file of the release branch."""
        git = self.forge.realm.git
        entry = git.entry(git.need_commit(self.head).tree, path)
        return (git.read_blob(entry.oid) or b"").decode() if entry else ""

    @property
    def head(self) -> str:
        return self.forge.realm.git.branch("main") or ""

    @property
    def draft(self) -> Release:
        (found,) = [one for one in self.forge.realm.state.releases if one.tag_name == TAG]
        return found

    @property
    def dist(self) -> Path:
        return self.folder / "dist"

    @property
    def outputs_path(self) -> Path:
        return self.folder / "outputs"

    @property
    def with_dist(self) -> dict[str, str]:
        return {"INPUT_DIST": str(self.dist)}

    @property
    def with_token(self) -> dict[str, str]:
        return {"PILOTAGE_INDEX_TOKEN": TOKEN}

    @property
    def with_identity(self) -> dict[str, str]:
        """Give what the runner gives a job with `id-token: write`."""
        return {
            "ACTIONS_ID_TOKEN_REQUEST_URL": self.at.identity_url,
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": self.index.request_token,
        }

    def surroundings(self, extra: Mapping[str, str] | None = None, *, repo: Path | None = None) -> Surroundings:
        """Give the surroundings of a job on a runner."""
        environment = {
            **self.bench.surroundings(self.endpoint).environment,
            "INPUT_INDEX": self.at.upload_url,
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(self.outputs_path),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            **self.variables,
            **(extra or {}),
        }
        return Surroundings(repo or self.bench._clone, environment, patience=HASTY, verify_patience=HASTY, poll=AT_ONCE)

    def run(self, name: str, payload: object, **extra: str) -> int:
        """Run an event."""
        self.outputs_path.unlink(missing_ok=True)
        here = self.surroundings(extra)
        return run_event(here, name=name, text=json.dumps(payload), place="event.json", tell=self.tells.append)

    def push(self, **extra: str) -> int:
        """Run the event of the push that the release's commit came with."""
        before = self.forge.realm.git.need_commit(self.head).parents[0]
        return self.run("push", self.forge.event_push(before, self.head, "main"), **extra)

    def released(self, **extra: str) -> int:
        """Run the event of the release's publication."""
        return self.run("release", self.forge.event_release(self.draft.id, "published"), **extra)

    def dispatched(self, **extra: str) -> int:
        """Run the event of somebody's dispatch."""
        return self.run("workflow_dispatch", self.forge.event_workflow_dispatch(), **extra)

    def try_push(self, **extra: str) -> PilotageError | None:
        try:
            self.push(**extra)
        except PilotageError as error:
            return error
        return None

    def try_released(self, **extra: str) -> PilotageError | None:
        try:
            self.released(**extra)
        except PilotageError as error:
            return error
        return None

    @property
    def outputs(self) -> dict[str, str]:
        """Read the outputs of the last run."""
        found: dict[str, str] = {}
        lines = iter(self.outputs_path.read_text().splitlines())
        for line in lines:
            name, _, end = line.partition("<<")
            rows = []
            while (row := next(lines)) != end:
                rows.append(row)
            found[name] = "\n".join(rows)
        return found

    @property
    def assets(self) -> dict[str, str]:
        """Give the digest of each whole file of the release."""
        return {asset.name: asset.sha256 for asset in self.draft.assets if asset.state == "uploaded"}

    @property
    def on_index(self) -> dict[str, str]:
        return listed(self.index)

    @property
    def built(self) -> dict[str, str]:
        """Give the digests of what the earlier job built."""
        return {name: hashlib.sha256((self.dist / name).read_bytes()).hexdigest() for name in DISTS}

    @property
    def dispatches(self) -> list[tuple[str, str, object]]:
        return [(row.name, row.ref, row.payload) for row in self.forge.realm.state.dispatches]

    def watch(self) -> None:
        """Keep one trail of what reaches the forge and the index, from now on."""
        self.trail.clear()
        self.forge.before_request = lambda request: self.trail.append(line_of(request))
        self.index.before_request = lambda call: self.trail.append(f"index {call.method} {call.path}")
        self.forge.mark()
        self.index.mark()

    @property
    def writes(self) -> list[str]:
        """Give the requests of the trail that ask for a change."""
        return [line for line in self.trail if not line.startswith(READS)]

    def said(self, words: str) -> bool:
        return any(words in line for line in self.tells)


READS = ("GET ", "HEAD ", "POST /api/graphql", "index GET ", "index HEAD ")


def line_of(request: Request) -> str:
    return f"{request.method} {request.path}"


def listed(index: Index) -> dict[str, str]:
    """Give the digests of what an index has of the package."""
    return {str(row["name"]): str(row["sha256"]) for row in index.world().get("demo", [])}


def trust(index: Index) -> None:
    """Let an index trust the release's workflow, and the runner tell of it."""
    workflow = "acme/demo/.github/workflows/release.yml@refs/heads/main"
    index.claims |= {"repository": "acme/demo", "repository_owner": "acme", "workflow_ref": workflow}
    index.claims |= {"job_workflow_ref": workflow, "sub": "repo:acme/demo:environment:pypi"}
    index.add_pending_publisher("demo", "acme/demo", workflow="release.yml", environment="pypi")


@contextlib.contextmanager
def open_site(drafted: Drafted, folder: Path, table: str = "") -> Iterator[Site]:
    """Open a copy of the world with a draft, whose commit has this table in its configuration."""
    folder.mkdir(exist_ok=True)
    with drafted.bench.world(drafted.saved) as (forge, endpoint):
        index = Index(folder / "index")
        index.tokens[TOKEN] = TokenScope()
        trust(index)
        with index.serve() as at:
            site = Site(drafted.bench, forge, endpoint, index, at, folder)
            build_files(folder)
            site.configure(table)
            yield site


def check_out(site: Site, folder: Path) -> Path:
    """Check the tag out into a folder, as a job does."""
    git_dir = str(site.forge.realm.git.git_dir)
    subprocess.run(["git", "clone", "-q", "--branch", TAG, git_dir, str(folder)], check=True, capture_output=True)
    return folder
