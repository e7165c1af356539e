"""Which repositories a run is about: those that are named or found, never more; all, some, or a part of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.downstream.selection import is_allowed, named, search_queries, shard_of
from pilotage.errors import UsageError

if TYPE_CHECKING:
    from pilotage.model.downstreamrules import DownstreamRules
    from pilotage.providers.githubdownstream import GitHubDownstream


class Scope(msgspec.Struct, frozen=True):
    """What a run is about.

    Args:
        only: These repositories alone; empty for all.
        shard: This part of them alone, from 1.
        shards: Of so many; 0 for no parts.
        retry: Whether rebuilds that failed are started again.
    """

    only: tuple[str, ...] = ()
    shard: int = 0
    shards: int = 0
    retry: bool = False


def find_names(finder: GitHubDownstream, scope: Scope, rules: DownstreamRules, *, own: str) -> tuple[str, ...]:
    """Find the repositories: one request for a hundred that a search finds.

    Args:
        finder: Looks for repositories.
        scope: Which of them.
        rules: Which there are.
        own: The released repository, which never is one of them.

    Returns:
        Their names, in their order.

    Raises:
        RemoteError: A search failed, or finds more than GitHub shows.
        UsageError: A repository that was asked for is none of them.
    """
    searched = [name for query in search_queries(rules) for name in finder.search(query)]
    all_names = [*named(rules), *(name for name in searched if is_allowed(name, rules))]
    by_key = {name.lower(): name for name in reversed(all_names) if name.lower() != own.lower()}
    names = tuple(sorted(by_key.values(), key=str.lower))
    if scope.only:
        strange = [name for name in scope.only if name.lower() not in by_key]
        if strange:
            raise UsageError(
                f"{strange[0][:100]!r} is not one of the {len(names)} repositories that "
                "[tool.pilotage.downstream] means",
                hint="Name one of them as OWNER/NAME, or add it there: a run never goes further than that table.",
            )
        names = tuple(dict.fromkeys(by_key[name.lower()] for name in scope.only))
    return shard_of(names, scope.shard, scope.shards) if scope.shards else names
