"""The train's stages on the embedded forge, saved so that each law starts from the same world."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pilotage.errors import PilotageError
from pilotage.model.patience import Patience
from pilotage.providers.github import GitHub
from pilotage.providers.githubcall import GitHubCall
from pilotage.reconcile.bootstrap import Connection, Surroundings
from pilotage.reconcile.planning import FLOWS_BY_NAME
from pilotage.reconcile.train import Report, run_flows
from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.forge import Endpoint, Forge
from pilotage.sandbox.forge.statejson import state_to_json

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "ghs_writes"  # noqa: S105 - the embedded forge alone knows it
WEB = "https://forge.example"
HASTY = Patience(attempts=4, first_wait=0.0, longest_wait=5.0)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
OID = re.compile(r"\b[0-9a-f]{40}\b")
EVERY_BRANCH = "+refs/heads/*:refs/remotes/origin/*"
PYPROJECT = '[project]\nname = "demo"\nversion = "0.1.0"\n\n[build-system]\nrequires = []\nbuild-backend = "backend"\n'

Act = Callable[[Forge], object]
Sleep = Callable[[float], None]


@dataclass(frozen=True)
class Stage:
    """One run of the train, and what people did before it."""

    name: str
    act: Act


def merge_feature(forge: Forge) -> None:
    number = forge.open_pull_request("greet", "feat: greet people", body="Hello.", files={"demo.py": "print('hi')\n"})
    forge.merge_pull_request(number)


def merge_fix(forge: Forge) -> None:
    number = forge.open_pull_request("again", "fix: greet nobody twice", files={"twice.py": "once = True\n"})
    forge.merge_pull_request(number)


def merge_release(forge: Forge) -> None:
    forge.merge_pull_request(release_pull_request(forge))


def revert_everything(forge: Forge) -> None:
    """Revert both merged pull requests, as GitHub's button does."""
    for pull in [p for p in forge.realm.state.pulls if p.head in ("greet", "again")]:
        title, gone = f'Revert "{pull.title} (#{pull.number})"', {"greet": "demo.py", "again": "twice.py"}[pull.head]
        body = f"This reverts commit {pull.merge_commit_sha}."
        forge.merge_pull_request(forge.open_pull_request(f"undo-{pull.head}", title, body=body, files={gone: None}))


STAGES = (
    Stage("open", merge_feature),
    Stage("update", merge_fix),
    Stage("release", merge_release),
    Stage("idle", lambda _: None),
)
WITHDRAWN = (Stage("open", merge_feature), Stage("update", merge_fix), Stage("withdraw", revert_everything))


def release_pull_request(forge: Forge) -> int:
    """Give the number of the open release pull request."""
    found = [p.number for p in forge.realm.state.pulls if p.head == "pilotage/release-main" and p.is_open]
    assert len(found) == 1, found
    return found[0]


