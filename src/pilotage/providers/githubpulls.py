"""Pull requests and their comments on GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from pilotage.errors import RemoteError
from pilotage.model.remote import PullRequest
from pilotage.providers.githubanswers import Account, RestPullRequest, read_answer
from pilotage.providers.githubcall import GitHubCall, GitHubRefusalError
from pilotage.providers.githubpullcheck import Sighted, observe_pull

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORBIDDEN = 403
_NOT_FOUND = 404
_UNPROCESSABLE = 422


class Comment(msgspec.Struct, frozen=True):
    """A comment on a pull request.

    Args:
        id: Its number in the REST API.
        body: Its text; GitHub may give null.
        user: Who wrote it; null for a deleted account.
    """

    id: int
    body: str | None = ""
    user: Account | None = None


class GitHubPulls:
    """The pull requests of one repository.

    Args:
        call: Sends the requests.
        repository: `owner/name`.
        web_url: The repository's page.
    """

    def __init__(self, call: GitHubCall, *, repository: str, web_url: str) -> None:
        self._call = call
        self._repository = repository
        self._owner = repository.partition("/")[0]
        self._path = f"/repos/{quote(repository)}"
        self._web_url = web_url

    def find(self, number: int) -> PullRequest:
        """Look up a pull request by its number.

        Source: https://docs.github.com/rest/pulls/pulls#get-a-pull-request
        """
        answer = self._call.read(f"{self._path}/pulls/{number}")
        return read_answer(answer, RestPullRequest, place=f"pulls/{number}").to_record()

    def observe(self, number: int, *, base: str, config_path: str, release_branch: str) -> Sighted:
        """Look at a pull request and everything that its check decides on, in one request."""
        return observe_pull(
            self._call, self._repository, number, base=base, config_path=config_path, release_branch=release_branch
        )

    def find_open(self, branch: str, base: str) -> PullRequest | None:
        """Look for the open pull request from a branch of this repository (never one from a fork)."""
        answer = self._call.read(
            f"{self._path}/pulls", parameters={"state": "open", "head": f"{self._owner}:{branch}", "base": base}
        )
        pulls = read_answer(answer, list[RestPullRequest], place="pulls")
        return pulls[0].to_record() if pulls else None

    def open(self, branch: str, base: str, *, title: str, body: str) -> PullRequest:
        """Open a pull request, or find the one that is open already.

        Source: https://docs.github.com/rest/pulls/pulls#create-a-pull-request

        Raises:
            RemoteError: GitHub refused; the error names the setting when Actions may not open pull requests.
        """
        wanted = {"title": title, "head": branch, "base": base, "body": body}
        try:
            answer = self._call.write(
                lambda: self._call.send("POST", f"{self._path}/pulls", wanted),
                look=lambda: self.find_open(branch, base),
            )
        except GitHubRefusalError as refusal:
            if refusal.status == _UNPROCESSABLE and "already exists" in refusal.said:
                found = self.find_open(branch, base)
                if found is not None:
                    return found
            if refusal.status == _FORBIDDEN and "not permitted to create" in refusal.said:
                raise self._forbidden_setting(branch, base) from refusal
            raise
        if isinstance(answer, PullRequest):
            return answer
        return read_answer(answer, RestPullRequest, place="pulls").to_record()

    def _forbidden_setting(self, branch: str, base: str) -> RemoteError:
        compare = f"{self._web_url}/compare/{quote(base)}...{quote(branch)}?expand=1"
        return RemoteError(
            f"{self._repository}: GitHub Actions may not create pull requests here; the branch {branch} is ready",
            hint=(
                'Turn on "Allow GitHub Actions to create and approve pull requests" under Settings > Actions > General '
                "(of the repository and of its organisation), or pass the token of a GitHub App, then run again. "
                f"Or open it yourself: {compare}"
            ),
        )

    def edit(self, number: int, *, changes: Mapping[str, str]) -> None:
        """Change a pull request's title, body or state; sending the same again does no harm."""
        body = dict(changes)
        self._call.write(lambda: self._call.send("PATCH", f"{self._path}/pulls/{number}", body), look=lambda: None)

    def ensure_comment(self, number: int, text: str, *, marker: str = "") -> None:
        """Let a pull request have one comment of ours, also when two runs write it at once.

        Source: https://docs.github.com/rest/issues/comments#create-an-issue-comment

        Args:
            number: The pull request.
            text: The comment's text.
            marker: What a comment about the same thing begins with; the whole text when empty.
        """
        if self._find_comments(number, text):
            return
        path = f"{self._path}/issues/{number}/comments"
        answer = self._call.write(
            lambda: self._call.send("POST", path, {"body": text}),
            look=lambda: next(iter(self._find_comments(number, text)), None),
        )
        made = answer if isinstance(answer, Comment) else read_answer(answer, Comment, place="comments")
        if any(comment.id < made.id for comment in self._find_comments(number, marker or text, author=made.user)):
            self._delete_comment(made.id)

    def edit_comment(self, comment: int, text: str) -> None:
        """Give a comment another text; sending the same again does no harm.

        Source: https://docs.github.com/rest/issues/comments#update-an-issue-comment
        """
        self._call.write(
            lambda: self._call.send("PATCH", f"{self._path}/issues/comments/{comment}", {"body": text}) or True,
            look=lambda: None,
        )

    def _find_comments(self, number: int, start: str, *, author: Account | None = None) -> list[Comment]:
        answer = self._call.read(f"{self._path}/issues/{number}/comments", parameters={"per_page": 100})
        found = read_answer(answer, list[Comment], place="comments")
        return [c for c in found if (c.body or "").startswith(start) and author in (None, c.user)]

    def _delete_comment(self, comment: int) -> None:
        try:
            self._call.write(
                lambda: self._call.send("DELETE", f"{self._path}/issues/comments/{comment}") or True, look=lambda: None
            )
        except GitHubRefusalError as refusal:
            if refusal.status != _NOT_FOUND:
                raise
