"""The embedded forge: GitHub's REST and GraphQL, as Pilotage uses them, over a real bare git repository."""

from __future__ import annotations

from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.faults import Fault, FaultKind
from pilotage.sandbox.forge.forge import Endpoint, Forge
from pilotage.sandbox.forge.log import Request
from pilotage.sandbox.forge.refusals import Refusal

__all__ = ["Endpoint", "Fault", "FaultKind", "Forge", "Permission", "Refusal", "Request"]
