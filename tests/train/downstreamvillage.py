"""A few repositories that use a released package, after a release before: the smallest town that shows each thing."""

from __future__ import annotations

import contextlib
import functools
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from pilotage.reconcile.downstream.scope import Scope
from pilotage.reconcile.downstream.session import Order
from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.town import Town
from train.downstreamyard import APP, AT_ONCE, BREAKING_NOTES, OWN, REBUILD, SOURCE, Yard, publish, pyproject_of
from train.harness import WEB

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from pilotage.model.patience import Patience
    from pilotage.reconcile.bootstrap import Surroundings

BRANCH = "pilotage/update-demo"
LOCK = 'version = 1\n\n[[package]]\nname = "demo"\nversion = "1.3.0"\nsource = { registry = "x" }\n'
WITH_REBUILD: dict[str, str | bytes | None] = {".github/workflows/rebuild.yml": REBUILD}
USERS: dict[str, dict[str, str | bytes | None]] = {
    "exact": {"requirements.txt": "demo==1.3.0\n"},
    "kept": {"requirements.txt": "demo==1.3.0  # pilotage: keep until June\n"},
    "locked": {
        "pyproject.toml": '[project]\nname = "c"\nversion = "1"\ndependencies = ["demo==1.3.0"]\n',
        "uv.lock": LOCK,
        ".github/workflows/lock.yml": "on:\n  workflow_dispatch:\njobs: {}\n",
    },
    "other": {"requirements.txt": "demo==1.3.0\n"},
    "older": {"requirements.txt": "demo==1.2.0\n"},
    "people": {"requirements.txt": "demo==1.2.0\n"},
    "red": {"requirements.txt": "demo\n", **WITH_REBUILD},
    "third": {"requirements.txt": "demo==1.3.0\n"},
    "unpinned": {"requirements.txt": "demo\n", **WITH_REBUILD},
    "wide": {"requirements.txt": "demo>=1\n", **WITH_REBUILD},
}
"""The repositories by what they are like; `older` and `people` have an open pull request of the release before."""

TABLE = """
[tool.pilotage.downstream]
repositories = [%s]
workflow = "rebuild.yml"
at-once = 2
"""


def spell_rules(*kinds: str) -> str:
    """Spell a table for some of the repositories."""
    names = [f'{{ name = "acme/{kind}", lock-workflow = "lock.yml" }}' for kind in kinds if kind == "locked"]
    names += [f'"acme/{kind}"' for kind in kinds if kind != "locked"]
    return TABLE % ", ".join(names)


@dataclass
class Village(Yard):
    """A small town, with a run that works side by side or keeps a pace when that is asked for."""

    width: int = 1
    pace: float = 0.0
    poll: Patience = AT_ONCE

    def surroundings(self, **extra: str) -> Surroundings:
        """Give the surroundings of a person with both tokens."""
        here = super().surroundings(**extra)
        return msgspec.structs.replace(here, width=self.width, pace=self.pace, poll=self.poll)


@contextlib.contextmanager
def serve(town: Town, clone: Path) -> Iterator[Village]:
    """Serve a town, with a clone of the released repository."""
    clone.mkdir()
    with town.serve() as addresses:
        for command in (["init", "-q", "--bare", "."], ["remote", "add", "origin", addresses.clone_url(SOURCE)]):
            subprocess.run(["git", *command], cwd=clone, check=True)
        yield Village(town, addresses, clone)


def settle(folder: Path, kinds: tuple[str, ...], rules: str) -> Town:
    """Make the town: 1.3.0 went out, and 2.0.0 is published."""
    town = Town(folder / "first")
    town.tokens |= {OWN: Permission.WRITE, APP: Permission.WRITE}
    town.logins |= {OWN: "github-actions[bot]", APP: "acme-train[bot]"}
    source = town.add("acme", "demo")
    source.push("main", {"pyproject.toml": pyproject_of("1.3.0", rules)}, "chore: begin")
    publish(source, "1.3.0", "### Fixes\n\n- greet nobody twice (#3)\n")
    for kind in kinds:
        forge = town.add("acme", kind)
        forge.push("main", USERS[kind], "chore: begin")
        forge.realm.state.runs_take = 1
        forge.realm.state.runs_end = "failure" if kind == "red" else "success"
    early = tuple(f"acme/{kind}" for kind in kinds if kind in {"older", "people"})
    if early:
        with serve(town, folder / "clone") as yard:
            yard.run(Order(scope=Scope(only=early)))
    if "people" in kinds:
        town.forge("acme/people").push(BRANCH, {"fix.py": "pass\n"}, "fix: what the break needs")
    source.push("main", {"pyproject.toml": pyproject_of("2.0.0", rules)}, "chore(release): 2.0.0")
    publish(source, "2.0.0", BREAKING_NOTES)
    return town


@functools.cache
def _saved(base: Path, kinds: tuple[str, ...], rules: str) -> Path:
    folder = base / f"village-{next(_count)}"
    folder.mkdir(parents=True)
    settle(folder, kinds, rules).save(folder / "saved")
    return folder / "saved"


_count = iter(range(1_000_000))


@contextlib.contextmanager
def open_village(factory: pytest.TempPathFactory, *kinds: str, rules: str = "") -> Iterator[Village]:
    """Open a fresh copy of a town with some of the repositories, made once for a process."""
    base = factory.getbasetemp() / "downstreamvillages"
    saved = _saved(base, kinds, rules or spell_rules(*kinds))
    place = base / f"copy-{next(_count)}"
    place.mkdir()
    with serve(Town.load(saved, into=place / "town"), place / "clone") as yard:
        yield yard
    shutil.rmtree(place)


def alike(yard: Yard) -> object:
    """Describe the whole town for equality, without its port and the numbers of runs."""
    text = json.dumps(yard.town.world(), default=list).replace(yard.addresses.server_url, WEB)
    found: object = json.loads(re.sub(r"/runs/\d+", "/runs/N", text))
    return found
