"""What merging a pull request will do: the commits that GitHub makes, and what a release reads in them."""

from __future__ import annotations

from typing import Literal

import msgspec

from pilotage.model.change import Change
from pilotage.model.commit import Commit
from pilotage.model.line import Line
from pilotage.model.project import Project
from pilotage.model.snapshot import LastRelease
from pilotage.model.title import Problem


class MergeBase(msgspec.Struct, frozen=True):
    """What a pull request would be merged into.

    Args:
        project: The package at the base branch's head.
        commits: The unreleased commits of the base branch, newest first, with their pull requests.
        last_release: The release that they follow; None before the first.
        web_url: The repository's page, `https://github.com/owner/name`; empty when unknown, then nothing is linked.
        line: The base branch's place among the branches that release.
        full_commits: The commits since the last full release, where the last one is a pre-release; None elsewhere.
    """

    project: Project
    commits: tuple[Commit, ...] = ()
    last_release: LastRelease | None = None
    web_url: str = ""
    line: Line = Line()
    full_commits: tuple[Commit, ...] | None = None


class PredictedMerge(msgspec.Struct, frozen=True):
    """The commits that one way of merging puts on the base branch.

    Args:
        way: The way of merging.
        commits: The commits, newest first, each with the pull request. Those that do not exist yet have a made-up id of
            zeros and a number.
        is_complete: Whether all that the messages are made of is known; otherwise the pull request's commits are not,
            and what depends on them is left out.
    """

    way: Literal["squash", "merge", "rebase"]
    commits: tuple[Commit, ...]
    is_complete: bool = True


class MergeOutcome(msgspec.Struct, frozen=True):
    """What a release reads in a predicted merge.

    Args:
        merge: The prediction.
        changes: The changes that the pull request adds to what is unreleased; none when it only takes back one of them.
        is_breaking: Whether one of them breaks users.
        is_marked: Whether each message that breaks users says so with `!`.
        is_noted: Whether each message that breaks users says so in a `BREAKING CHANGE` footer.
        title_bump: How far the first lines of the commits would move a version by themselves, without any body.
        bump: How far these changes alone move a version; `major` stands for any breaking change, also below 1.0.0.
        current: The released version; None before the first release.
        next: The version after the merge, with all that is unreleased; None when nothing is to be released, or when an
            obstacle stands in the way.
        obstacle: Why the next version cannot be told; empty when it can.
        notes: The changes' part of the notes, Markdown.
    """

    merge: PredictedMerge
    changes: tuple[Change, ...] = ()
    is_breaking: bool = False
    is_marked: bool = False
    is_noted: bool = False
    title_bump: Literal["major", "minor", "patch", "none"] = "none"
    bump: Literal["major", "minor", "patch", "none"] = "none"
    current: str | None = None
    next: str | None = None
    obstacle: str = ""
    notes: str = ""


class MergePreview(msgspec.Struct, frozen=True):
    """What merging will do, and what is doubtful about it.

    Args:
        outcomes: One for each allowed way of merging, never none; a squash, the usual one, comes first.
        problems: What was found, in the order of the rules' ids.
    """

    outcomes: tuple[MergeOutcome, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def main(self) -> MergeOutcome:
        """Give the outcome that a title is held against: that of a squash where one is allowed."""
        return self.outcomes[0]
