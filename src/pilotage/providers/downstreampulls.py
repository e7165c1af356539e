"""The pull requests of our branch where those of forks, from branches of the same name, leave no room in a look.

Anybody may open and close pull requests from a fork, whatever their branch is called, so that the first ones of that
name may all be strangers'. REST lists those of one owner's branch alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import msgspec

from pilotage.model.remote import PullRequest
from pilotage.providers.githubanswers import read_answer

if TYPE_CHECKING:
    from pilotage.providers.githubcall import GitHubCall

_MOST = 100


class _Place(msgspec.Struct, frozen=True):
    full_name: str


class _End(msgspec.Struct, frozen=True):
    sha: str
    repo: _Place | None = None


class _Pull(msgspec.Struct, frozen=True):
    number: int
    title: str
    state: Literal["open", "closed"]
    html_url: str
    head: _End
    body: str | None = None
    merged_at: str | None = None

    def to_record(self) -> PullRequest:
        text = (self.body or "").replace("\r\n", "\n")
        return PullRequest(self.number, self.title, text, self.state, self.html_url, head=self.head.sha)


class _Message(msgspec.Struct, frozen=True):
    message: str


class _Commit(msgspec.Struct, frozen=True):
    commit: _Message


class OurPulls(msgspec.Struct, frozen=True):
    """The pull requests of our branch.

    Args:
        open: The open one.
        closed: The last one that was closed without a merge.
        closed_message: The messages of its commits, the newest first.
    """

    open: PullRequest | None = None
    closed: PullRequest | None = None
    closed_message: str = ""


def list_our_pulls(call: GitHubCall, repository: str, *, branch: str, base: str) -> OurPulls:
    """List the pull requests of our branch, those of forks apart: one request, and one more where one was closed.

    Sources: https://docs.github.com/rest/pulls/pulls#list-pull-requests, #list-commits-on-a-pull-request

    Args:
        call: Sends the requests.
        repository: `OWNER/NAME`.
        branch: Our branch.
        base: The branch that they go to.

    Raises:
        RemoteError: GitHub refused or stayed out of reach.
    """
    path = f"/repos/{quote(repository)}/pulls"
    asked: dict[str, str | int] = {"state": "all", "sort": "created", "direction": "desc", "per_page": _MOST}
    asked |= {"head": f"{repository.partition('/')[0]}:{branch}", "base": base}
    pulls = read_answer(call.read(path, parameters=asked), list[_Pull], place="pulls")
    ours = [one for one in pulls if one.head.repo and one.head.repo.full_name.casefold() == repository.casefold()]
    opened = next((one.to_record() for one in ours if one.state == "open"), None)
    closed = next((one.to_record() for one in ours if one.state != "open" and not one.merged_at), None)
    if closed is None:
        return OurPulls(opened)
    answer = call.read(f"{path}/{closed.number}/commits", parameters={"per_page": _MOST})
    commits = read_answer(answer, list[_Commit], place="a pull request's commits")
    return OurPulls(opened, closed, "\n\n".join(one.commit.message for one in reversed(commits)))
