"""One open repository with several packages, or several branches, and everything to act in it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.outputs import compute_outputs
from pilotage.reconcile.runevent import run_event
from pilotage.reconcile.train import raise_conflicts
from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.forge import Endpoint, Forge
from train.harness import HASTY, TOKEN, Bench

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pilotage.reconcile.train import Report


class Yard:
    """A forge that is served, and a bench to run on it."""

    def __init__(self, bench: Bench, forge: Forge, endpoint: Endpoint) -> None:
        self.bench = bench
        self.forge = forge
        self.endpoint = endpoint
        self.tells: list[str] = []
        self._touches = 0

    def push(self, message: str, files: Mapping[str, str | None], *, branch: str = "main") -> str:
        return self.forge.push(branch, dict(files), message)

    def touch(self, message: str, *paths: str, branch: str = "main") -> str:
        """Push a commit that changes some files, however often they were changed before."""
        self._touches += 1
        return self.push(message, dict.fromkeys(paths, f"{message} {self._touches}\n"), branch=branch)

    def run(self, *, is_dry: bool = False) -> Report:
        """Run the flows for main; a conflict ends the run as it does in an event."""
        report = self.bench.run(self.endpoint, is_dry=is_dry)
        raise_conflicts(report.plan)
        return report

    def event(self, name: str, payload: object, *, extra: Mapping[str, str] | None = None) -> int:
        """Run an event with further variables, and give its exit code."""
        here = self.bench.surroundings(self.endpoint)
        self.outputs_path.unlink(missing_ok=True)
        variables = {**here.environment, **(extra or {})}
        environment = {**variables, "GITHUB_OUTPUT": str(self.outputs_path), "GITHUB_ACTIONS": "true"}
        run = Surroundings(here.repo, environment, patience=HASTY, verify_patience=HASTY)
        return run_event(run, name=name, text=json.dumps(payload), place="event.json", tell=self.tells.append)

    def pushed(self, branch: str = "main") -> int:
        """Run the event of a push to a branch."""
        head = self.head(branch)
        return self.event("push", self.forge.event_push(head, head, branch))

    def dispatch(self, *, release_as: str = "") -> int:
        """Run the event of somebody's dispatch."""
        payload = self.forge.event_workflow_dispatch()
        return self.event("workflow_dispatch", payload, extra={"INPUT_RELEASE-AS": release_as})

    @property
    def outputs_path(self) -> Path:
        return self.bench.folder / "outputs"

    def head(self, branch: str = "main") -> str:
        return self.forge.realm.git.branch(branch) or ""

    def tag(self, name: str) -> str | None:
        return self.forge.realm.git.refs.read(f"refs/tags/{name}")

    @property
    def pulls(self) -> dict[str, str]:
        """Give the title of every open pull request by its branch."""
        return {pull.head: pull.title for pull in self.forge.realm.state.pulls if pull.is_open}

    def number(self, head: str = "pilotage/release-main") -> int:
        (found,) = [pull.number for pull in self.forge.realm.state.pulls if pull.head == head and pull.is_open]
        return found

    def body(self, head: str = "pilotage/release-main") -> str:
        return self.forge.pull_request(self.number(head)).body or ""

    def merge(self, head: str = "pilotage/release-main", method: str = "squash") -> str:
        """Merge the pull request of a branch."""
        return self.forge.merge_pull_request(self.number(head), method)  # type: ignore[arg-type] # a literal

    @property
    def releases(self) -> list[str]:
        return sorted(release.tag_name for release in self.forge.realm.state.releases)

    def notes(self, tag: str) -> str:
        (found,) = [release.body or "" for release in self.forge.realm.state.releases if release.tag_name == tag]
        return found

    def file(self, path: str, branch: str = "pilotage/release-main") -> str:
        """Read a file of a branch; empty when it is not there."""
        git = self.forge.realm.git
        entry = git.entry(git.need_commit(git.branch(branch) or "").tree, path)
        return (git.read_blob(entry.oid) or b"").decode() if entry else ""

    def rows(self, report: Report | None = None) -> dict[str, dict[str, object]]:
        """Give the rows of the output `components` by name."""
        text = compute_outputs(report or self.run())["components"]
        return {row["name"]: row for row in json.loads(text)}


@contextmanager
def open_yard(bench: Bench, files: Mapping[str, str], *tags: str) -> Iterator[Yard]:
    """Open a repository of some files, its first commit tagged."""
    forge = Forge(bench.folder / "first")
    forge.tokens[TOKEN] = Permission.WRITE
    forge.push("main", dict(files), "chore: start")
    for tag in tags:
        forge.create_tag(tag, "main")
    with bench.world(bench.save(forge, "start")) as (opened, endpoint):
        yield Yard(bench, opened, endpoint)
