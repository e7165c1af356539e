"""What a job's identity on GitHub Actions says about it."""

from __future__ import annotations

import msgspec

GITHUB_ISSUER = "https://token.actions.githubusercontent.com"
"""Who issues the identities of GitHub's own jobs; public indexes and the public Sigstore know no other."""

_FOLDER = "/.github/workflows/"


class Claims(msgspec.Struct, frozen=True):
    """What a job's identity says (https://docs.github.com/actions/reference/openid-connect-reference).

    Only what a publisher or a certificate is compared with; all texts, empty when missing.

    Args:
        iss: Who issued the identity.
        aud: Whom it is for.
        sub: The subject that GitHub makes of the other claims.
        repository: The repository whose workflow runs, `owner/name`.
        repository_owner: Its owner.
        repository_owner_id: The owner's number, which survives a rename.
        workflow_ref: The workflow that was started: `owner/name/.github/workflows/file@ref`.
        job_workflow_ref: The workflow that the job is written in: another one when it is called by the first.
        ref: The branch or tag.
        sha: The commit.
        environment: The environment that the job runs in.
        event_name: What started the workflow.
    """

    iss: str = ""
    aud: str = ""
    sub: str = ""
    repository: str = ""
    repository_owner: str = ""
    repository_owner_id: str = ""
    workflow_ref: str = ""
    job_workflow_ref: str = ""
    ref: str = ""
    sha: str = ""
    environment: str = ""
    event_name: str = ""

    @property
    def is_reusable(self) -> bool:
        """Say whether the job stands in a workflow that another one calls."""
        return bool(self.workflow_ref and self.job_workflow_ref) and self.workflow_ref != self.job_workflow_ref

    @property
    def repository_name(self) -> str:
        """Give the repository's name without its owner."""
        return self.repository.partition("/")[2]

    @property
    def workflow_file(self) -> str:
        """Give the file name of the workflow that was started, as a publisher's form asks for it."""
        return self.workflow_ref.partition(_FOLDER)[2].partition("@")[0]

    @property
    def job_workflow_repository(self) -> str:
        """Give the repository, `owner/name`, of the workflow that the job is written in."""
        return self.job_workflow_ref.partition(_FOLDER)[0]
