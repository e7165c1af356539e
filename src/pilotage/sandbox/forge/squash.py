"""The commit message of a squash merge, by the repository's settings."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.sandbox.forge.objects import CommitObject
    from pilotage.sandbox.forge.state import PullRequest, Settings

_WIDTH: Final = 72
_FENCES: Final = ("```", "~~~")


def squash_title(settings: Settings, pull: PullRequest, commits: Sequence[CommitObject]) -> str:
    """Give the first line: the pull request's title, or the only commit's, and the number.

    Source: "squash_merge_commit_title" of GitHub's repository settings.
    """
    title = pull.title
    commits = own_commits(commits)
    if settings.squash_merge_commit_title == "COMMIT_OR_PR_TITLE" and len(commits) == 1:
        title = commits[0].message.split("\n", 1)[0]
    return f"{title} (#{pull.number})"


def squash_body(settings: Settings, pull: PullRequest, commits: Sequence[CommitObject]) -> str:
    """Give the rest of the message, without the blank line before it; empty for none.

    Source: "squash_merge_commit_message" of GitHub's repository settings.
    """
    if settings.squash_merge_commit_message == "PR_BODY":
        return wrap(pull.body or "")
    if settings.squash_merge_commit_message == "BLANK":
        return ""
    commits = own_commits(commits)
    if len(commits) == 1:
        return commits[0].message.partition("\n")[2].strip("\n")
    return "\n\n".join(f"* {commit.message.strip()}" for commit in commits)


def own_commits(commits: Sequence[CommitObject]) -> list[CommitObject]:
    """Give the commits that GitHub lists: all but merges."""
    return [commit for commit in commits if len(commit.parents) <= 1]


def wrap(text: str) -> str:
    """Break lines at 72 columns as GitHub does: each by itself, long words whole, nothing joined, fenced code left."""
    wrapped: list[str] = []
    fence = ""
    for line in text.replace("\r\n", "\n").rstrip("\n").split("\n"):
        mark = line.lstrip(" ")[:3]
        if mark in _FENCES and fence in ("", mark):
            fence = "" if fence else mark
            wrapped.append(line)
        else:
            wrapped.append(line if fence else _wrap_line(line))
    return "\n".join(wrapped)


def _wrap_line(line: str) -> str:
    if len(line) <= _WIDTH:
        return line
    return textwrap.fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False, replace_whitespace=False)
