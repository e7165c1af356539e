"""Jobs of GitHub Actions in the released repository of a small town: an event, and what the job leaves behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from pilotage.errors import PilotageError
from pilotage.reconcile.runevent import run_event
from train.downstreamyard import APP

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.sandbox.forge.state import Release
    from train.downstreamvillage import Village

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
WITH_TOKEN = {"INPUT_DOWNSTREAM-TOKEN": APP}


class Jobs:
    """Runs events in a town.

    Args:
        yard: The town.
        folder: Where the runner's files lie.
    """

    def __init__(self, yard: Village, folder: Path) -> None:
        self.yard = yard
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def run(self, name: str, payload: object, **extra: str) -> int:
        """Run an event as a job does, which has no token for other repositories unless it is given one."""
        for path in self.folder.iterdir():
            path.unlink()
        runner = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_REF_NAME": "main",
            "GITHUB_OUTPUT": str(self.folder / "outputs"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "PILOTAGE_DOWNSTREAM_TOKEN": "",
        }
        here = msgspec.structs.replace(self.yard.surroundings(**runner, **extra), mask=None)
        return run_event(here, name=name, text=json.dumps(payload), place="event.json", tell=self.yard.tells.append)

    def try_run(self, name: str, payload: object, **extra: str) -> PilotageError | None:
        """Run an event; give the error that ended it."""
        try:
            self.run(name, payload, **extra)
        except PilotageError as error:
            return error
        return None

    def release(self, tag: str) -> Release:
        """Give a release of the package."""
        (found,) = [one for one in self.yard.source.realm.state.releases if one.tag_name == tag]
        return found

    def released(self, tag: str = "v2.0.0") -> object:
        """Spell the event of a release's publication."""
        return self.yard.source.event_release(self.release(tag).id, "published")

    def pushed(self) -> object:
        """Spell the event of the last push."""
        git = self.yard.source.realm.git
        head = git.branch("main") or ""
        return self.yard.source.event_push(git.need_commit(head).parents[0], head, "main")

    @property
    def outputs(self) -> dict[str, str]:
        """Read the outputs of the last run."""
        found: dict[str, str] = {}
        lines = iter((self.folder / "outputs").read_text().splitlines())
        for line in lines:
            name, _, end = line.partition("<<")
            rows = []
            while (row := next(lines)) != end:
                rows.append(row)
            found[name] = "\n".join(rows)
        return found

    @property
    def downstream(self) -> Json:
        """Read the output `downstream`."""
        found: Json = json.loads(self.outputs["downstream"])
        return found

    @property
    def summary(self) -> str:
        """Read the job's summary."""
        return (self.folder / "summary").read_text()

    def said(self, words: str) -> bool:
        return any(words in line for line in self.yard.tells)
