"""Applying a plan, one step at a time: look, act, look again; done, unchanged, or an error that says what is so."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import msgspec

from pilotage.domains.release import is_copy
from pilotage.domains.release_pr import TREE_TRAILER
from pilotage.domains.releasebody import keep_foreword
from pilotage.errors import ConfigError, ConflictError
from pilotage.model.remote import PullRequest, Release
from pilotage.model.step import (
    Announce,
    AttachFile,
    ClosePullRequest,
    CreateRelease,
    CreateTag,
    DeleteBranch,
    EditPullRequest,
    OpenPullRequest,
    PublishRelease,
    RaiseRequirement,
    RemoveDraft,
    Result,
    StartRebuild,
    StartWorkflow,
    Step,
    UpdateBranch,
    UploadFile,
    WriteComment,
)

if TYPE_CHECKING:
    from pilotage.providers.git import Git
    from pilotage.providers.github import GitHub
    from pilotage.reconcile.hands import Hands


class Outcome(msgspec.Struct, frozen=True):
    """What came of a step, with what it made or found.

    Args:
        result: Whether the world changed.
        pull_request: The release pull request, when the step was about it.
        release: The release, when the step was about it.
    """

    result: Result
    pull_request: PullRequest | None = None
    release: Release | None = None


_FILE_MODES = ("100644", "100755")

DONE = Outcome(Result.DONE)
UNCHANGED = Outcome(Result.UNCHANGED)


class Applier:
    """Applies steps to one repository.

    Args:
        github: The repository.
        git: The clone, for the trees of its commits.
        repository_id: The repository's node id.
        hands: What the run has at hand beside the repository.
    """

    def __init__(self, github: GitHub, git: Git, *, repository_id: str, hands: Hands) -> None:
        self._hands = hands
        self._github = github
        self._git = git
        self._repository_id = repository_id

    def apply(self, step: Step) -> Outcome:  # noqa: C901, PLR0911, PLR0912 - one arm a step
        """Apply one step.

        Raises:
            ConflictError: The world contradicts it.
            DriftError: A branch moved since it was seen.
            RemoteError: GitHub refused or stayed out of reach.
        """
        match step:
            case UpdateBranch():
                return self._update_branch(step)
            case OpenPullRequest():
                return self._open_pull_request(step)
            case EditPullRequest():
                self._github.pulls.edit(step.number, changes={"title": step.title, "body": step.body})
                return DONE
            case ClosePullRequest():
                return self._close_pull_request(step)
            case DeleteBranch():
                self._github.move_branch(self._repository_id, step.branch, before=step.expected, after="")
                return DONE
            case WriteComment():
                return self._write_comment(step)
            case CreateTag():
                return self._create_tag(step)
            case CreateRelease():
                return self._create_release(step)
            case RemoveDraft():
                return self._remove_draft(step)
            case UploadFile():
                return Outcome(self._hands.upload(step))
            case AttachFile():
                return Outcome(self._hands.attach(step))
            case PublishRelease():
                return Outcome(self._hands.publish(step))
            case Announce():
                return Outcome(self._hands.announce(step))
            case StartWorkflow():
                return Outcome(self._hands.start(step))
            case StartRebuild():
                return Outcome(self._hands.rebuild(step))
            case RaiseRequirement():
                return Outcome(self._hands.raise_requirement(step))
            case _:
                assert_never(step)

    def _update_branch(self, step: UpdateBranch) -> Outcome:
        modes = self._git.file_modes(step.base, [edit.path for edit in step.files])
        odd = [path for path, mode in modes.items() if mode not in _FILE_MODES]
        if odd:
            raise ConfigError(
                f"{odd[0]} at {step.base[:10]} is not a plain file (mode {modes[odd[0]]}), so it is not rewritten",
                hint="Name the file itself in [tool.pilotage], not a symbolic link to it.",
            )
        commit, _ = self._github.create_commit(
            step.base,
            self._git.tree_of(step.base),
            message=f"{step.message}\n\n{TREE_TRAILER}{{tree}}",
            files=step.files,
            modes=modes,
        )
        self._github.move_branch(self._repository_id, step.branch, before=step.expected, after=commit)
        return DONE

    def _open_pull_request(self, step: OpenPullRequest) -> Outcome:
        pulls = self._github.pulls
        found = pulls.find_open(step.branch, step.base)
        if found is None:
            made = pulls.open(step.branch, step.base, title=step.title, body=step.body)
            return Outcome(Result.DONE, pull_request=made)
        body = keep_foreword(step.body, found.body)
        if (found.title, found.body.rstrip()) == (step.title, body.rstrip()):
            return Outcome(Result.UNCHANGED, pull_request=found)
        pulls.edit(found.number, changes={"title": step.title, "body": body})
        return Outcome(Result.DONE, pull_request=found)

    def _close_pull_request(self, step: ClosePullRequest) -> Outcome:
        self._github.pulls.ensure_comment(step.number, step.comment)
        self._github.pulls.edit(step.number, changes={"state": "closed"})
        return DONE

    def _write_comment(self, step: WriteComment) -> Outcome:
        if step.comment:
            self._github.pulls.edit_comment(step.comment, step.body)
        else:
            self._github.pulls.ensure_comment(step.number, step.body, marker=step.marker)
        return DONE

    def _create_tag(self, step: CreateTag) -> Outcome:
        if self._github.create_tag(step.tag, step.commit):
            return DONE
        found = self._github.tag_commit(step.tag)
        if found == step.commit:
            return UNCHANGED
        raise ConflictError(
            f"tag {step.tag} shall point at {step.commit[:10]}, but points at {(found or 'nothing')[:10]}",
            hint="Delete the tag if it is a mistake, or set another version; Pilotage never moves a tag.",
        )

    def _create_release(self, step: CreateRelease) -> Outcome:
        releases = self._github.releases
        found = releases.list_for(step.tag)
        if found:
            return Outcome(Result.UNCHANGED, release=found[0])
        wanted = Release(0, step.tag, step.name, step.body, is_draft=step.is_draft, is_prerelease=step.is_prerelease)
        made = releases.create(wanted, commit=step.commit)
        # Two runs at once may both have seen nothing: GitHub takes two drafts for one tag. The oldest stays.
        for other in releases.list_for(step.tag):
            if other.id < made.id and is_copy(made, other):
                releases.delete(made.id)
                return Outcome(Result.UNCHANGED, release=other)
        return Outcome(Result.DONE, release=made)

    def _remove_draft(self, step: RemoveDraft) -> Outcome:
        found = self._github.releases.find(step.id)
        if found is None:
            return UNCHANGED
        seen = Release(step.id, step.tag, step.name, step.body, is_draft=True)
        if not is_copy(found, seen):
            return UNCHANGED
        self._github.releases.delete(step.id)
        return DONE
