"""The stage on which a rehearsal plays: forge, index, runner, and the folders where everything is kept."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge import Forge, Permission
from pilotage.sandbox.index import Index, TokenScope
from pilotage.sandbox.index.world import DEFAULT_CLAIMS
from pilotage.sandbox.train.jobenvironment import job_environment
from pilotage.sandbox.train.runner import TOKEN, Job, JobDone, JobRunner

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pilotage.sandbox.index import IndexEndpoint
    from pilotage.sandbox.train.subject import Subject

WORKFLOW: Final = "release.yml"
_INDEX_TOKEN: Final = "pypi-rehearsal"  # noqa: S105 - the embedded index alone knows it


@dataclass(slots=True)
class Scene:
    """Everything that a stage may use.

    Args:
        subject: What is rehearsed.
        forge: The embedded forge, with the subject's history.
        index: The embedded index, empty.
        shop: Where the index is.
        runner: Runs jobs.
        folder: Where files stay that people may look at.
        work: Where files are that nobody needs afterwards.
        jobs: How many jobs ran.
    """

    subject: Subject
    forge: Forge
    index: Index
    shop: IndexEndpoint
    runner: JobRunner
    folder: Path
    work: Path
    jobs: list[str] = field(default_factory=list)

    def run(self, stage: str, job: Job) -> JobDone:
        """Run a job and keep its files under the stage's name."""
        self.jobs.append(stage)
        return self.runner.run(job, self.folder / "jobs" / f"{len(self.jobs):02}-{stage}")

    def index_variables(self) -> dict[str, str]:
        """Give what a publishing job has beside the rest: an index, and the right to prove who it is."""
        if not self.subject.is_published:
            return {}
        variables = {"INPUT_INDEX": self.shop.upload_url}
        if not self.subject.project:
            # a trusted publisher is registered for a project's name: where that is not known, a token must do
            self.index.tokens[_INDEX_TOKEN] = TokenScope()
            return variables | {"INPUT_INDEX-TOKEN": _INDEX_TOKEN}
        return variables | {
            "ACTIONS_ID_TOKEN_REQUEST_URL": self.shop.identity_url,
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": self.index.request_token,
        }

    def register_publisher(self) -> None:
        """Register the release workflow as the publisher of a project that does not exist yet, as its owner would."""
        full_name, branch, environment = self.subject.full_name, self.subject.branch, self.subject.environment
        workflow = f"{full_name}/.github/workflows/{WORKFLOW}@refs/heads/{branch}"
        claims: dict[str, str | int] = {
            "sub": f"repo:{full_name}:environment:{environment}",
            "repository": full_name,
            "repository_owner": self.subject.owner,
            "ref": f"refs/heads/{branch}",
            "workflow_ref": workflow,
            "job_workflow_ref": workflow,
            "environment": environment,
        }
        self.index.claims = {**DEFAULT_CLAIMS, **claims}
        if self.subject.project:
            self.index.add_pending_publisher(
                self.subject.project, full_name, workflow=WORKFLOW, environment=environment
            )


@contextlib.contextmanager
def open_scene(subject: Subject, *, parent: Mapping[str, str], keep: Path | None) -> Iterator[Scene]:
    """Set the stage, and clear it afterwards but for what is kept.

    Args:
        subject: What is rehearsed.
        parent: The variables of this process.
        keep: The folder that stays; None for none.

    Raises:
        SubjectError: The subject's history cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="pilotage-rehearsal-", ignore_cleanup_errors=True) as name:
        temporary = Path(name).resolve()
        work, folder = temporary / "work", temporary / "kept" if keep is None else keep.resolve()
        for place in (work / "home", folder):
            place.mkdir(parents=True, exist_ok=True)
        forge = Forge(folder / "forge", owner=subject.owner, name=subject.name, default_branch=subject.branch)
        forge.tokens[TOKEN] = Permission.WRITE
        # GitHub's own default would take the title of a pull request's only commit instead of the checked title
        forge.realm.state.settings.squash_merge_commit_title = "PR_TITLE"
        forge.realm.state.settings.squash_merge_commit_message = "PR_BODY"
        subject.install(forge)
        index = Index(folder / "index")
        environment = job_environment(parent, home=work / "home")
        with forge.serve() as endpoint, index.serve() as shop:
            runner = JobRunner(
                endpoint, subject.full_name, environment=environment, config_path=subject.config_path, work=work
            )
            yield Scene(subject, forge, index, shop, runner, folder, work)
