"""A package that is released, and the repositories that use it, each in its own way, on the embedded forge."""

from __future__ import annotations

import contextlib
import functools
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pilotage.errors import PilotageError
from pilotage.model.patience import Patience
from pilotage.reconcile.bootstrap import Connection, Surroundings
from pilotage.reconcile.downstream.following import Clock
from pilotage.reconcile.downstream.session import Order, RolledOut, roll_out
from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.shapes import repository_id
from pilotage.sandbox.forge.state import Release
from pilotage.sandbox.forge.town import Town
from train.harness import HASTY, WEB

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from pilotage.model.downstream import Row
    from pilotage.sandbox.forge.addresses import Addresses
    from pilotage.sandbox.forge.forge import Forge
    from pilotage.sandbox.forge.log import Request

SOURCE = "acme/demo"
OWN, APP = "ghs_source", "ghs_downstream"
REBUILD = "on:\n  workflow_dispatch:\n    inputs:\n      version: {}\njobs: {}\n"
RULES = """
[tool.pilotage.downstream]
repositories = [%s]
workflow = "rebuild.yml"
at-once = 2
"""
BREAKING_NOTES = """### ⚠ BREAKING CHANGES

- greet takes a name

## Upgrade path

Call `greet("you")`. See #7, @octocat.

### Features

- greet people (#12)
"""


def pyproject_of(version: str, rules: str = "") -> str:
    """Spell the released package's own file."""
    head = f'[project]\nname = "demo"\nversion = "{version}"\n'
    return f'{head}\n[build-system]\nrequires = []\nbuild-backend = "b"\n{rules}'


