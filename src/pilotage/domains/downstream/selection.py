"""Which repositories a release goes out to, by which rules each of them follows it, and how many a job takes."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from pilotage.domains.downstream.names import is_match, is_name
from pilotage.model.downstreamrules import DownstreamRepository

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pilotage.model.downstreamrules import DownstreamRules

__all__ = ["MOST_JOBS", "count_shards", "is_allowed", "named", "rule_of", "search_queries", "shard_of"]

MOST_JOBS = 256
"""The most jobs of a matrix (https://docs.github.com/actions/reference/limits)."""


_OWNED = re.compile(r"(?:^|\s)(?:user|org|repo):", re.IGNORECASE)


def named(rules: DownstreamRules) -> tuple[str, ...]:
    """Give the names of the repositories that the configuration names itself, in its order."""
    return tuple(one if isinstance(one, str) else one.name for one in rules.repositories)


def rule_of(name: str, rules: DownstreamRules) -> DownstreamRepository:
    """Give the rules of one repository with all fields filled in: its own first, then the general ones.

    What `keep` names is kept, whatever its own rules say.
    """
    tables = (one for one in rules.repositories if isinstance(one, DownstreamRepository))
    own = next((one for one in tables if one.name.casefold() == name.casefold()), DownstreamRepository(name))
    is_kept = any(is_match(name, glob) for glob in rules.keep)
    return DownstreamRepository(
        name,
        update="keep" if is_kept else own.update or rules.update,
        workflow=rules.workflow if own.workflow is None else own.workflow,
        ref=rules.ref if own.ref is None else own.ref,
        inputs=rules.inputs if own.inputs is None else own.inputs,
        lock_workflow=rules.lock_workflow if own.lock_workflow is None else own.lock_workflow,
        files=rules.files if own.files is None else own.files,
    )


def is_allowed(name: str, rules: DownstreamRules) -> bool:
    """Tell whether a repository may be touched: the configuration names it, or `allow` has a pattern for it."""
    is_named = name.casefold() in {one.casefold() for one in named(rules)}
    return is_name(name) and (is_named or any(is_match(name, glob) for glob in rules.allow))


def search_queries(rules: DownstreamRules) -> tuple[str, ...]:
    """Give what GitHub is asked for: each search and each topic at each owner that `allow` names; each once.

    A search that names an owner itself stays as it is. Without one, strangers could make it find more than GitHub
    shows. Forks are left out, as GitHub's search does by itself: they are other people's copies.
    """
    owners = sorted({glob.partition("/")[0].casefold() for glob in rules.allow})
    bare = (*(query for query in rules.search if not _OWNED.search(query)), *(f"topic:{one}" for one in rules.topics))
    owned = (query for query in rules.search if _OWNED.search(query))
    return tuple(dict.fromkeys((*owned, *(f"{query} user:{owner}" for query in bare for owner in owners))))


def count_shards(names: Sequence[str], rules: DownstreamRules) -> int:
    """Give the number of jobs in a matrix: one for `per-job` repositories, as many as GitHub takes at the most."""
    return min(-(-len(set(names)) // rules.per_job), MOST_JOBS)


def shard_of(names: Iterable[str], index: int, count: int) -> tuple[str, ...]:
    """Give the repositories of one job of several: each name is in exactly one of them.

    A name's job depends on the name alone, so that no two jobs meet in a repository where a search finds another
    number of them meanwhile.

    Args:
        names: All names; the order does not matter.
        index: The job's number, from 1.
        count: How many jobs there are.
    """
    return tuple(name for name in _order(names) if zlib.crc32(name.casefold().encode()) % count == index - 1)


def _order(names: Iterable[str]) -> list[str]:
    return sorted(dict.fromkeys(names), key=lambda name: (name.casefold(), name))
