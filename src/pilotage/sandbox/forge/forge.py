"""The forge itself: one repository with all that people do there, and the server that opens it."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.addresses import Endpoint
from pilotage.sandbox.forge.events import Events
from pilotage.sandbox.forge.realm import Realm
from pilotage.sandbox.forge.savedsite import read_shared, write_shared
from pilotage.sandbox.forge.served import Served
from pilotage.sandbox.forge.site import Site
from pilotage.sandbox.forge.state import State
from pilotage.sandbox.forge.statejson import state_from_json, state_to_json
from pilotage.sandbox.forge.world import describe_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Endpoint", "Forge"]
_FILE: Final = "state.json"


class Forge(Events, Served):
    """GitHub's REST and GraphQL, as Pilotage uses them, over a real bare git repository.

    Tokens, faults and the log are those of the site where it stands: see `Site`.

    Args:
        directory: Holds `NAME.git`; both are made when they do not exist. A world that was saved there is opened.
        owner: The repository's owner.
        name: The repository's name.
        default_branch: The repository's default branch.
        site: What it becomes a part of; None for an address of its own.
    """

    def __init__(
        self,
        directory: Path,
        *,
        owner: str = "acme",
        name: str = "demo",
        default_branch: str = "main",
        site: Site | None = None,
    ) -> None:
        own = Site() if site is None else site
        state = State(owner=owner, name=name, default_branch=default_branch)
        if (directory / _FILE).exists():
            saved = json.loads((directory / _FILE).read_text())
            state = state_from_json(saved["state"])
            if site is None:
                read_shared(own, saved)
        super().__init__(Realm(directory, state), own)
        own.settle_in(self.realm)

    @classmethod
    def load(cls, directory: Path, *, into: Path | None = None) -> Forge:
        """Open a world that `save` wrote; numbers and ids go on where they were.

        Args:
            directory: Where it was saved. Without `into` the forge works right there and changes it.
            into: A new folder for a copy to work in; the saved world stays as it is.

        Raises:
            FileNotFoundError: when nothing was saved there.
        """
        if not (directory / _FILE).exists():
            raise FileNotFoundError(directory / _FILE)
        forge = cls(directory)
        if into is None:
            return forge
        forge.save(into)
        return cls(into)

    def save(self, target: Path) -> None:
        """Copy the whole world (repository, state, tokens) to a folder that is new or empty."""
        with self.lock:
            target.mkdir(parents=True, exist_ok=True)
            self.realm.git.copy(target / self.realm.git.git_dir.name)
            value = write_shared(self.site) | {"state": state_to_json(self.realm.state)}
            (target / _FILE).write_text(json.dumps(value))

    @contextlib.contextmanager
    def serve(self) -> Iterator[Endpoint]:
        """Serve the forge on a free port of 127.0.0.1 while the context lasts."""
        with self.open_door() as addresses:
            yield addresses.endpoint(self.realm.state.full_name)

    def world(self) -> dict[str, object]:
        """Describe the world for equality: see `describe_world`."""
        with self.lock:
            return describe_world(self.realm)
