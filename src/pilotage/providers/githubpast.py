"""The published releases of a repository, for what their notes say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.providers import downstreamqueries as queries
from pilotage.providers.githubanswers import ReleaseNode, read_answer
from pilotage.providers.githublook import read_repository

if TYPE_CHECKING:
    from pilotage.model.remote import Release
    from pilotage.providers.githubcall import GitHubCall

_PAGE = 100


class _PastRelease(ReleaseNode, frozen=True):
    publishedAt: str | None = None  # noqa: N815 - GitHub's name

    def to_past(self) -> Release:
        return msgspec.structs.replace(self.to_record(), published_at=self.publishedAt or "")


class _Past(msgspec.Struct, frozen=True):
    nodes: list[_PastRelease]


def read_published(call: GitHubCall, repository: str, *, most: int = _PAGE) -> tuple[Release, ...]:
    """Read the newest releases that are published, the one published last first: one request.

    Args:
        call: Sends the requests.
        repository: `owner/name`.
        most: How many releases are looked at, drafts included; a hundred is the most.

    Raises:
        RemoteError: GitHub refused or stayed out of reach, or shows no such repository.
    """
    owner, _, name = repository.partition("/")
    answer = call.query(queries.PAST, {"owner": owner, "name": name, "count": min(most, _PAGE)})
    seen = read_answer(read_repository(answer, repository).get("releases"), _Past, place="the releases")
    releases = [node.to_past() for node in seen.nodes if not node.isDraft]
    return tuple(sorted(releases, key=lambda release: (release.published_at, release.id), reverse=True))
