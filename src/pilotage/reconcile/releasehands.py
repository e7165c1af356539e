"""What the publishing of one release has at hand: its files, the indexes, people to tell, and workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.errors import ConfigError, ConflictError, RemoteError, UsageError
from pilotage.model.dist import Dist
from pilotage.model.step import Result
from pilotage.providers.distfile import check_unchanged
from pilotage.providers.githubcall import GitHubRefusalError

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.model.remote import Release
    from pilotage.model.step import (
        Announce,
        AttachFile,
        PublishRelease,
        RaiseRequirement,
        StartRebuild,
        StartWorkflow,
        UploadFile,
    )
    from pilotage.providers.github import GitHub
    from pilotage.reconcile.publishing import Publisher
    from pilotage.reconcile.publishreport import PublishReport
    from pilotage.reconcile.telling import Telling
    from pilotage.reconcile.workflows import Workflows

_FORBIDDEN = 403


class ReleaseHands:
    """Applies the steps of one release's publishing that need more than the repository.

    Args:
        github: The repository.
        release: The GitHub release; None when there is none.
        folder: The folder with its files; None where none are sent.
        publishers: The indexes.
        workflows: The workflows that follow.
        telling: Who is told.

    Attributes:
        publishers: The indexes by their names.
        release: The release as it is now.
        warnings: What people should know.
    """

    def __init__(
        self,
        github: GitHub,
        *,
        release: Release | None,
        folder: Path | None,
        publishers: tuple[Publisher, ...],
        workflows: Workflows,
        telling: Telling,
    ) -> None:
        self.release = release
        self.warnings: tuple[str, ...] = ()
        self._github = github
        self._folder = folder
        self.publishers = {publisher.index: publisher for publisher in publishers}
        self._workflows = workflows
        self._telling = telling
        self._reports: dict[str, PublishReport] = {}
        self._is_read_only = False

    def upload(self, step: UploadFile) -> Result:
        """Put a file on an index; its first file takes the others along, so that one token is enough for all."""
        report = self._reports.get(step.index)
        if report is None:
            report = self.publisher(step.index).publish(self.place(step.name).parent)
            self._reports[step.index] = report
        state = {file.name: file.state for file in report.files}[step.name]
        return Result.DONE if state == "uploaded" else Result.UNCHANGED

    def publisher(self, index: str) -> Publisher:
        """Give the index of a step.

        Raises:
            UsageError: The release does not go there, or not yet.
        """
        found = self.publishers.get(index)
        if found is None:
            raise UsageError(
                f"nothing of this release goes to {index} now: it is a draft that somebody has still to publish",
                hint="Publish the draft first, then make and review a new plan: pilotage plan publish --out plan.json",
            )
        return found

    def report(self, publisher: Publisher, dists: tuple[Dist, ...]) -> PublishReport:
        """Give what an index got; where nothing was to be sent, what it had."""
        return self._reports.get(publisher.index) or publisher.report(dists)

    def attach(self, step: AttachFile) -> Result:
        """Attach a file to the release.

        Raises:
            ConflictError: The file is no longer the planned one, or the release has other bytes under its name.
            RemoteError: GitHub refused.
        """
        path = self.place(step.name)
        check_unchanged(path, Dist(step.name, step.sha256, step.size))
        if self.release is None or self.release.id != step.release:
            raise RemoteError(f"release {step.tag} is gone", hint="Run again.")
        if self._is_read_only:
            return Result.UNCHANGED
        try:
            if step.replaces:
                self._github.assets.delete(step.replaces)
            self._github.assets.upload(self.release, path, name=step.name, content_type=_type_of(step.name))
        except GitHubRefusalError as refusal:
            if refusal.status != _FORBIDDEN or self.release.is_draft:
                raise
            # The package itself can go out; a run after this one takes the files from the job's artifact again.
            self._is_read_only = True
            self.warnings = (*self.warnings, f"nothing was attached to {step.tag}: {refusal.message} {refusal.hint}")
            return Result.UNCHANGED
        return Result.DONE

    def publish(self, step: PublishRelease) -> Result:
        """Publish the draft.

        Raises:
            ConflictError: The draft is gone.
            RemoteError: GitHub refused.
        """
        releases = self._github.releases
        found = releases.find(step.release)
        if found is None:
            raise ConflictError(
                f"the draft of {step.tag} is gone", hint="Run the release flow again: it makes a new draft."
            )
        self.release = releases.edit(step.release, is_draft=False) if found.is_draft else found
        return Result.DONE if found.is_draft else Result.UNCHANGED

    def announce(self, step: Announce) -> Result:
        """Tell people, and record it on the release; that a messenger fails is a warning."""
        try:
            self.release = self._telling.tell(step.target, self.release)
        except (ConfigError, RemoteError, UsageError) as error:
            self.warnings = (*self.warnings, f"{step.target} was not told: {error.message} {error.hint}".strip())
            return Result.UNCHANGED
        return Result.DONE

    def start(self, step: StartWorkflow) -> Result:
        """Start a workflow that follows the release."""
        return self._workflows.start(step, self.release)

    def rebuild(self, step: StartRebuild) -> Result:
        """Refuse: a release's own publishing touches no other repository."""
        raise _foreign(step.repository)

    def raise_requirement(self, step: RaiseRequirement) -> Result:
        """Refuse, as `rebuild`."""
        raise _foreign(step.repository)

    def place(self, name: str) -> Path:
        """Give where a file is.

        Raises:
            UsageError: This run has none.
        """
        if self._folder is None:
            raise UsageError(f"{name}: this run has no built files", hint="Give their folder with --dist.")
        return self._folder / name


class ReviewedHands(ReleaseHands):
    """Applies the steps of a plan that was made and reviewed elsewhere: each sends its own file, and no other goes."""

    def upload(self, step: UploadFile) -> Result:
        """Put a file on an index."""
        return self.publisher(step.index).upload(self.place(step.name).parent, step)


def _foreign(repository: str) -> UsageError:
    return UsageError(
        f"{repository}: the publishing of a release touches no other repository",
        hint="Make and review a plan of its own: pilotage plan downstream --out plan.json",
    )


def _type_of(name: str) -> str:
    """Give the media type of an asset (https://www.iana.org/assignments/media-types)."""
    kinds = {".whl": "application/zip", ".gz": "application/gzip", ".json": "application/json"}
    return next((kind for end, kind in kinds.items() if name.endswith(end)), "text/plain")
