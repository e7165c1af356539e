"""GraphQL's search for repositories, in GitHub's syntax.

Source: https://docs.github.com/search-github/searching-on-github/searching-for-repositories
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.graph_connections import connection
from pilotage.sandbox.forge.graph_repository import repository_node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.sandbox.forge.call import Visit
    from pilotage.sandbox.forge.shapes import JsonObject
    from pilotage.sandbox.forge.state import State

_MOST: Final = 1000
"""GitHub counts all that it finds, and shows as many."""
_WORD: Final = re.compile(r'-?(?:(\w+):)?(?:"([^"]*)"|(\S+))')
_OWNERS: Final = frozenset({"user", "org", "repo"})
_FIELDS: Final = frozenset({"name", "description", "topics", "readme"})


def search(visit: Visit, arguments: Mapping[str, object]) -> JsonObject:
    """Find the repositories that the viewer may see, by name; searches for other things find nothing."""
    calls = []
    if arguments["type"] == "REPOSITORY":
        query = str(arguments["query"])
        calls = [call for realm in visit.site.realms if (call := visit.enter(realm)) and is_found(realm.state, query)]
    page = connection(calls[:_MOST], repository_node, arguments, name="search")
    return {"nodes": page["nodes"], "pageInfo": page["pageInfo"], "repositoryCount": len(calls)}


def is_found(state: State, query: str) -> bool:
    """Tell whether a search finds a repository.

    Understood are `user:`, `org:`, `repo:` (any of those given), `topic:`, `archived:`, `is:`, `in:` with free words
    (of the name, the description or the topics; all of them), quotes, and `-` before a qualifier.
    """
    words = [(found[0][0] == "-", found[1] or "", found[2] or found[3]) for found in _WORD.finditer(query.lower())]
    fields = {part for _, name, value in words if name == "in" for part in value.split(",")} & _FIELDS
    owners = [value for is_not, name, value in words if name in _OWNERS and not is_not]
    if owners and not any(_is_like(state, "owner", value, fields) for value in owners):
        return False
    rest = [row for row in words if row[1] != "in" and (row[0] or row[1] not in _OWNERS)]
    return all(_is_like(state, name, value, fields) != is_not for is_not, name, value in rest)


def _is_like(state: State, name: str, value: str, fields: set[str]) -> bool:
    settings = state.settings
    if name in _OWNERS or name == "owner":
        return value in {state.owner.lower(), state.full_name.lower()}
    if name == "topic":
        return value in settings.topics
    if name == "archived":
        return value == str(settings.archived).lower()
    if name == "is":
        return value in {"private" if settings.private else "public", "archived" if settings.archived else ""}
    texts = {"name": state.name, "description": settings.description, "topics": " ".join(settings.topics)}
    wanted = f"{name}:{value}" if name else value
    return any(wanted in text.lower() for field, text in texts.items() if not fields or field in fields)
