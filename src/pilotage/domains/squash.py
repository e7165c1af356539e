"""Predict the commits that GitHub makes when a pull request is merged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.model.commit import Author, Commit, PullRequestText
from pilotage.model.mergepreview import PredictedMerge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pilotage.model.pullcontext import PullContext

__all__ = ["ABSENT_SHA", "predict_merges", "read_own_commits", "wrap_body"]

ABSENT_SHA = "0" * 40
"""The id of a commit that does not exist yet; a second one ends in 1, and so on."""

_WIDTH = 72
_BLANKS = " \t\f\v"
_BLANK = re.compile(r"[ \t\f\v]")
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})(.*)")
_SEPARATOR = "---------"
_CO_AUTHOR = "co-authored-by:"


def predict_merges(
    context: PullContext, *, repository_owner: str = "", has_co_authors: bool = True
) -> tuple[PredictedMerge, ...]:
    """Predict the commits of each allowed way of merging: squash first, then merge, then rebase.

    As GitHub documents ("About pull request merges", and `squash_merge_commit_title` and `squash_merge_commit_message`
    of the REST API) and as the histories of 40 public repositories show:

    - Squash, first line: the pull request's title, or with `COMMIT_OR_PR_TITLE` that of its only commit; then ` (#N)`.
      Merge commits among its commits are not counted.
    - Squash, rest: with `PR_BODY` the body as `wrap_body` gives it; with `COMMIT_MESSAGES` the body of the only commit,
      or each commit as `* first line` and its body, oldest first, not wrapped; with `BLANK` nothing. Authors of commits
      other than who opened the pull request follow as `Co-authored-by` trailers, below a line of dashes when there is
      more than one commit.
    - Merge: `Merge pull request #N from OWNER/BRANCH` and the title, over the commits of the branch.
    - Rebase: each commit as it is, without merges.

    Unknown, and taken to be so: whether a commit's first line that ends in ` (#N)` gets a second one (here it does),
    and when exactly the line of dashes is left out. Not known to the settings record: another default message of merge
    commits; GitHub's own default is predicted. Whoever merges may edit any message.

    Args:
        context: The pull request.
        repository_owner: Who owns the repository; it is the owner of a branch that comes from no fork.
        has_co_authors: Whether the trailers are written. E-mail addresses are not known here; GitHub's no-reply address
            of the login stands in their place.
    """
    settings = context.settings
    ways = []
    if settings.squash or not (settings.merge or settings.rebase):
        ways.append(_predict_squash(context, has_co_authors=has_co_authors))
    if settings.merge:
        ways.append(_predict_merge(context, repository_owner))
    if settings.rebase:
        commits = [_attach(commit, context) for commit in read_own_commits(context)]
        ways.append(PredictedMerge("rebase", tuple(reversed(commits)), is_complete=bool(context.commits)))
    return tuple(ways)


def read_own_commits(context: PullContext) -> tuple[Commit, ...]:
    """Give the commits that are the pull request's own work, oldest first: all but merges."""
    return tuple(commit for commit in context.commits if len(commit.parents) <= 1)


def wrap_body(text: str) -> str:
    """Wrap a pull request's body as GitHub does for the message of a squash commit.

    Each line of more than 72 characters is broken at its last blank that keeps a part within 72; what follows starts at
    the margin, also in lists, tables and quotes. A word is never broken, so it may be longer. Line breaks stay, and so
    does fenced code. Of 2544 squash commits of a repository that uses `PR_BODY`, 2532 have no line that this would
    still break. What GitHub does with a fence that is never closed is not known: it is taken to reach to the end.
    """
    wrapped: list[str] = []
    fence = ""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        fence = _read_fence(line, fence)
        if fence or len(line) <= _WIDTH:
            wrapped.append(line)
        else:
            wrapped.extend(_wrap_line(line))
    return "\n".join(wrapped)


def _read_fence(line: str, fence: str) -> str:
    match = _FENCE.fullmatch(line)
    if match is None or (fence and (not match[1].startswith(fence) or match[2].strip())):
        return fence
    return "" if fence else match[1]