class Bench:
    """A folder with the saved worlds, and a clone for each world that is opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = 0
        self._clone = folder
        self.token = TOKEN

    def start(self, *, pyproject: str = PYPROJECT) -> Path:
        """Save a repository with one release."""
        forge = Forge(self.folder / "first")
        forge.tokens[TOKEN] = Permission.WRITE
        forge.push("main", {"pyproject.toml": pyproject, "README.md": "# Demo\n"}, "chore: start")
        forge.create_tag("v0.1.0", "main")
        return self.save(forge, "start")

    @contextmanager
    def world(self, saved: Path, *, checkout: Path | None = None) -> Iterator[tuple[Forge, Endpoint]]:
        """Open a copy of a saved world and serve it, beside an empty clone or a copy of the one that is given."""
        self._count += 1
        copy, self._clone = self.folder / f"world-{self._count}", self.folder / f"clone-{self._count}"
        forge = Forge.load(saved, into=copy)
        with forge.serve() as endpoint:
            shutil.copytree(checkout or self._empty_clone(), self._clone)
            with (self._clone / "config").open("a") as config:
                config.write(f'[remote "origin"]\n\turl = {endpoint.clone_url}\n\tfetch = {EVERY_BRANCH}\n')
            yield forge, endpoint
        shutil.rmtree(copy)
        shutil.rmtree(self._clone)

    def checkout(self, saved: Path) -> Path:
        """Make a clone of a saved world with its whole history, as the first step of a workflow leaves one."""
        self._count += 1
        clone = self.folder / f"checkout-{self._count}"
        shutil.copytree(self._empty_clone(), clone)
        (source,) = saved.glob("*.git")
        subprocess.run(["git", "fetch", "-q", "--tags", str(source), EVERY_BRANCH], cwd=clone, check=True)
        return clone

    def _empty_clone(self) -> Path:
        clone = self.folder / "empty-clone"
        if not clone.exists():
            subprocess.run(["git", "init", "-q", "--bare", "--template=", str(clone)], check=True)
        return clone

    def fingerprint(self, forge: Forge) -> str:
        """Describe all that the next run can see, in the forge and in the clone.

        Moments are left out, and commits stand by the order in which they are met: runs that did the same at two
        times give the same text, and any further number, label, branch or object that was made gives another.
        """
        refs = subprocess.run(["git", "show-ref"], cwd=self._clone, check=False, capture_output=True, text=True).stdout
        state = [state_to_json(forge.realm.state), sorted(forge.realm.git.refs.read_all().items()), refs]
        met: dict[str, str] = {}
        text = MOMENT.sub("", json.dumps(state))
        return OID.sub(lambda oid: met.setdefault(oid[0], str(len(met))), text) + repr(forge.world())

    def save(self, forge: Forge, name: str) -> Path:
        """Keep the world as it is now."""
        target = self.folder / f"saved-{name}"
        forge.save(target)
        return target

    def surroundings(self, endpoint: Endpoint) -> Surroundings:
        environment = {
            "GITHUB_REPOSITORY": "acme/demo",
            "GITHUB_API_URL": endpoint.api_url,
            "GITHUB_GRAPHQL_URL": endpoint.graphql_url,
            "GITHUB_SERVER_URL": WEB,
            "GITHUB_TOKEN": self.token,
        }
        return Surroundings(self._clone, environment, patience=HASTY)

    def run(
        self, endpoint: Endpoint, *, flows: str = "all", is_dry: bool = False, sleep: Sleep | None = None
    ) -> Report:
        """Run the flows once, in this process, through HTTP and git; `sleep` hears of the waits instead of waiting."""
        here = self.surroundings(endpoint)
        with Connection(here, branch="main") as connection:
            if sleep is not None:
                connection.github = open_github(here, sleep)
            return run_flows(connection, FLOWS_BY_NAME[flows], is_dry=is_dry, tell=lambda *_: None)

    def try_run(self, endpoint: Endpoint) -> PilotageError | None:
        """Run the flows once; give the error that ended it."""
        try:
            self.run(endpoint)
        except PilotageError as error:
            return error
        return None


def open_github(here: Surroundings, sleep: Sleep) -> GitHub:
    """Open the forge as a run does, with another way to wait: no answer of the forge depends on the time."""
    api_url, graphql_url = here.environment["GITHUB_API_URL"], here.environment["GITHUB_GRAPHQL_URL"]
    call = GitHubCall(api_url, graphql_url=graphql_url, token=here.token, patience=here.patience, sleep=sleep)
    return GitHub(call, repository=here.environment["GITHUB_REPOSITORY"], web_url=here.server_url)


@dataclass(frozen=True)
class Street:
    """One open world with everything to act in it."""

    bench: Bench
    forge: Forge
    endpoint: Endpoint

    def run(self, *, flows: str = "all", is_dry: bool = False) -> Report:
        return self.bench.run(self.endpoint, flows=flows, is_dry=is_dry)

    def merge(self, title: str, *, files: dict[str, str | bytes | None] | None = None, body: str = "") -> str:
        """Merge a pull request by squash and give the commit."""
        branch = f"topic-{len(self.forge.realm.state.pulls)}"
        number = self.forge.open_pull_request(branch, title, body=body, files=files or {f"{branch}.txt": title})
        return self.forge.merge_pull_request(number)

    def merge_release(self) -> str:
        return self.forge.merge_pull_request(release_pull_request(self.forge))

    def file(self, ref: str, path: str) -> str:
        """Read a file of the forge's repository."""
        shown = subprocess.run(
            ["git", "--git-dir", str(self.forge.realm.git.git_dir), "show", f"{ref}:{path}"],
            check=True,
            capture_output=True,
        )
        return shown.stdout.decode()

    def commit(self, files: dict[str, tuple[str, str]]) -> None:
        """Commit files with their modes to main, with git itself."""
        clone = self.bench.folder / "person"
        address = self.endpoint.clone_url.replace("://", f"://x-access-token:{TOKEN}@")
        self._git("clone", "-q", address, str(clone), folder=self.bench.folder)
        for path, (mode, text) in files.items():
            made = clone / ".blob"
            made.write_text(text)
            blob = self._git("hash-object", "-w", ".blob", folder=clone)
            made.unlink()
            self._git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}", folder=clone)
        self._git("-c", "user.name=o", "-c", "user.email=o@o", "commit", "-qm", "chore: files", folder=clone)
        self._git("push", "-q", "origin", "HEAD:main", folder=clone)
        shutil.rmtree(clone)

    def mode(self, ref: str, path: str) -> str:
        """Give git's mode of a file of the forge's repository."""
        return self._git("ls-tree", ref, "--", path, folder=self.forge.realm.git.git_dir).partition(" ")[0]

    @staticmethod
    def _git(*arguments: str, folder: Path) -> str:
        done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
        return done.stdout.decode().strip()

    def tag(self, name: str) -> str | None:
        return self.forge.realm.git.refs.read(f"refs/tags/{name}")

    @property
    def releases(self) -> list[tuple[str, bool, str]]:
        """Give tag, draft and body of every release."""
        return [(r.tag_name, r.draft, r.body or "") for r in self.forge.realm.state.releases]

    @property
    def open_pulls(self) -> list[tuple[str, str]]:
        """Give head and title of every open pull request."""
        return [(p.head, p.title) for p in self.forge.realm.state.pulls if p.is_open]
