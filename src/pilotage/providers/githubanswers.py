"""The shapes of GitHub's answers, decoded strictly: a missing field is an error with its path, never a guess.

The names are GitHub's own (https://docs.github.com/rest, https://docs.github.com/graphql/reference/objects).
"""

from __future__ import annotations

import threading
from typing import TypeVar

import msgspec

from pilotage.errors import RemoteError
from pilotage.model.remote import Asset, PullRequest, Release, WorkflowRun

T = TypeVar("T")
_CONVERTING = threading.Lock()
"""msgspec learns a record at its first use; a second thread that meets one half learnt brings the process down."""


def read_answer(answer: object, kind: type[T], *, place: str) -> T:
    """Convert a decoded answer into a record.

    Raises:
        RemoteError: The answer lacks a field or has another type; what it means is unknown.
    """
    try:
        with _CONVERTING:
            return msgspec.convert(answer, kind)
    except msgspec.ValidationError as error:
        raise RemoteError(
            f"GitHub's answer about {place} is not what its documentation says: {error}",
            hint="Run again; if it stays so, report it with the output of --verbose.",
        ) from error


class Oid(msgspec.Struct, frozen=True):
    """A node of which only the object id was asked."""

    oid: str


class Account(msgspec.Struct, frozen=True):
    """An account; GitHub gives null for a deleted one."""

    login: str


class OwnComment(msgspec.Struct, frozen=True):
    """A comment, of which only who wrote it and what it says was asked."""

    body: str
    viewerDidAuthor: bool  # noqa: N815 - GitHub's name


class OwnComments(msgspec.Struct, frozen=True):
    """A connection of comments."""

    nodes: list[OwnComment]


class PullNode(msgspec.Struct, frozen=True):
    """A pull request in GraphQL."""

    number: int
    title: str
    body: str | None
    state: str = ""
    url: str = ""
    isCrossRepository: bool = False  # noqa: N815 - GitHub's name
    merged: bool = False
    mergeCommit: Oid | None = None  # noqa: N815 - GitHub's name
    headRefOid: str = ""  # noqa: N815 - GitHub's name
    author: Account | None = None
    comments: OwnComments = OwnComments([])

    def to_record(self) -> PullRequest:
        """Give our record."""
        return PullRequest(
            number=self.number,
            title=self.title,
            body=(self.body or "").replace("\r\n", "\n"),
            state="open" if self.state == "OPEN" else "merged" if self.state == "MERGED" else "closed",
            url=self.url,
            merge_commit=self.mergeCommit.oid if self.mergeCommit else "",
            head=self.headRefOid,
        )


class Pulls(msgspec.Struct, frozen=True):
    """A connection of pull requests."""

    nodes: list[PullNode]


class GitActor(msgspec.Struct, frozen=True):
    """Who wrote a commit, with the account when GitHub knows it."""

    user: Account | None = None


class CommitNode(msgspec.Struct, frozen=True):
    """What GitHub knows about a commit."""

    associatedPullRequests: Pulls  # noqa: N815 - GitHub's name
    author: GitActor | None = None


class Parents(msgspec.Struct, frozen=True):
    """A connection of commits."""

    nodes: list[Oid]


class BranchTarget(msgspec.Struct, frozen=True):
    """The commit that the release branch points at."""

    oid: str
    message: str = ""
    tree: Oid | None = None
    parents: Parents | None = None


class BranchRef(msgspec.Struct, frozen=True):
    """A branch."""

    target: BranchTarget


class Count(msgspec.Struct, frozen=True):
    """A connection of which only the count was asked."""

    totalCount: int  # noqa: N815 - GitHub's name


class ReleaseNode(msgspec.Struct, frozen=True):
    """A release in GraphQL."""

    databaseId: int  # noqa: N815 - GitHub's name
    tagName: str  # noqa: N815 - GitHub's name
    name: str | None
    description: str | None
    isDraft: bool  # noqa: N815 - GitHub's name
    isPrerelease: bool  # noqa: N815 - GitHub's name
    url: str
    releaseAssets: Count = Count(0)  # noqa: N815 - GitHub's name

    def to_record(self) -> Release:
        """Give our record."""
        return Release(
            id=self.databaseId,
            tag=self.tagName,
            name=self.name or "",
            body=(self.description or "").replace("\r\n", "\n"),
            is_draft=self.isDraft,
            is_prerelease=self.isPrerelease,
            url=self.url,
            assets=self.releaseAssets.totalCount,
        )


