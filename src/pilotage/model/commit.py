"""Commits as git has them, and what GitHub knows about the pull requests they came from."""

from __future__ import annotations

import msgspec


class Author(msgspec.Struct, frozen=True):
    """Who wrote a commit.

    Args:
        name: The name that the commit carries.
        login: The account on GitHub; empty when unknown.
    """

    name: str
    login: str = ""


class PullRequestText(msgspec.Struct, frozen=True):
    """The merged pull request that a commit came from.

    Args:
        number: Its number.
        title: Its title as it is now.
        body: Its body as it is now, LF line ends.
        author: The login of who opened it; empty for a deleted account.
        comments: Our own comments among its last ones.
    """

    number: int
    title: str
    body: str = ""
    author: str = ""
    comments: tuple[str, ...] = ()


class Commit(msgspec.Struct, frozen=True):
    """One commit on the release branch.

    Args:
        sha: The full object id.
        message: The whole message as git has it.
        author: Who wrote it.
        parents: The full ids of its parents.
        pull_request: The pull request whose merge made it, when known.
        files: The paths that it changes, against its first parent where it is a merge; None when they were not read.
        email: The author's address, which tells one contributor from another; empty when it was not read.
    """

    sha: str
    message: str
    author: Author = Author("")
    parents: tuple[str, ...] = ()
    pull_request: PullRequestText | None = None
    files: tuple[str, ...] | None = None
    email: str = ""
