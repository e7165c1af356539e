"""Steps: what a plan may do to the world. Each is safe to repeat."""

from __future__ import annotations

import enum
from typing import Literal

import msgspec

from pilotage.model.project import FileEdit


class UpdateBranch(msgspec.Struct, frozen=True, tag="update-branch", tag_field="step"):
    """Let a branch be one commit on top of a base, made through the API so that GitHub signs it.

    Args:
        branch: The branch's name.
        base: The commit below ours.
        expected: The commit that the branch points at now; empty when there is no such branch.
        message: Our commit's message, to which apply appends the tree's id.
        files: The files that differ from the base.
    """

    branch: str
    base: str
    expected: str
    message: str
    files: tuple[FileEdit, ...]


class OpenPullRequest(msgspec.Struct, frozen=True, tag="open-pull-request", tag_field="step"):
    """Let there be one open pull request from a branch, with this title and body."""

    branch: str
    base: str
    title: str
    body: str


class EditPullRequest(msgspec.Struct, frozen=True, tag="edit-pull-request", tag_field="step"):
    """Let an open pull request have this title and body."""

    number: int
    title: str
    body: str


class ClosePullRequest(msgspec.Struct, frozen=True, tag="close-pull-request", tag_field="step"):
    """Close a pull request of ours with a word why."""

    number: int
    comment: str


class DeleteBranch(msgspec.Struct, frozen=True, tag="delete-branch", tag_field="step"):
    """Delete a branch of ours, as long as it still points where it was seen."""

    branch: str
    expected: str


class WriteComment(msgspec.Struct, frozen=True, tag="write-comment", tag_field="step"):
    """Let a pull request carry one comment of ours about one thing, with this text.

    Args:
        number: The pull request.
        marker: The hidden line that the comment begins with; our comment that has it is the one.
        comment: The comment's number; 0 when there is none yet.
        body: The whole text, the marker included.
    """

    number: int
    marker: str
    comment: int
    body: str


class CreateTag(msgspec.Struct, frozen=True, tag="create-tag", tag_field="step"):
    """Let a tag point at a commit."""

    tag: str
    commit: str


class CreateRelease(msgspec.Struct, frozen=True, tag="create-release", tag_field="step"):
    """Let there be one release for a tag."""

    tag: str
    commit: str
    name: str
    body: str
    is_draft: bool
    is_prerelease: bool


class RemoveDraft(msgspec.Struct, frozen=True, tag="remove-draft", tag_field="step"):
    """Remove a draft that is the exact copy of an older one, left behind by two runs at once."""

    id: int
    tag: str
    name: str
    body: str


class UploadFile(msgspec.Struct, frozen=True, tag="upload-file", tag_field="step"):
    """Put a built file on the index."""

    index: str
    name: str
    sha256: str
    size: int


class AttachFile(msgspec.Struct, frozen=True, tag="attach-file", tag_field="step"):
    """Attach a built file, or what tells of it, to a release.

    Args:
        release: The release's number.
        tag: Its tag.
        name: The file's name.
        sha256: Its digest, lower-case hex.
        size: Its size in bytes.
        replaces: The file of this name that an earlier run left behind in an unfinished set; 0 for none.
    """

    release: int
    tag: str
    name: str
    sha256: str
    size: int
    replaces: int = 0


class PublishRelease(msgspec.Struct, frozen=True, tag="publish-release", tag_field="step"):
    """Publish a draft release."""

    release: int
    tag: str


class Announce(msgspec.Struct, frozen=True, tag="announce", tag_field="step"):
    """Tell people about a release, and record on the release that they were told.

    Args:
        release: The release's number.
        tag: Its tag.
        target: Who is told, without anything secret.
    """

    release: int
    tag: str
    target: str


class StartWorkflow(msgspec.Struct, frozen=True, tag="start-workflow", tag_field="step"):
    """Start a workflow that follows a release.

    Args:
        tag: The release's tag.
        workflow: The workflow's file name.
        ref: The branch or tag that it runs on.
        inputs: What it is started with.
        wait: Whether its end is waited for.
    """

    tag: str
    workflow: str
    ref: str
    inputs: dict[str, str]
    wait: bool


class StartRebuild(msgspec.Struct, frozen=True, tag="start-rebuild", tag_field="step"):
    """Start a workflow of a repository that uses the package, unless it was started since the release.

    Args:
        repository: `OWNER/NAME`.
        tag: The release's tag.
        workflow: The workflow's file name.
        ref: The branch that it runs on.
        inputs: What it is started with.
        since: When the release was published, ISO 8601, UTC; an earlier run does not count.
        before: What the repository asks for.
        reason: Why, for people.
        retries: Whether a run that failed does not count either.
    """

    repository: str
    tag: str
    workflow: str
    ref: str
    inputs: dict[str, str]
    since: str
    before: str
    reason: str
    retries: bool = False


class RaiseRequirement(msgspec.Struct, frozen=True, tag="raise-requirement", tag_field="step"):
    """Let a repository that uses the package have one open pull request that asks for the release.

    Args:
        repository: `OWNER/NAME`.
        tag: The release's tag.
        branch: Our branch there.
        base: The branch that the pull request goes to.
        parent: The commit below ours; "" when the branch holds all that is wanted already.
        parent_tree: That commit's tree.
        expected: The commit that our branch points at now; "" when there is no such branch.
        message: Our commit's message, to which apply appends the tree's id.
        files: The files that differ from the parent.
        number: The open pull request; 0 when there is none yet.
        title: Its title.
        body: Its body.
        lock_workflow: The workflow that refreshes lock files on our branch; "" for none.
        before: What the repository asks for.
        reason: Why, for people.
        modes: Git's modes of those files.
    """

    repository: str
    tag: str
    branch: str
    base: str
    parent: str
    parent_tree: str
    expected: str
    message: str
    files: tuple[FileEdit, ...]
    number: int
    title: str
    body: str
    lock_workflow: str
    before: str
    reason: str
    modes: dict[str, str]


Step = (
    UpdateBranch
    | OpenPullRequest
    | EditPullRequest
    | ClosePullRequest
    | DeleteBranch
    | WriteComment
    | CreateTag
    | CreateRelease
    | RemoveDraft
    | UploadFile
    | AttachFile
    | PublishRelease
    | Announce
    | StartWorkflow
    | StartRebuild
    | RaiseRequirement
)
"""Everything a plan may hold; a match over it is checked to the end."""


class Result(enum.StrEnum):
    """What came of a step."""

    DONE = "done"
    UNCHANGED = "unchanged"


class Notice(msgspec.Struct, frozen=True):
    """Something that people must know beside the steps.

    Args:
        level: `conflict` ends the run with exit code 3 after the other steps are done.
        text: What is so.
        hint: What to do.
    """

    level: Literal["conflict", "warning", "info"]
    text: str
    hint: str = ""