class PageInfo(msgspec.Struct, frozen=True):
    """Whether a connection goes on, and where."""

    hasNextPage: bool = False  # noqa: N815 - GitHub's name
    endCursor: str | None = None  # noqa: N815 - GitHub's name


class Releases(msgspec.Struct, frozen=True):
    """A connection of releases."""

    nodes: list[ReleaseNode]
    pageInfo: PageInfo = PageInfo()  # noqa: N815 - GitHub's name


class ObservedRepository(msgspec.Struct, frozen=True):
    """The answer to the one look."""

    id: str
    url: str
    releases: Releases
    branch: BranchRef | None = None
    viewerPermission: str | None = None  # noqa: N815 - GitHub's name


class RestPullRequest(msgspec.Struct, frozen=True):
    """A pull request in REST."""

    number: int
    title: str
    state: str
    html_url: str
    body: str | None = None
    merge_commit_sha: str | None = None
    merged_at: str | None = None

    def to_record(self) -> PullRequest:
        """Give our record."""
        return PullRequest(
            number=self.number,
            title=self.title,
            body=(self.body or "").replace("\r\n", "\n"),
            state="open" if self.state == "open" else "merged" if self.merged_at else "closed",
            url=self.html_url,
            merge_commit=self.merge_commit_sha or "" if self.merged_at else "",
        )


class RestAsset(msgspec.Struct, frozen=True):
    """A file of a release in REST."""

    id: int
    name: str
    size: int
    state: str
    digest: str | None = None

    def to_record(self) -> Asset:
        """Give our record; a digest of another kind than SHA-256 is one that GitHub does not say."""
        kind, _, digest = (self.digest or "").partition(":")
        return Asset(
            id=self.id,
            name=self.name,
            size=self.size,
            sha256=digest.lower() if kind == "sha256" else "",
            is_whole=self.state == "uploaded",
        )


class RestRelease(msgspec.Struct, frozen=True):
    """A release in REST."""

    id: int
    tag_name: str
    draft: bool
    prerelease: bool
    html_url: str
    assets: list[RestAsset]
    name: str | None = None
    body: str | None = None
    immutable: bool | None = None
    upload_url: str = ""
    published_at: str | None = None

    def to_record(self) -> Release:
        """Give our record."""
        return Release(
            id=self.id,
            tag=self.tag_name,
            name=self.name or "",
            body=(self.body or "").replace("\r\n", "\n"),
            is_draft=self.draft,
            is_prerelease=self.prerelease,
            url=self.html_url,
            assets=len(self.assets),
            files=tuple(asset.to_record() for asset in self.assets),
            is_immutable=bool(self.immutable),
            upload_url=self.upload_url.partition("{")[0],
            published_at=self.published_at or "",
        )


class RestRun(msgspec.Struct, frozen=True):
    """A run of a workflow in REST."""

    id: int
    event: str
    head_sha: str
    html_url: str
    created_at: str
    status: str | None = None
    conclusion: str | None = None
    head_branch: str | None = None
    node_id: str = ""

    def to_record(self) -> WorkflowRun:
        """Give our record."""
        return WorkflowRun(
            id=self.id,
            event=self.event,
            ref=self.head_branch or "",
            commit=self.head_sha,
            is_done=self.status == "completed",
            conclusion=self.conclusion or "",
            url=self.html_url,
            created_at=self.created_at,
            node_id=self.node_id,
        )


class RestRuns(msgspec.Struct, frozen=True):
    """A page of runs."""

    workflow_runs: list[RestRun]


class StartedRun(msgspec.Struct, frozen=True):
    """The answer to a dispatch that asked for details."""

    workflow_run_id: int
