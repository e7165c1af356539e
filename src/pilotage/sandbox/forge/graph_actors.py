"""GraphQL nodes of accounts: people and bots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.shapes import node_id, stable_id

if TYPE_CHECKING:
    from pilotage.sandbox.forge.call import Call
    from pilotage.sandbox.forge.shapes import JsonObject


def actor_node(call: Call, login: str) -> JsonObject:
    """Spell who acts; GraphQL names a bot without the `[bot]` that REST puts after it."""
    kind = "Bot" if login.endswith("[bot]") else "User"
    name = login.removesuffix("[bot]")
    shown: JsonObject = {"login": name, "name": None, "url": f"{call.links.server}/{name}"}
    return {"__typename": kind, "id": node_id("U", stable_id(login))} | shown
