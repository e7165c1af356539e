"""What a forge knows beside git: plain records, numbered, that go to JSON and back."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pilotage.sandbox.forge.records import Deployment, Issue
    from pilotage.sandbox.forge.runs import Run

SquashTitle = Literal["PR_TITLE", "COMMIT_OR_PR_TITLE"]
SquashMessage = Literal["PR_BODY", "COMMIT_MESSAGES", "BLANK"]


@dataclass(slots=True)
class Settings:
    """The repository's settings; a new repository has GitHub's defaults, except private issues of taste.

    `protected` are patterns of refs that no client may make, move or delete; `tree_limit` is how many rows a recursive
    listing of a tree has before it is cut off.
    """

    private: bool = False
    squash_merge_commit_title: SquashTitle = "COMMIT_OR_PR_TITLE"
    squash_merge_commit_message: SquashMessage = "COMMIT_MESSAGES"
    allow_squash_merge: bool = True
    allow_merge_commit: bool = True
    allow_rebase_merge: bool = True
    delete_branch_on_merge: bool = False
    immutable_releases: bool = False
    description: str = ""
    topics: tuple[str, ...] = ()
    archived: bool = False
    disabled: bool = False
    locked: bool = False
    has_issues: bool = True
    protected: tuple[str, ...] = ()
    tree_limit: int = 100_000


@dataclass(slots=True)
class PullRequest:
    """A pull request; `state` is open or closed, times are ISO 8601 in UTC, empty for "not yet".

    `fork` is the full name of the repository that the head is in, empty for this one; `test_merge_sha` is the commit
    that merging now would make, empty when that conflicts.
    """

    id: int
    number: int
    title: str
    body: str | None
    author: str
    head: str
    base: str
    head_sha: str
    base_sha: str
    created_at: str
    updated_at: str
    state: str = "open"
    draft: bool = False
    labels: tuple[str, ...] = ()
    closed_at: str = ""
    merged_at: str = ""
    merged_by: str = ""
    merge_commit_sha: str = ""
    fork: str = ""
    test_merge_sha: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether it can still be merged."""
        return self.state == "open"

    @property
    def is_merged(self) -> bool:
        """Tell whether it was merged (then it is closed too)."""
        return bool(self.merged_at)


@dataclass(slots=True)
class Fork:
    """Another repository that pull requests come from; its objects lie with ours, as in GitHub's networks.

    Args:
        owner: Whose it is.
        name: Its name.
        branches: Their names, and the commits that they point at.
    """

    owner: str
    name: str
    branches: dict[str, str] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """Spell `OWNER/NAME`."""
        return f"{self.owner}/{self.name}"


@dataclass(slots=True)
class MergeGroup:
    """Pull requests that a merge queue tests and lands together.

    Args:
        base: The branch that they go to.
        base_sha: The commit below them: the base's, or the last commit of the group before.
        numbers: The pull requests, in the order of landing.
        heads: The head of each when it was queued.
        commits: The commit that each becomes.
    """

    base: str
    base_sha: str
    numbers: tuple[int, ...]
    heads: tuple[str, ...]
    commits: tuple[str, ...]

    @property
    def head_sha(self) -> str:
        """Give the commit that the base will point at."""
        return self.commits[-1]

    @property
    def ref(self) -> str:
        """Spell the full name of the queue's own branch."""
        return f"refs/heads/gh-readonly-queue/{self.base}/pr-{self.numbers[-1]}-{self.base_sha}"


@dataclass(slots=True)
class Asset:
    """A file of a release; `content` is Base64, `state` is `starter` when its upload broke off."""

    id: int
    name: str
    content_type: str
    content: str
    label: str
    author: str
    created_at: str
    size: int
    sha256: str
    state: str = "uploaded"


@dataclass(slots=True)
class Release:
    """A release; `published_at` is empty for a draft, `immutable` is decided when it is published."""

    id: int
    tag_name: str
    target_commitish: str
    name: str | None
    body: str | None
    draft: bool
    prerelease: bool
    author: str
    created_at: str
    published_at: str = ""
    make_latest: str = "true"
    assets: list[Asset] = field(default_factory=list)
    immutable: bool = False

    def copy(self, *, name: str | None = None, body: str | None = None, draft: bool | None = None) -> Release:
        """Copy the release with what is given changed."""
        return dataclasses.replace(
            self,
            name=self.name if name is None else name,
            body=self.body if body is None else body,
            draft=self.draft if draft is None else draft,
        )


@dataclass(slots=True)
class Comment:
    """A comment on a pull request or an issue."""

    id: int
    number: int
    body: str
    author: str
    created_at: str
    updated_at: str


@dataclass(slots=True)
class Dispatch:
    """A dispatch that a client asked for.

    Args:
        kind: `repository_dispatch` or `workflow_dispatch`.
        name: The event type, or the workflow's id or file name.
        ref: The workflow's ref; empty for a repository dispatch.
        payload: The client payload or the inputs.
    """

    kind: str
    name: str
    ref: str
    payload: dict[str, object]


@dataclass(slots=True)
class State:
    """Everything of a repository that is not in git.

    `runs_take` is how often a run is seen unfinished (None: it never ends by itself) and `runs_end` how it ends;
    `burnt_tags` are those that an immutable release has or had.
    """

    owner: str = "acme"
    name: str = "demo"
    default_branch: str = "main"
    created_at: str = ""
    settings: Settings = field(default_factory=Settings)
    pulls: list[PullRequest] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    deployments: list[Deployment] = field(default_factory=list)
    dispatches: list[Dispatch] = field(default_factory=list)
    forks: list[Fork] = field(default_factory=list)
    groups: list[MergeGroup] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    runs_take: int | None = 2
    runs_end: str = "success"
    workflow_ids: dict[str, int] = field(default_factory=dict)
    burnt_tags: list[str] = field(default_factory=list)
    last_number: int = 0
    last_id: int = 1000

    @property
    def full_name(self) -> str:
        """Spell `OWNER/NAME`."""
        return f"{self.owner}/{self.name}"

    def next_id(self) -> int:
        """Give an id that no object had before."""
        self.last_id += 1
        return self.last_id

    def next_number(self) -> int:
        """Give the number of the next pull request or issue: both are numbered together."""
        self.last_number += 1
        return self.last_number

    def listing(self) -> State:
        """Copy what listings are answered from: later changes of the records do not show in the copy."""
        return dataclasses.replace(
            self,
            pulls=[dataclasses.replace(pull) for pull in self.pulls],
            releases=[dataclasses.replace(release, assets=list(release.assets)) for release in self.releases],
            comments=[dataclasses.replace(comment) for comment in self.comments],
            issues=[dataclasses.replace(issue) for issue in self.issues],
            deployments=[dataclasses.replace(row, statuses=list(row.statuses)) for row in self.deployments],
            runs=[dataclasses.replace(run, inputs=dict(run.inputs)) for run in self.runs],
        )


def utc_text(moment: datetime) -> str:
    """Spell a moment as GitHub does: ISO 8601, whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
