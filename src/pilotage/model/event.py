"""What started a run: GitHub's event, read once at the edge."""

from __future__ import annotations

from typing import Literal

import msgspec


class TitleEvent(msgspec.Struct, frozen=True):
    """A pull request was opened, edited or pushed to.

    Args:
        number: Its number.
        title: Its title when the event was made.
        body: Its body when the event was made.
        is_fork: Whether it comes from another repository, so that the token may only read.
        head_branch: The branch it comes from.
        base_branch: The branch it shall be merged into; the configuration is read from there.
    """

    number: int
    title: str
    body: str = ""
    is_fork: bool = False
    head_branch: str = ""
    base_branch: str = ""


class MergeGroupEvent(msgspec.Struct, frozen=True):
    """A merge queue asks for its checks.

    Args:
        message: The message of the group's head commit.
        base_branch: The branch that the group shall be merged into.
        base_sha: The commit that the group stands on.
        head_branch: The branch that holds the group.
    """

    message: str
    base_branch: str = ""
    base_sha: str = ""
    head_branch: str = ""


class PushEvent(msgspec.Struct, frozen=True):
    """Commits arrived on a branch.

    Args:
        branch: The branch; empty for a tag.
        head: The commit it points at since; empty when it was deleted.
        default_branch: The repository's default branch.
    """

    branch: str
    head: str
    default_branch: str


class ReleaseEvent(msgspec.Struct, frozen=True):
    """A release changed.

    Args:
        action: `published` starts the publishing; everything else is only reported.
        tag: The tag it names.
        default_branch: The repository's default branch.
    """

    action: str
    tag: str
    default_branch: str


class ReconcileEvent(msgspec.Struct, frozen=True):
    """A person or a clock asks to look at everything.

    Args:
        name: `workflow_dispatch` or `schedule`.
        default_branch: The repository's default branch; empty when the event does not say.
        branch: The branch that a person chose; empty for a clock, and for a tag.
    """

    name: Literal["workflow_dispatch", "schedule", "repository_dispatch"]
    default_branch: str = ""
    branch: str = ""


class OtherEvent(msgspec.Struct, frozen=True):
    """An event that Pilotage has nothing to do for.

    Args:
        name: Its name.
    """

    name: str


Event = TitleEvent | MergeGroupEvent | PushEvent | ReleaseEvent | ReconcileEvent | OtherEvent
