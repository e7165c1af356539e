"""Tell the commits of a history apart by the release that shipped each of them first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotage.domains.quickchanges import RawCommit
    from pilotage.model.version import Version

_UNRELEASED = -1


class PastRelease(NamedTuple):
    """A release with what it shipped.

    Args:
        version: Its version.
        tag: Its tag.
        previous_tag: The tag of the release before; empty for the first.
        commits: Its commits, newest first; for a full version also those of its pre-releases.
    """

    version: Version
    tag: str
    previous_tag: str
    commits: tuple[RawCommit, ...]


def split_releases(commits: Sequence[RawCommit], tags: Mapping[str, tuple[Version, str]]) -> list[PastRelease]:
    """Give the releases of a history, the highest version first.

    A commit belongs to the lowest version that contains it, so a maintenance branch that is merged later keeps what
    it shipped. The release before is the highest one that the release contains.

    Args:
        commits: The history, no parent before its child.
        tags: The release at a commit, by its full id.
    """
    order = sorted({commit.sha for commit in commits if commit.sha in tags}, key=lambda sha: tags[sha])
    ranks = {sha: rank for rank, sha in enumerate(order)}
    own, before = _label(commits, ranks)
    releases: list[PastRelease] = []
    for rank in range(len(order) - 1, -1, -1):
        version, tag = tags[order[rank]]
        members, previous = _with_prereleases(rank, [tags[sha][0] for sha in order], before)
        merged = tuple(commit for member in members for commit in own[member])
        releases.append(PastRelease(version, tag, tags[order[previous]][1] if previous >= 0 else "", merged))
    return releases


def _label(commits: Sequence[RawCommit], ranks: Mapping[str, int]) -> tuple[list[list[RawCommit]], list[int]]:
    """Give each release's own commits and the release before it (-1 for none), by its rank."""
    own: list[list[RawCommit]] = [[] for _ in ranks]
    before = [_UNRELEASED] * len(ranks)
    unreleased = len(ranks)
    labels: dict[str, int] = {}
    met: dict[str, set[int]] = {}
    for commit in commits:
        sha, parents = commit[0], commit[1]
        received = labels.pop(sha, unreleased)
        label = min(received, ranks.get(sha, unreleased))
        if label != received or sha in met:
            for other in (*met.pop(sha, ()), received):
                if label < other < unreleased:
                    before[other] = max(before[other], label)
        if label < unreleased:
            own[label].append(commit)
        # A hundred thousand commits come by here, and nearly all have one parent that no other child has named.
        for parent in parents.split() if " " in parents else (parents,):
            known = labels.setdefault(parent, label)
            if known != label:
                met.setdefault(parent, set()).update((known, label))
                labels[parent] = min(known, label)
    return own, before


def _with_prereleases(rank: int, versions: Sequence[Version], before: Sequence[int]) -> tuple[list[int], int]:
    """Give a release with the pre-releases that led to it, and the release before them."""
    members, previous = [rank], before[rank]
    if not versions[rank].is_prerelease:
        while (
            previous >= 0 and versions[previous].is_prerelease and versions[previous].release == versions[rank].release
        ):
            members.append(previous)
            previous = before[previous]
    return members, previous
