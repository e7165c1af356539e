"""Everything about a pull request that its check decides on."""

from __future__ import annotations

from typing import Literal

import msgspec

from pilotage.model.commit import Commit


class MergeSettings(msgspec.Struct, frozen=True):
    """How a repository merges (https://docs.github.com/graphql/reference/objects#repository).

    Args:
        is_known: Whether GitHub told; the rest are its defaults otherwise.
        squash: Whether squash merging is allowed.
        merge: Whether merge commits are allowed.
        rebase: Whether rebase merging is allowed.
        squash_title: What a squash commit's first line is made of.
        squash_message: What a squash commit's body is made of.
    """

    is_known: bool = False
    squash: bool = True
    merge: bool = True
    rebase: bool = True
    squash_title: Literal["PR_TITLE", "COMMIT_OR_PR_TITLE"] = "PR_TITLE"
    squash_message: Literal["PR_BODY", "COMMIT_MESSAGES", "BLANK"] = "PR_BODY"


class PullContext(msgspec.Struct, frozen=True):
    """A pull request as it is now.

    Args:
        number: Its number; 0 when there is none (a title on the command line).
        title: Its title.
        body: Its body, LF line ends.
        author: The login of who opened it; empty when unknown.
        author_is_bot: Whether that is a bot.
        is_draft: Whether it is a draft.
        is_fork: Whether it comes from another repository.
        labels: Its labels.
        head_branch: The branch it comes from.
        base_branch: The branch it shall be merged into.
        commits: Its commits, oldest first; empty when unknown.
        files: The paths that it changes; empty when unknown.
        settings: How the repository merges.
    """

    title: str
    number: int = 0
    body: str = ""
    author: str = ""
    author_is_bot: bool = False
    is_draft: bool = False
    is_fork: bool = False
    labels: tuple[str, ...] = ()
    head_branch: str = ""
    base_branch: str = ""
    commits: tuple[Commit, ...] = ()
    files: tuple[str, ...] = ()
    settings: MergeSettings = MergeSettings()