KINDS: dict[str, dict[str, str | bytes | None]] = {
    "unpinned": {"requirements.txt": "demo\n", ".github/workflows/rebuild.yml": REBUILD},
    "range": {
        "pyproject.toml": '[project]\nname = "a"\ndependencies = ["demo>=1,<3"]\n',
        ".github/workflows/rebuild.yml": REBUILD,
    },
    "narrow": {"pyproject.toml": '[project]\nname = "b"\ndependencies = [\n    "demo>=1.2,<2",  # ours\n]\n'},
    "exact": {"requirements.txt": "requests==2.0\ndemo==1.3.0  # steady\n"},
    "poetry": {"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.11"\ndemo = "^1.2"\n'},
    "group": {"pyproject.toml": '[dependency-groups]\ndev = ["demo==1.3.0"]\n'},
    "setupcfg": {"setup.cfg": "[options]\ninstall_requires =\n    demo==1.3.0\n"},
    "docker": {"Dockerfile": "FROM python:3.12\nRUN pip install demo==1.3.0\n"},
    "argument": {
        "Dockerfile": "FROM python:3.12\nARG DEMO_VERSION=1.3.0\nRUN pip install demo==${DEMO_VERSION}\n",
        ".github/workflows/rebuild.yml": REBUILD,
    },
    "conda": {"environment.yml": "name: a\ndependencies:\n  - python=3.12\n  - pip:\n      - demo==1.3.0\n"},
    "git": {"requirements.txt": "demo @ git+https://forge.example/acme/demo@v1.3.0\n"},
    "locked": {
        "pyproject.toml": '[project]\nname = "c"\nversion = "1"\ndependencies = ["demo>=1"]\n',
        "uv.lock": 'version = 1\n\n[[package]]\nname = "demo"\nversion = "1.3.0"\nsource = { registry = "x" }\n',
    },
    "kept": {"requirements.txt": "# pilotage: keep until the flows are rewritten\ndemo==1.3.0\n"},
    "unused": {"pyproject.toml": '[project]\nname = "d"\ndependencies = ["requests"]\n'},
    "ahead": {"requirements.txt": "demo==3.0.0\n"},
    "current": {"requirements.txt": "demo==2.0.0\n"},
    "archived": {"requirements.txt": "demo==1.3.0\n"},
    "hidden": {"requirements.txt": "demo==1.3.0\n"},
    "readonly": {"requirements.txt": "demo==1.3.0\n"},
    "red": {"requirements.txt": "demo\n", ".github/workflows/rebuild.yml": REBUILD},
    "protected": {"requirements.txt": "demo==1.3.0\n"},
}
"""The repositories by what they are like, with their files."""


def set_up(folder: Path) -> Town:
    """Make the town: demo 1.3.0 and 2.0.0 are published, and nobody has followed yet."""
    town = Town(folder)
    town.tokens |= {OWN: Permission.WRITE, APP: Permission.WRITE}
    town.logins |= {OWN: "github-actions[bot]", APP: "acme-train[bot]"}
    source = town.add("acme", "demo")
    names = ", ".join(f'"acme/{kind}"' for kind in KINDS)
    source.push("main", {"pyproject.toml": pyproject_of("1.3.0", RULES % names)}, "chore: begin")
    publish(source, "1.3.0", "### Fixes\n\n- greet nobody twice (#3)\n")
    source.push("main", {"pyproject.toml": pyproject_of("2.0.0", RULES % names)}, "chore(release): 2.0.0")
    publish(source, "2.0.0", BREAKING_NOTES)
    for kind, files in KINDS.items():
        forge = town.add("acme", kind)
        forge.push("main", files, "chore: begin")
        forge.realm.state.runs_take = 1
    town.forge("acme/red").realm.state.runs_end = "failure"
    town.forge("acme/archived").realm.state.settings.archived = True
    town.forge("acme/protected").protect("pilotage/*")
    town.access[APP] = {"acme/hidden": "none", "acme/readonly": "read", SOURCE: "none"}
    town.access[OWN] = {f"acme/{kind}": "none" for kind in KINDS}
    return town


def publish(source: Forge, version: str, notes: str, *, at: str = "main") -> None:
    """Tag a branch's head and publish its release."""
    source.create_tag(f"v{version}", at)
    state = source.realm.state
    release = Release(
        id=state.next_id(),
        tag_name=f"v{version}",
        target_commitish=at,
        name=f"v{version}",
        body=notes,
        draft=True,
        prerelease=False,
        author="octocat",
        created_at=source.realm.now(),
    )
    state.releases.append(release)
    source.publish_release(release.id)


AT_ONCE = Patience(first_wait=0.0, longest_wait=0.0)
WHOLE = Order()


@dataclass
class Yard:
    """One open town with a clone of the released repository, and what a run says."""

    town: Town
    addresses: Addresses
    clone: Path
    tells: list[str] = field(default_factory=list)
    shown: list[Row] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    elapsed: float = 0.0
    poll: Patience = AT_ONCE
    first: tuple[Request, ...] = ()

    @property
    def source(self) -> Forge:
        return self.town.forge(SOURCE)

    def surroundings(self, **extra: str) -> Surroundings:
        """Give the surroundings of a person with both tokens."""
        environment = {
            "GITHUB_REPOSITORY": SOURCE,
            "GITHUB_API_URL": self.addresses.api_url,
            "GITHUB_GRAPHQL_URL": self.addresses.graphql_url,
            "GITHUB_SERVER_URL": WEB,
            "GITHUB_TOKEN": OWN,
            "PILOTAGE_DOWNSTREAM_TOKEN": APP,
            **self.variables,
            **extra,
        }
        return Surroundings(self.clone, environment, patience=HASTY, poll=self.poll, width=1, pace=0.0)

    def run(self, order: Order = WHOLE, **extra: str) -> RolledOut:
        """Bring the release out once, in this process, through HTTP and git."""
        self.shown.clear()
        with Connection(self.surroundings(**extra), branch="main") as connection:
            return roll_out(connection, order, tell=self.tells.append, show=self.shown.append, clock=self.clock)

    def try_run(self, order: Order = WHOLE) -> PilotageError | None:
        """Run once; give the error that ended it, that of rows that failed left out."""
        try:
            self.run(order)
        except PilotageError as error:
            return error
        return None

    @property
    def clock(self) -> Clock:
        """Give a time that passes as fast as it is waited for."""

        def sleep(seconds: float) -> None:
            self.elapsed += seconds

        return Clock(sleep, lambda: self.elapsed)

    def release(self, version: str, notes: str = "### Features\n\n- more\n") -> None:
        """Let people release another version."""
        old = self.file(SOURCE, "pyproject.toml")
        before = old.partition('version = "')[2].partition('"')[0]
        self.source.push("main", {"pyproject.toml": old.replace(before, version)}, f"chore(release): {version}")
        publish(self.source, version, notes)

    def configure(self, rules: str) -> None:
        """Write `[tool.pilotage.downstream]` anew."""
        old = self.file(SOURCE, "pyproject.toml")
        text = old.partition("\n[tool.pilotage.downstream]")[0] + "\n[tool.pilotage.downstream]\n" + rules
        self.source.push("main", {"pyproject.toml": text}, "chore: configure")

    def file(self, name: str, path: str, *, branch: str = "main") -> str:
        """Read a file of a branch of a repository."""
        git = self.town.forge(name).realm.git
        entry = git.entry(git.need_commit(git.branch(branch) or "").tree, path)
        return (git.read_blob(entry.oid) or b"").decode() if entry else ""

    def node_id(self, name: str) -> str:
        """Give the node id of a repository."""
        return repository_id(name)

    def runs(self, name: str) -> int:
        """Count the workflow runs of a repository."""
        return len(self.town.forge(name).realm.state.runs)


def rows_of(rolled: RolledOut) -> dict[str, tuple[str, str]]:
    """Give what is done about each repository and how it stands, by its short name."""
    return {row.repository.partition("/")[2]: (row.how, row.state) for row in rolled.rows}


@functools.cache
def _saved(folder: Path) -> Path:
    folder.mkdir()
    set_up(folder / "first").save(folder / "saved")
    return folder / "saved"


_count = iter(range(1_000_000))


@contextlib.contextmanager
def open_yard(factory: pytest.TempPathFactory) -> Iterator[Yard]:
    """Open a fresh copy of the town, made once for a process."""
    base = factory.getbasetemp() / "downstreamyard"
    saved = _saved(base)
    place = base / f"town-{next(_count)}"
    town = Town.load(saved, into=place / "town")
    clone = place / "clone"
    clone.mkdir()
    with town.serve() as addresses:
        for command in (["init", "-q", "--bare", "."], ["remote", "add", "origin", addresses.clone_url(SOURCE)]):
            subprocess.run(["git", *command], cwd=clone, check=True)
        yield Yard(town, addresses, clone)
    shutil.rmtree(place)
