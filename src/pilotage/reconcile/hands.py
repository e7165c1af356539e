"""What a run has at hand beside the repository: built files, indexes, people to tell, workflows, other repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Protocol

from pilotage.errors import UsageError

if TYPE_CHECKING:
    from pilotage.model.step import (
        Announce,
        AttachFile,
        PublishRelease,
        RaiseRequirement,
        Result,
        StartRebuild,
        StartWorkflow,
        UploadFile,
    )


class Hands(Protocol):
    """Applies the steps that need more than the repository."""

    def upload(self, step: UploadFile) -> Result:
        """Put a built file on an index."""

    def attach(self, step: AttachFile) -> Result:
        """Attach a file to a release."""

    def publish(self, step: PublishRelease) -> Result:
        """Publish a draft release."""

    def announce(self, step: Announce) -> Result:
        """Tell people about a release, and record it."""

    def start(self, step: StartWorkflow) -> Result:
        """Start a workflow."""

    def rebuild(self, step: StartRebuild) -> Result:
        """Start the workflow of a repository that uses the package."""

    def raise_requirement(self, step: RaiseRequirement) -> Result:
        """Propose the release to a repository that uses the package."""


class NoHands:
    """A run of the release flows, which has no built files and follows nothing up."""

    def upload(self, step: UploadFile) -> Result:
        """Refuse."""
        self._refuse(step.name)

    def attach(self, step: AttachFile) -> Result:
        """Refuse."""
        self._refuse(step.name)

    def publish(self, step: PublishRelease) -> Result:
        """Refuse."""
        self._refuse(step.tag)

    def announce(self, step: Announce) -> Result:
        """Refuse."""
        self._refuse(step.target)

    def start(self, step: StartWorkflow) -> Result:
        """Refuse."""
        self._refuse(step.workflow)

    def rebuild(self, step: StartRebuild) -> Result:
        """Refuse."""
        self._refuse(step.repository)

    def raise_requirement(self, step: RaiseRequirement) -> Result:
        """Refuse."""
        self._refuse(step.repository)

    def _refuse(self, what: str) -> NoReturn:
        raise UsageError(f"{what}: this run has no built files to publish", hint="Use: pilotage publish --dist dist")
