"""GitHub's own webhook payloads, turned into events of the sandbox's repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pilotage.sandbox.forge.shapes import JsonObject

FOLDER: Final = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "github" / "webhooks"
_THEIRS: Final = "Codertocat/Hello-World"
_NAMES: Final = {"pull_request_target": "pull_request", "push": "push.branch", "workflow_dispatch": "workflow_dispatch"}


def adapt(event: str, payload: JsonObject, *, repository: str) -> JsonObject:
    """Lay an event of the sandbox over GitHub's own sample, so that everything that GitHub sends is there.

    Where the samples are absent, or have none of this event, the sandbox's own payload stands alone.
    """
    name = _NAMES.get(event, event)
    action = payload.get("action")
    file = f"{name}.{action}.json" if action else f"{name}.json"
    for place in (FOLDER / file, FOLDER / "derived" / file):
        if place.is_file():
            theirs = json.loads(place.read_text(encoding="utf-8").replace(_THEIRS, repository))
            laid = _lay(theirs, payload)
            assert isinstance(laid, dict)
            return laid
    return payload


def _lay(under: object, over: object) -> object:
    if not isinstance(under, dict) or not isinstance(over, dict):
        return over
    return under | {name: _lay(under.get(name), value) for name, value in over.items()}
