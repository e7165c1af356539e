"""The embedded forge: GitHub's REST and GraphQL, as Pilotage uses them, over a real bare git repository.

A world is made by what people do, and opened to clients through HTTP on loopback::

    forge = Forge(tmp_path / "world")
    forge.tokens["t"] = Permission.WRITE
    forge.push("main", {"README.md": "hello"}, "feat: begin")
    with forge.serve() as endpoint:
        run_a_client(endpoint.api_url, token="t")
    forge.merge_pull_request(1)

Many repositories behind one address: see `town`.

Its parts, from the ground up: `objects`, `refs`, `repository`, `history`, `changes`, `treemerge` (git) · `state`,
`records`, `runs`, `statejson`, `realm`, `pullrefs` (what GitHub keeps beside git) · `pulls`, `forks`, `merging`,
`squash`, `releases`, `frozen`, `protection`, `issues`, `workflows` (the rules) · `people`, `operators`, `keepers`,
`mergequeue`, `events`, `world` (for tests) · `shapes…`, `rest_…`, `graph…`, `transport` (the doors) · `faults`,
`listing`, `log` (what tests bend and read) · `site`, `app`, `server`, `addresses`, `served`, `forge`, `town` (what
stands at an address).
"""

from __future__ import annotations

from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.addresses import Addresses, Endpoint
from pilotage.sandbox.forge.faults import Fault, FaultKind
from pilotage.sandbox.forge.forge import Forge
from pilotage.sandbox.forge.log import Request
from pilotage.sandbox.forge.refusals import Refusal
from pilotage.sandbox.forge.town import Town

__all__ = ["Addresses", "Endpoint", "Fault", "FaultKind", "Forge", "Permission", "Refusal", "Request", "Town"]
