"""What the stages of one rehearsal hand on to each other, and how each starts a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pilotage.sandbox.train.report import StageFailedError
from pilotage.sandbox.train.runner import Job

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.sandbox.forge.state import PullRequest
    from pilotage.sandbox.train.runner import JobDone
    from pilotage.sandbox.train.scene import Scene


@dataclass(slots=True)
class Journey:
    """One rehearsal on its way.

    Args:
        scene: The stage it plays on.
        feature: The number of the feature's pull request.
        feature_title: The title that the gate accepted.
        before: The branch before the last merge.
        after: The branch now.
        release_pull: The number of the release pull request.
        version: What is released.
        tag: The release's tag.
        release_id: The release on the forge.
        release_url: Its page.
        notes: Its text.
        diff: What the release pull request changed.
        dist: The folder of a stand-in build; None for the real one.
        claimed: What the publishing job said about the files, the digests among it.
    """

    scene: Scene
    feature: int = 0
    feature_title: str = ""
    before: str = ""
    after: str = ""
    release_pull: int = 0
    version: str = ""
    tag: str = ""
    release_id: int = 0
    release_url: str = ""
    notes: str = ""
    diff: str = ""
    dist: Path | None = None
    claimed: str = ""

    def merge(self, number: int) -> str:
        """Let a maintainer squash and merge a pull request."""
        branch = self.scene.subject.branch
        self.before = self.scene.forge.realm.git.branch(branch) or ""
        self.after = self.scene.forge.merge_pull_request(number)
        return self.after

    def run_title(self, number: int, action: str) -> JobDone:
        """Let the gate look at a pull request."""
        forge, branch = self.scene.forge, self.scene.subject.branch
        payload = forge.event_pull_request(number, action)
        return self.scene.run("title", Job("pull_request_target", payload, f"refs/heads/{branch}", self.before))

    def run_push(self, stage: str, *, is_publishing: bool = False) -> JobDone:
        """Let the release flows see the last push; a publishing job may prove to the index who it is."""
        forge, branch = self.scene.forge, self.scene.subject.branch
        payload = forge.event_push(self.before, self.after, branch)
        variables = self._publishing_variables() if is_publishing else {}
        return self.scene.run(stage, Job("push", payload, f"refs/heads/{branch}", self.after, variables))

    def run_release(self, stage: str) -> JobDone:
        """Let the publish flow see the published release."""
        payload = self.scene.forge.event_release(self.release_id, "published")
        variables = self._publishing_variables()
        commit = self.scene.forge.realm.git.resolve_commit(f"refs/tags/{self.tag}")
        sha = commit.oid if commit is not None else ""
        return self.scene.run(stage, Job("release", payload, f"refs/tags/{self.tag}", sha, variables))

    def _publishing_variables(self) -> dict[str, str]:
        variables = self.scene.index_variables()
        return variables | ({"INPUT_DIST": str(self.dist)} if self.dist is not None else {})

    def release_pull_request(self, done: JobDone) -> PullRequest:
        """Give the open release pull request that a job's outputs name.

        Raises:
            StageFailedError: They name none, or one that is not open.
        """
        number = done.outputs.get("release-pr", "")
        pull = self.scene.forge.realm.pull(int(number)) if number.isdecimal() else None
        if pull is None or not pull.is_open:
            message = f"an open release pull request was expected; the output release-pr says {number!r}"
            raise StageFailedError(message, exit_code=done.code, output=done.tail)
        return pull
