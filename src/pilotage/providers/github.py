"""One repository on GitHub: what one look shows, its commits and its refs."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from pilotage.errors import DriftError, RemoteError
from pilotage.model.commit import PullRequestText
from pilotage.providers import githubqueries as queries
from pilotage.providers.githubanswers import CommitNode, read_answer
from pilotage.providers.githubassets import GitHubAssets
from pilotage.providers.githubcall import GitHubCall, GitHubRefusalError
from pilotage.providers.githubissues import GitHubIssues
from pilotage.providers.githublook import Sighting, look
from pilotage.providers.githubpast import read_published
from pilotage.providers.githubpulls import GitHubPulls
from pilotage.providers.githubreleases import GitHubReleases
from pilotage.providers.githubworkflows import GitHubWorkflows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotage.model.project import FileEdit
    from pilotage.model.remote import Release
    from pilotage.providers.githubqueries import Wanted

NO_OBJECT = "0" * 40
"""How GitHub spells "no such ref" in a compare-and-swap."""

_PLAIN_FILE = "100644"
_NOT_FOUND = 404
_UNPROCESSABLE = 422


class GitHub:
    """One repository on GitHub.

    Args:
        call: Sends the requests.
        repository: `owner/name`.
        web_url: The server's pages: `https://github.com`.

    Attributes:
        pulls: Its pull requests.
        releases: Its releases.
        assets: The files of its releases.
        workflows: Its workflows and their runs.
        issues: Issues that Pilotage keeps in it.
    """

    def __init__(self, call: GitHubCall, *, repository: str, web_url: str) -> None:
        self._call = call
        self.repository = repository
        self.web_url = f"{web_url.rstrip('/')}/{repository}"
        owner, _, name = repository.partition("/")
        self._path = f"/repos/{quote(owner)}/{quote(name)}"
        self.pulls = GitHubPulls(call, repository=repository, web_url=self.web_url)
        self.releases = GitHubReleases(call, repository=repository)
        self.assets = GitHubAssets(call, repository=repository)
        self.workflows = GitHubWorkflows(call, repository=repository)
        self.issues = GitHubIssues(call, repository=repository)

    def close(self) -> None:
        """Give the connections back."""
        self._call.close()

    def observe(self, branch: str, wanted: Wanted) -> Sighting:
        """Look at everything that the release flows decide on; see `look`.

        Raises:
            RemoteError: GitHub refused or stayed out of reach.
        """
        return look(self._call, self.repository, branch=branch, wanted=wanted)

    def list_published(self) -> tuple[Release, ...]:
        """List the newest published releases, at most a hundred, the one published last first: one request.

        Raises:
            RemoteError: GitHub refused or stayed out of reach.
        """
        return read_published(self._call, self.repository)

    def read_file(self, path: str, ref: str) -> str | None:
        """Read a text file of a branch, tag or commit; None when there is none.

        Source: https://docs.github.com/rest/repos/contents#get-repository-content

        Raises:
            RemoteError: It is no file, is too large for this request, or is not UTF-8.
        """
        try:
            answer = self._call.read(f"{self._path}/contents/{quote(path)}", parameters={"ref": ref})
        except GitHubRefusalError as refusal:
            if refusal.status == _NOT_FOUND:
                return None
            raise
        found = read_answer(answer, _Content, place=f"contents/{path}")
        if found.encoding != "base64":  # a file above 1 MB comes without its content
            raise RemoteError(f"{path} at {ref}: too large to be read", hint="Keep the file below 1 MB.")
        try:
            return base64.b64decode(found.content).decode("utf-8")
        except ValueError as error:
            raise RemoteError(f"{path} at {ref}: not UTF-8 text", hint="Save the file as UTF-8.") from error

    def merge_base(self, base: str, head: str) -> str:
        """Look up the commit at which two commits parted.

        Source: https://docs.github.com/rest/commits/commits#compare-two-commits
        """
        answer = self._call.read(f"{self._path}/compare/{quote(base)}...{quote(head)}", parameters={"per_page": 1})
        return read_answer(answer, _Comparison, place="compare").merge_base_commit.sha

    def create_commit(
        self, base: str, base_tree: str, *, message: str, files: Sequence[FileEdit], modes: Mapping[str, str]
    ) -> tuple[str, str]:
        """Make a commit without author and committer, so that GitHub signs it; no ref points at it yet.

        Source: https://docs.github.com/rest/git/commits#create-a-commit

        Args:
            base: The parent commit.
            base_tree: The parent's tree.
            message: The message; the tree's id is appended to it as a trailer by the caller's formatter.
            files: The files that differ from the parent.
            modes: Git's mode of each file that the parent has; a file that it has not is a plain one.

        Returns:
            The commit's id and its tree's id.
        """
        entries = [
            {"path": f.path, "mode": modes.get(f.path, _PLAIN_FILE), "type": "blob", "content": f.text} for f in files
        ]
        # GitHub refuses a tree without entries; a release that writes no file has its parent's.
        tree = self._create_object("trees", {"base_tree": base_tree, "tree": entries}) if entries else base_tree
        body = {"message": message.replace("{tree}", tree), "tree": tree, "parents": [base]}
        return self._create_object("commits", body), tree

    def _create_object(self, kind: str, body: Mapping[str, object]) -> str:
        # Objects are content-addressed and nothing points at them: sending one twice does no harm.
        answer = self._call.write(lambda: self._call.send("POST", f"{self._path}/git/{kind}", body), look=lambda: None)
        return read_answer(answer, _Object, place=f"git/{kind}").sha

    def move_branch(self, repository_id: str, branch: str, *, before: str, after: str) -> None:
        """Let a branch point at a commit, only if it still points where it was seen.

        Source: https://docs.github.com/graphql/reference/mutations#updaterefs

        Args:
            repository_id: The repository's node id.
            branch: The branch's name.
            before: The commit it was seen at; empty when it did not exist.
            after: The commit it shall point at; empty to delete it.

        Raises:
            DriftError: It points elsewhere by now.
        """
        update = {
            "name": f"refs/heads/{branch}",
            "beforeOid": before or NO_OBJECT,
            "afterOid": after or NO_OBJECT,
            "force": True,
        }
        variables: dict[str, object] = {"repository": repository_id, "updates": [update]}

        def look() -> bool | None:
            return True if self.branch_head(branch) == (after or None) else None

        try:
            self._call.write(lambda: bool(self._call.mutate(queries.UPDATE_REFS, variables)), look=look)
        except GitHubRefusalError as refusal:
            if look():
                return
            if self.branch_head(branch) != (before or None):
                raise DriftError(
                    f"{branch} moved while Pilotage was at work", hint="Run again: Pilotage looks at it anew."
                ) from refusal
            raise

    def branch_head(self, branch: str) -> str | None:
        """Look up where a branch points; None when there is no such branch."""
        return self._ref(f"heads/{branch}")

    def tag_commit(self, tag: str) -> str | None:
        """Look up the commit that a tag points at, through an annotated tag; None when there is no such tag."""
        return self._ref(f"tags/{tag}")

    def _ref(self, ref: str) -> str | None:
        try:
            answer = self._call.read(f"{self._path}/git/ref/{quote(ref)}")
            target = read_answer(answer, _Ref, place=f"git/ref/{ref}").object
            if target.type == "tag":
                answer = self._call.read(f"{self._path}/git/tags/{target.sha}")
                target = read_answer(answer, _Ref, place=f"git/tags/{target.sha}").object
        except GitHubRefusalError as refusal:
            if refusal.status == _NOT_FOUND:
                return None
            raise
        return target.sha

    def create_tag(self, tag: str, commit: str) -> bool:
        """Make a lightweight tag; False when a tag of this name is there already, wherever it points.

        Source: https://docs.github.com/rest/git/refs#create-a-reference
        """
        body = {"ref": f"refs/tags/{tag}", "sha": commit}
        try:
            self._call.write(
                lambda: self._call.send("POST", f"{self._path}/git/refs", body),
                look=lambda: True if self.tag_commit(tag) == commit else None,
            )
        except GitHubRefusalError as refusal:
            if refusal.status == _UNPROCESSABLE and "already exists" in refusal.said:
                return False
            raise
        return True


class _Content(msgspec.Struct, frozen=True):
    content: str
    encoding: str


class _Object(msgspec.Struct, frozen=True):
    sha: str


class _Comparison(msgspec.Struct, frozen=True):
    merge_base_commit: _Object


class _Target(msgspec.Struct, frozen=True):
    sha: str
    type: str


class _Ref(msgspec.Struct, frozen=True):
    object: _Target


def pull_request_of(node: CommitNode, sha: str) -> PullRequestText | None:
    """Choose the pull request whose merge made a commit; None when no merged one claims it."""
    for pull in node.associatedPullRequests.nodes:
        if pull.merged and pull.mergeCommit is not None and pull.mergeCommit.oid == sha:
            return PullRequestText(
                pull.number,
                pull.title,
                (pull.body or "").replace("\r\n", "\n"),
                pull.author.login if pull.author else "",
                tuple(comment.body for comment in pull.comments.nodes if comment.viewerDidAuthor),
            )
    return None
