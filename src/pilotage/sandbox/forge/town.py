"""Many repositories behind one address, as on GitHub.

Each is a `Forge` with all that people do there; tokens, weather, log and lock are the town's::

    town = Town(tmp_path / "town")
    town.tokens["t"] = Permission.WRITE
    demo, site = town.add("acme", "demo"), town.add("acme", "site")
    demo.push("main", {"pyproject.toml": "…"}, "feat: begin")
    site.settings.topics = ("python",)
    town.access["t"] = {"acme/site": "read"}      # "none": hidden, as 404 / NOT_FOUND; "read": 403 on writes
    town.limits_in["t"] = {"acme/demo": {"actions": "read"}}  # there it may do all but start workflows
    town.faults = [Fault(FaultKind.DEAD_AFTER, at=7)]  # the 7th request of all, wherever it goes
    with town.serve() as addresses:
        run_a_client(addresses.api_url, addresses.graphql_url, token="t")  # also addresses.clone_url("acme/demo")
        a_client_of_one(addresses.endpoint("acme/demo"))                   # the Endpoint that Forge.serve gives
    town.world()["acme/demo"]["pull_requests"]

`town.tokens`, `logins`, `limits`, `access`, `limits_in`, `faults`, `stale_listings`, `before_request`, `log`, `mark()`,
`api_calls()` and `revive()` are as with a single forge, which is a town of one; so are those of every forge in it.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.forge import Forge
from pilotage.sandbox.forge.savedsite import read_shared, write_shared
from pilotage.sandbox.forge.served import Served
from pilotage.sandbox.forge.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge.addresses import Addresses

_FILE: Final = "town.json"


class Town(Served):
    """Repositories that one address serves; see the module for how it is used.

    Args:
        directory: Holds `OWNER/NAME/NAME.git`; made when it does not exist. A town that was saved there is opened.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.site = Site()
        self._forges: dict[str, Forge] = {}
        path = directory / _FILE
        if path.exists():
            value = json.loads(path.read_text())
            read_shared(self.site, value)
            for name in value["repositories"]:
                self.add(*name.split("/"))

    @classmethod
    def load(cls, directory: Path, *, into: Path | None = None) -> Town:
        """Open a town that `save` wrote; numbers and ids go on where they were.

        Args:
            directory: Where it was saved. Without `into` the town works right there and changes it.
            into: A new folder for a copy to work in; the saved town stays as it is.

        Raises:
            FileNotFoundError: when nothing was saved there.
        """
        if not (directory / _FILE).exists():
            raise FileNotFoundError(directory / _FILE)
        town = cls(directory)
        if into is None:
            return town
        town.save(into)
        return cls(into)

    def save(self, target: Path) -> None:
        """Copy the whole town (repositories, their states, tokens) to a folder that is new or empty."""
        with self.site.lock:
            target.mkdir(parents=True, exist_ok=True)
            for name, forge in self._forges.items():
                forge.save(target / name)
            value = write_shared(self.site) | {"repositories": list(self._forges)}
            (target / _FILE).write_text(json.dumps(value))

    def add(self, owner: str, name: str, *, default_branch: str = "main") -> Forge:
        """Make a repository and give its forge.

        Raises:
            ValueError: when there is one of that name.
        """
        with self.site.lock:
            folder = self.directory / owner / name
            made = Forge(folder, owner=owner, name=name, default_branch=default_branch, site=self.site)
            self._forges[made.realm.state.full_name] = made
            return made

    def forge(self, full_name: str) -> Forge:
        """Give the forge of a repository by `OWNER/NAME`.

        Raises:
            KeyError: when there is none.
        """
        return self._forges[full_name]

    @property
    def forges(self) -> dict[str, Forge]:
        """Give all forges by `OWNER/NAME`, in the order in which they came."""
        return dict(self._forges)

    @contextlib.contextmanager
    def serve(self) -> Iterator[Addresses]:
        """Serve the town on a free port of 127.0.0.1 while the context lasts; what is added meanwhile is served too."""
        with self.open_door() as addresses:
            yield addresses

    def world(self) -> dict[str, dict[str, object]]:
        """Describe every repository for equality, by name: see `describe_world`."""
        with self.site.lock:
            return {name: forge.world() for name, forge in sorted(self._forges.items())}