def _wrap_line(line: str) -> Iterator[str]:
    start = 0
    while len(line) - start > _WIDTH:
        end = next((index for index in range(start + _WIDTH, start, -1) if line[index] in _BLANKS), 0)
        if not end:
            blank = _BLANK.search(line, start + _WIDTH)
            end = blank.start() if blank else len(line)
        yield line[start:end].rstrip(_BLANKS)
        start = end
        while start < len(line) and line[start] in _BLANKS:
            start += 1
    if start < len(line):
        yield line[start:].rstrip(_BLANKS)


def _predict_squash(context: PullContext, *, has_co_authors: bool) -> PredictedMerge:
    commits = read_own_commits(context)
    settings = context.settings
    title = context.title
    if settings.squash_title == "COMMIT_OR_PR_TITLE" and len(commits) == 1:
        title = _split(commits[0])[0]
    body = ""
    if settings.squash_message == "PR_BODY":
        body = wrap_body(context.body)
    elif settings.squash_message == "COMMIT_MESSAGES":
        body = _list_messages(commits)
    trailers = "\n".join(_find_co_authors(commits, context)) if has_co_authors else ""
    line = _SEPARATOR if trailers and body.strip() and len(commits) > 1 else ""
    text = "\n\n".join(part for part in (_number(title, context), body.strip("\n"), line, trailers) if part)
    depends = settings.squash_message == "COMMIT_MESSAGES" or settings.squash_title == "COMMIT_OR_PR_TITLE"
    commit = _make(context, text)
    return PredictedMerge("squash", (commit,), is_complete=bool(context.commits) or not depends)


def _predict_merge(context: PullContext, repository_owner: str) -> PredictedMerge:
    owner = (context.author if context.is_fork else repository_owner) or "OWNER"
    text = f"Merge pull request #{context.number} from {owner}/{context.head_branch}\n\n{context.title}"
    branch = tuple(_attach(commit, context) for commit in reversed(context.commits))
    parents = (context.base_branch, branch[0].sha if branch else context.head_branch)
    merge = msgspec.structs.replace(_make(context, text), parents=parents)
    return PredictedMerge("merge", (merge, *branch), is_complete=bool(branch))


def _number(title: str, context: PullContext) -> str:
    return f"{title} (#{context.number})" if context.number else title


def _make(context: PullContext, text: str) -> Commit:
    return _attach(Commit(ABSENT_SHA, text, Author(context.author, context.author)), context)


def _attach(commit: Commit, context: PullContext) -> Commit:
    """Name the pull request as the one whose merge brings the commit: its body may hold an override."""
    if not context.number:
        return commit
    pull = PullRequestText(context.number, context.title, context.body, context.author)
    return msgspec.structs.replace(commit, pull_request=pull)


def _split(commit: Commit) -> tuple[str, str]:
    text = commit.message.replace("\r\n", "\n").replace("\r", "\n").strip()
    subject, _, body = text.partition("\n")
    return subject.rstrip(), body.strip("\n")


def _list_messages(commits: Sequence[Commit]) -> str:
    messages = [_split(commit) for commit in commits]
    if len(messages) == 1:
        return messages[0][1]
    return "\n\n".join(f"* {subject}\n\n{body}".rstrip("\n") for subject, body in messages)


def _find_co_authors(commits: Sequence[Commit], context: PullContext) -> Iterator[str]:
    """Give a trailer for each author but the pull request's, and for each trailer of a commit, once."""
    seen: set[str] = {context.author.casefold()} if context.author else set()
    for commit in commits:
        author = commit.author
        known = (author.login or author.name).casefold()
        if known and known not in seen:
            address = f" <{author.login}@users.noreply.github.com>" if author.login else ""
            yield f"Co-authored-by: {author.name or author.login}{address}"
        seen.add(known)
        for line in _split(commit)[1].split("\n"):
            person = line[len(_CO_AUTHOR) :].strip()
            if line.casefold().startswith(_CO_AUTHOR) and person and person.casefold() not in seen:
                seen.add(person.casefold())
                yield f"Co-authored-by: {person}"
