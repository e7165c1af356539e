"""Issues of one repository that Pilotage keeps, each found by the marker that its text begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from pilotage.errors import RemoteError
from pilotage.providers import downstreamqueries as queries
from pilotage.providers.githubanswers import PageInfo, read_answer
from pilotage.providers.githubcall import GitHubCall, GitHubRefusalError
from pilotage.providers.githublook import read_repository

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_PAGES = 20
_GONE = 410


class Issue(msgspec.Struct, frozen=True):
    """An issue that Pilotage wrote.

    Args:
        number: Its number.
        title: Its title.
        body: Its text with LF line ends.
        is_open: Whether it is open.
        url: Its page.
    """

    number: int
    title: str
    body: str
    is_open: bool
    url: str


class _IssueNode(msgspec.Struct, frozen=True):
    number: int
    title: str
    body: str
    state: str
    url: str
    viewerDidAuthor: bool  # noqa: N815 - GitHub's name

    def to_record(self) -> Issue:
        return Issue(self.number, self.title, _unify(self.body), self.state == "OPEN", self.url)


class _Issues(msgspec.Struct, frozen=True):
    nodes: list[_IssueNode]
    pageInfo: PageInfo  # noqa: N815 - GitHub's name


class _RestIssue(msgspec.Struct, frozen=True):
    number: int
    title: str
    state: str
    html_url: str
    body: str | None = None

    def to_record(self) -> Issue:
        return Issue(self.number, self.title, _unify(self.body or ""), self.state == "open", self.html_url)


class GitHubIssues:
    """The issues of one repository.

    Args:
        call: Sends the requests.
        repository: `owner/name`.
    """

    def __init__(self, call: GitHubCall, *, repository: str) -> None:
        self._call = call
        self._repository = repository
        self._path = f"/repos/{quote(repository)}/issues"
        owner, _, name = repository.partition("/")
        self._place: dict[str, object] = {"owner": owner, "name": name}

    def find(self, marker: str) -> Issue | None:
        """Look for the issue of ours whose text begins with a marker, open or closed; of several it is the oldest.

        One request as long as it is among the hundred issues that changed last; else one for each further hundred, of
        two thousand at the most.

        Raises:
            RemoteError: GitHub refused or stayed out of reach.
        """
        return next(iter(self._find_all(marker)), None)

    def ensure(self, marker: str, *, title: str, body: str, is_open: bool) -> str:
        """Let there be one issue of ours that begins with a marker, and let it be up to date.

        One request when nothing is to be done, two when it is edited, closed or opened again, and three for a new one
        (four for a new one that is closed). When two runs make one at once the older stays; the younger is closed.

        Args:
            marker: What its text begins with.
            title: Its title.
            body: Its text, which begins with the marker.
            is_open: Whether it shall be open.

        Returns:
            Its page.

        Raises:
            RemoteError: The repository has no issues, GitHub refused, or stayed out of reach.
        """
        found = self._find_all(marker)
        if not found:
            made = self._create(marker, title=title, body=body)
            found = self._find_all(marker)
            if made.number not in {issue.number for issue in found}:  # a look may be a moment behind
                found = sorted([*found, made], key=lambda issue: issue.number)
        kept, *spare = found
        for issue in spare:
            self._retire(issue, kept)
        wanted = Issue(kept.number, title, _unify(body), is_open, kept.url)
        changes: dict[str, object] = {}
        if kept.title.strip() != wanted.title.strip():
            changes["title"] = title
        if kept.body.strip() != wanted.body.strip():
            changes["body"] = body
        if kept.is_open != is_open:
            changes["state"] = "open" if is_open else "closed"
        if changes:
            self._edit(kept.number, changes)
        return kept.url

    def _find_all(self, marker: str) -> list[Issue]:
        """Give ours of the first page that has any, by number."""
        after: str | None = None
        for _ in range(_MOST_PAGES):
            answer = self._call.query(queries.ISSUES, self._place | {"after": after})
            page = read_answer(read_repository(answer, self._repository).get("issues"), _Issues, place="the issues")
            ours = [node.to_record() for node in page.nodes if node.viewerDidAuthor and node.body.startswith(marker)]
            if ours or not page.pageInfo.hasNextPage:
                return sorted(ours, key=lambda issue: issue.number)
            after = page.pageInfo.endCursor
        return []

    def _create(self, marker: str, *, title: str, body: str) -> Issue:
        """Make an issue, or find the one that an unclear request made.

        Source: https://docs.github.com/rest/issues/issues#create-an-issue
        """
        wanted = {"title": title, "body": body}
        answer = self._write(lambda: self._call.send("POST", self._path, wanted), look=lambda: self.find(marker))
        return answer if isinstance(answer, Issue) else read_answer(answer, _RestIssue, place="issues").to_record()

    def _retire(self, issue: Issue, kept: Issue) -> None:
        """Close one that another run made at the same time; without its marker it is never found again."""
        words = f"Another run made #{kept.number} for the same at the same time; that one is kept up to date."
        self._edit(issue.number, {"state": "closed", "state_reason": "not_planned", "body": words})

    def _edit(self, number: int, changes: dict[str, object]) -> None:
        """Change an issue; sending the same again does no harm.

        Source: https://docs.github.com/rest/issues/issues#update-an-issue
        """
        self._write(lambda: self._call.send("PATCH", f"{self._path}/{number}", changes), look=lambda: None)

    def _write(self, act: Callable[[], object], *, look: Callable[[], object]) -> object:
        try:
            return self._call.write(act, look=look)
        except GitHubRefusalError as refusal:
            if refusal.status != _GONE:
                raise
            raise RemoteError(
                f"{self._repository}: issues are switched off there, or this one was deleted: {refusal.said}",
                hint="Switch them on under Settings > General > Features, or keep no overview: "
                'report = "off" in [tool.pilotage.downstream].',
            ) from refusal


def _unify(body: str) -> str:
    return body.replace("\r\n", "\n")
