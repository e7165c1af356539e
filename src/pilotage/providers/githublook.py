"""One look at a repository on GitHub: in one request nearly always, in a few where a repository has many packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import RemoteError
from pilotage.providers import githubqueries as queries
from pilotage.providers.githubanswers import (
    BranchRef,
    CommitNode,
    ObservedRepository,
    PullNode,
    Pulls,
    ReleaseNode,
    Releases,
    read_answer,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.model.remote import PullRequest
    from pilotage.providers.githubcall import GitHubCall
    from pilotage.providers.githubqueries import Wanted

_USUAL_RELEASES = 30
_MOST_RELEASES = 100


class BranchSight(msgspec.Struct, frozen=True):
    """A release branch as GitHub shows it.

    Args:
        ref: The branch; None when there is none.
        open: Its open pull requests.
        merged: Its merged ones, the last updated first.
    """

    ref: BranchRef | None = None
    open: tuple[PullNode, ...] = ()
    merged: tuple[PullNode, ...] = ()

    def pulls(self, state: str) -> list[PullRequest]:
        """Give its `open` or `merged` pull requests; one from a fork's branch of that name is nobody's business."""
        nodes = self.open if state == "open" else self.merged
        return [node.to_record() for node in nodes if not node.isCrossRepository]


class Sighting(msgspec.Struct, frozen=True):
    """What one look at the repository showed.

    Args:
        repository: The repository and its target branch.
        branches: The release branches that were asked for, by name.
        releases: Its releases, the newest first.
        tags: Tag name to the commit it points at; None when there is no such tag.
        commits: Commit to what GitHub knows about it.
        newcomers: Those of the asked authors, each a commit and an address, of whom that commit contains nothing.
    """

    repository: ObservedRepository
    branches: dict[str, BranchSight]
    releases: tuple[ReleaseNode, ...]
    tags: dict[str, str | None]
    commits: dict[str, CommitNode]
    newcomers: frozenset[tuple[str, str]] = frozenset()


def look(call: GitHubCall, repository: str, *, branch: str, wanted: Wanted) -> Sighting:
    """Look at everything that the release flows decide on.

    Args:
        call: Sends the requests.
        repository: `owner/name`.
        branch: The target branch.
        wanted: What is asked for by name.

    Raises:
        RemoteError: GitHub refused or stayed out of reach, or shows no such repository.
    """
    owner, _, name = repository.partition("/")
    place = {"owner": owner, "name": name}
    first, *rest = wanted.split()
    count = min(_MOST_RELEASES, _USUAL_RELEASES + len(wanted.tags))
    variables: dict[str, object] = {"branch": f"refs/heads/{branch}", "releases": count}
    answer = call.query(queries.render_observe(first), place | variables | first.variables(branch))
    data = read_repository(answer, repository)
    seen = read_answer(data, ObservedRepository, place="the repository")
    parts = [(first, data)]
    for part in rest:
        more = call.query(queries.render_more(part), place | part.variables(branch))
        parts.append((part, read_repository(more, repository)))
    return Sighting(
        seen,
        branches={
            branch_name: _read_branch(data, i)
            for part, data in parts
            for i, branch_name in enumerate(part.release_branches)
        },
        releases=_read_releases(call, repository, seen.releases, least=len(wanted.tags)),
        tags={tag: _read_tag(data.get(f"tag{i}")) for part, data in parts for i, tag in enumerate(part.tags)},
        commits={
            sha: read_answer(node, CommitNode, place=f"commit {sha}")
            for part, data in parts
            for i, sha in enumerate(part.commits)
            if (node := data.get(f"c{i}"))
        },
        newcomers=frozenset(
            pair for part, data in parts for i, pair in enumerate(part.authors) if _is_unknown(data.get(f"n{i}"))
        ),
    )


def read_repository(answer: Mapping[str, object], repository: str) -> dict[str, object]:
    """Give the repository in an answer.

    Raises:
        RemoteError: There is none for this token.
    """
    data = answer.get("repository")
    if not isinstance(data, dict):
        raise RemoteError(
            f"{repository}: no such repository for this token",
            hint="Check the repository's name and that the token may read it.",
        )
    return data


def _read_releases(call: GitHubCall, repository: str, page: Releases, *, least: int) -> tuple[ReleaseNode, ...]:
    """Read the newest releases, at least as many as were asked for by their tags."""
    owner, _, name = repository.partition("/")
    nodes = list(page.nodes)
    while page.pageInfo.hasNextPage and len(nodes) < least:
        variables = {"owner": owner, "name": name, "after": page.pageInfo.endCursor or ""}
        data = read_repository(call.query(queries.RELEASES, variables), repository)
        page = read_answer(data.get("releases"), Releases, place="the releases")
        nodes += page.nodes
    return tuple(nodes)


def _read_branch(data: Mapping[str, object], i: int) -> BranchSight:
    ref = data.get(f"ref{i}")
    pulls = (read_answer(data.get(f"{state}{i}"), Pulls, place="pull requests") for state in ("open", "merged"))
    opened, merged = (tuple(found.nodes) for found in pulls)
    return BranchSight(read_answer(ref, BranchRef, place="the release branch") if ref else None, opened, merged)


def _is_unknown(node: object) -> bool:
    """Tell whether the past of a commit holds nothing of an author; a commit that is not there tells nothing."""
    history = node.get("history") if isinstance(node, dict) else None
    return isinstance(history, dict) and history.get("nodes") == []


def _read_tag(node: object) -> str | None:
    if not isinstance(node, dict) or not isinstance(node.get("target"), dict):
        return None
    target = node["target"]
    inner = target.get("target")
    return str(inner["oid"] if isinstance(inner, dict) else target["oid"])
