"""What the publishing of one release decides on: the release, its files, the indexes and what follows."""

from __future__ import annotations

from typing import Literal

import msgspec

from pilotage.model.dist import Dist
from pilotage.model.publishrules import WorkflowCall
from pilotage.model.remote import Release, WorkflowRun


class IndexUploads(msgspec.Struct, frozen=True):
    """What one index lacks.

    Args:
        index: The index, as the configuration or the command line names it.
        uploads: The files that it lacks, in the order of their upload.
    """

    index: str
    uploads: tuple[Dist, ...] = ()


class Follower(msgspec.Struct, frozen=True):
    """A workflow that follows a release, and its runs that somebody started.

    Args:
        call: The workflow.
        runs: The runs that were started by hand or by us on its branch or tag, newest first.
    """

    call: WorkflowCall
    runs: tuple[WorkflowRun, ...] = ()


class PublishScene(msgspec.Struct, frozen=True, kw_only=True):
    """One release on its way to the indexes and to people.

    Args:
        tag: Its tag.
        version: Its version.
        mode: Who publishes the draft: a person (`draft`), or this flow once the files are out (`published`).
        release: The GitHub release; None when there is none, or none that this token sees.
        files: What belongs to the release, in the order in which it is attached; the last one says that the set is
            whole.
        indexes: The indexes in the order of their uploads.
        targets: Who is told, by their names without anything secret.
        told: Who was told already.
        followers: The workflows that follow.
    """

    tag: str
    version: str
    mode: Literal["draft", "published"]
    release: Release | None
    files: tuple[Dist, ...] = ()
    indexes: tuple[IndexUploads, ...] = ()
    targets: tuple[str, ...] = ()
    told: frozenset[str] = frozenset()
    followers: tuple[Follower, ...] = ()
