"""One look at a pull request: its words, its commits, the rules of its base branch, and what we said before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from pilotage.errors import RemoteError
from pilotage.model.commit import Author, Commit
from pilotage.model.pullcontext import MergeSettings, PullContext
from pilotage.providers import githubqueries as queries
from pilotage.providers.githubanswers import Account, Parents, PullNode, Pulls, read_answer
from pilotage.providers.githubcall import GitHubRefusalError

if TYPE_CHECKING:
    from pilotage.providers.githubcall import GitHubCall


class Sighted(msgspec.Struct, frozen=True):
    """What one look at a pull request showed.

    Args:
        context: The pull request.
        head: The commit that it ends with.
        config_text: The configuration's text on the base branch; None when there is no such file.
        release_pr_url: The page of the open release pull request of the base branch; empty when there is none.
        comments: Our own comments on it: number to text.
    """

    context: PullContext
    head: str
    config_text: str | None
    release_pr_url: str
    comments: dict[int, str]


class _User(msgspec.Struct, frozen=True):
    name: str | None = None
    user: Account | None = None


class _CommitNode(msgspec.Struct, frozen=True):
    oid: str
    message: str
    parents: Parents
    author: _User | None = None


class _PullCommit(msgspec.Struct, frozen=True):
    commit: _CommitNode


class _Commits(msgspec.Struct, frozen=True):
    nodes: list[_PullCommit]
    totalCount: int  # noqa: N815 - GitHub's name


class _File(msgspec.Struct, frozen=True):
    path: str


class _Files(msgspec.Struct, frozen=True):
    nodes: list[_File]
    totalCount: int  # noqa: N815 - GitHub's name


class _Comment(msgspec.Struct, frozen=True):
    body: str
    viewerDidAuthor: bool  # noqa: N815 - GitHub's name
    databaseId: int | None = None  # noqa: N815 - GitHub's name


class _Comments(msgspec.Struct, frozen=True):
    nodes: list[_Comment]


class _Label(msgspec.Struct, frozen=True):
    name: str


class _Labels(msgspec.Struct, frozen=True):
    nodes: list[_Label]


class _Actor(msgspec.Struct, frozen=True):
    login: str
    kind: str = msgspec.field(name="__typename", default="User")


class _Pull(msgspec.Struct, frozen=True):
    title: str
    body: str | None
    isDraft: bool  # noqa: N815 - GitHub's name
    isCrossRepository: bool  # noqa: N815 - GitHub's name
    headRefName: str  # noqa: N815 - GitHub's name
    headRefOid: str  # noqa: N815 - GitHub's name
    baseRefName: str  # noqa: N815 - GitHub's name
    commits: _Commits
    comments: _Comments
    labels: _Labels | None = None
    files: _Files | None = None
    author: _Actor | None = None


class _Blob(msgspec.Struct, frozen=True):
    text: str | None = None
    isTruncated: bool = False  # noqa: N815 - GitHub's name


class _Settings(msgspec.Struct, frozen=True):
    mergeCommitAllowed: bool  # noqa: N815 - GitHub's name
    squashMergeAllowed: bool  # noqa: N815 - GitHub's name
    rebaseMergeAllowed: bool  # noqa: N815 - GitHub's name
    squashMergeCommitTitle: Literal["PR_TITLE", "COMMIT_OR_PR_TITLE"]  # noqa: N815 - GitHub's name
    squashMergeCommitMessage: Literal["PR_BODY", "COMMIT_MESSAGES", "BLANK"]  # noqa: N815 - GitHub's name

    def to_record(self) -> MergeSettings:
        """Give our record."""
        return MergeSettings(
            is_known=True,
            squash=self.squashMergeAllowed,
            merge=self.mergeCommitAllowed,
            rebase=self.rebaseMergeAllowed,
            squash_title=self.squashMergeCommitTitle,
            squash_message=self.squashMergeCommitMessage,
        )


class _Repository(msgspec.Struct, frozen=True):
    open: Pulls
    pullRequest: _Pull | None  # noqa: N815 - GitHub's name
    config: _Blob | None = None


def observe_pull(
    call: GitHubCall, repository: str, number: int, *, base: str, config_path: str, release_branch: str
) -> Sighted:
    """Look at a pull request, in one request.

    Args:
        call: Sends the request.
        repository: `owner/name`.
        number: The pull request's number.
        base: The branch that it shall be merged into.
        config_path: The configuration's path in the repository.
        release_branch: The branch behind the release pull request of the base branch.

    Raises:
        RemoteError: GitHub refused or stayed out of reach, shows no such pull request, or only a part of the
            configuration.
    """
    owner, _, name = repository.partition("/")
    variables: dict[str, object] = {"owner": owner, "name": name, "number": number, "config": f"{base}:{config_path}"}
    variables |= {"release": release_branch, "target": base}
    place = f"pull request {number}"
    try:
        answer = call.query(queries.render_pull(has_settings=True), variables).get("repository")
        settings = read_answer(answer, _Settings, place=place).to_record()
    except GitHubRefusalError as refusal:
        if not any(name in refusal.said for name in queries.MERGE_SETTINGS.split()):
            raise
        # A token that may only read is not told how the repository merges: then GitHub's defaults are assumed.
        answer = call.query(queries.render_pull(has_settings=False), variables).get("repository")
        settings = MergeSettings()
    seen = read_answer(answer, _Repository, place=place)
    if seen.pullRequest is None:
        raise RemoteError(f"{repository}: GitHub shows no pull request {number}", hint="Check the token's permissions.")
    if seen.config is not None and (seen.config.isTruncated or seen.config.text is None):
        raise RemoteError(
            f"{config_path} on {base}: GitHub gives only a part of it, so the rules are unknown",
            hint="Keep the configuration in a text file below a megabyte.",
        )
    pull = seen.pullRequest
    return Sighted(
        context=_read_context(pull, number, settings),
        head=pull.headRefOid,
        config_text=seen.config.text if seen.config else None,
        release_pr_url=_find_url(seen.open.nodes),
        comments={c.databaseId: c.body for c in pull.comments.nodes if c.viewerDidAuthor and c.databaseId is not None},
    )


def _find_url(pulls: list[PullNode]) -> str:
    return next((pull.url for pull in pulls if not pull.isCrossRepository), "")


def _read_context(pull: _Pull, number: int, settings: MergeSettings) -> PullContext:
    # Past a hundred commits or files the list is not whole, and a part of it would be taken for all.
    commits = pull.commits.nodes if pull.commits.totalCount == len(pull.commits.nodes) else []
    files = pull.files.nodes if pull.files and pull.files.totalCount == len(pull.files.nodes) else []
    return PullContext(
        title=pull.title,
        number=number,
        body=(pull.body or "").replace("\r\n", "\n"),
        author=pull.author.login if pull.author else "",
        author_is_bot=pull.author is not None and pull.author.kind == "Bot",
        is_draft=pull.isDraft,
        is_fork=pull.isCrossRepository,
        labels=tuple(label.name for label in pull.labels.nodes) if pull.labels else (),
        head_branch=pull.headRefName,
        base_branch=pull.baseRefName,
        commits=tuple(_read_commit(node.commit) for node in commits),
        files=tuple(file.path for file in files),
        settings=settings,
    )


def _read_commit(node: _CommitNode) -> Commit:
    login = node.author.user.login if node.author and node.author.user else ""
    name = (node.author.name if node.author else "") or ""
    parents = tuple(parent.oid for parent in node.parents.nodes)
    return Commit(node.oid, node.message, Author(name, login), parents)
