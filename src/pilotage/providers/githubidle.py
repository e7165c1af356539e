"""What runs right now in a repository: runs of named workflows, and deployments to named environments."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from pilotage.errors import RemoteError
from pilotage.providers.githubanswers import PageInfo, RestRun, read_answer
from pilotage.providers.githubcall import GitHubCall, GitHubRefusalError

if TYPE_CHECKING:
    from collections.abc import Sequence

_PAGE = 100
_PAGES = 20
"""The most pages of deployments that are read; two thousand in one repository's longest run are no usual ones."""
_NOT_FOUND = 404
UNDONE = ("requested", "pending", "queued", "in_progress", "waiting")
"""The states of a run that has not ended, in the order in which a run passes through them: one that moves on while
they are asked is met again further on. Source: https://docs.github.com/rest/actions/workflow-runs"""
_DEPLOYING = frozenset({"PENDING", "QUEUED", "IN_PROGRESS", "WAITING"})
"""Source: https://docs.github.com/graphql/reference/enums#deploymentstate"""

DEPLOYMENTS = """
query Deployments($owner: String!, $name: String!, $names: [String!]!, $after: String%(variables)s) {
  repository(owner: $owner, name: $name) {
    deployments(
      environments: $names, first: 100, after: $after, orderBy: {field: CREATED_AT, direction: DESC}
    ) {
      nodes { environment state createdAt latestStatus { logUrl } }
      pageInfo { hasNextPage endCursor }
    }
%(environments)s
  }
}
"""
"""The deployments to some environments, newest first, and whether there are such environments."""


class Running(msgspec.Struct, frozen=True):
    """Something that runs.

    Args:
        name: The workflow's file, or the environment.
        state: Where it stands, in GitHub's words.
        since: When it was started, ISO 8601, UTC.
        url: Its page; "" when GitHub names none.
    """

    name: str
    state: str
    since: str
    url: str = ""


class _Runs(msgspec.Struct, frozen=True):
    total_count: int
    workflow_runs: list[RestRun]


class _Status(msgspec.Struct, frozen=True):
    logUrl: str | None = None  # noqa: N815 - GitHub's name


class _Deployment(msgspec.Struct, frozen=True):
    createdAt: str  # noqa: N815 - GitHub's name
    environment: str | None = None
    state: str | None = None
    latestStatus: _Status | None = None  # noqa: N815 - GitHub's name


class _Deployments(msgspec.Struct, frozen=True):
    nodes: list[_Deployment]
    pageInfo: PageInfo = PageInfo()  # noqa: N815 - GitHub's name


class GitHubIdle:
    """What runs in one repository, this run apart.

    Args:
        call: Sends the requests.
        repository: `owner/name`.
        own_run: The number of the run that asks; "" for none.
        server_url: The address of GitHub's pages.
    """

    def __init__(self, call: GitHubCall, *, repository: str, own_run: str, server_url: str) -> None:
        self._call = call
        self._repository = repository
        self._own_run = own_run
        self._own_page = f"{server_url}/{repository}/actions/runs/{own_run}"

    def list_runs(self, workflow: str) -> tuple[Running, ...]:
        """List the runs of a workflow that have not ended.

        The newest hundred are one request. Where there are more and none of these runs, each state is asked for by
        itself, so that an old run that goes on cannot hide behind newer ones.
        Source: https://docs.github.com/rest/actions/workflow-runs#list-workflow-runs-for-a-workflow

        Raises:
            RemoteError: There is no such workflow, the token may not read it, or GitHub stayed out of reach.
        """
        newest = self._read_runs(workflow)
        found = self._select(workflow, newest.workflow_runs)
        if found or newest.total_count <= len(newest.workflow_runs):
            return found
        for state in UNDONE:
            found = self._select(workflow, self._read_runs(workflow, state).workflow_runs)
            if found:
                return found
        return ()

    def list_deployments(self, environments: Sequence[str], *, since: str) -> tuple[Running, ...]:
        """List the deployments to some environments that have not ended, all environments in one request.

        Args:
            environments: Their names.
            since: What was created before cannot run any more, ISO 8601, UTC.

        Raises:
            RemoteError: There is no such environment, the token may not read it, there are too many deployments to
                know, or GitHub stayed out of reach.
        """
        found: list[Running] = []
        after: str | None = None
        for _ in range(_PAGES):
            page = self._read_deployments(environments, after)
            recent = [one for one in page.nodes if one.createdAt >= since]
            found += (self._describe(one) for one in recent if self._is_running(one))
            if len(recent) < len(page.nodes) or not page.pageInfo.hasNextPage:
                return tuple(found)
            after = page.pageInfo.endCursor
        raise RemoteError(
            f"{self._repository} has more than {_PAGES * _PAGE} deployments to {', '.join(environments)} since "
            f"{since}: whether one of them still runs is not known",
            hint="Wait for a workflow in place of the environment: --workflow FILE.",
        )

    def _read_runs(self, workflow: str, state: str = "") -> _Runs:
        path = f"/repos/{quote(self._repository)}/actions/workflows/{quote(workflow, safe='')}/runs"
        parameters: dict[str, str | int] = {"per_page": _PAGE, **({"status": state} if state else {})}
        try:
            answer = self._call.read(path, parameters=parameters)
        except GitHubRefusalError as refusal:
            if refusal.status != _NOT_FOUND:
                raise
            raise RemoteError(
                f"{self._repository} has no workflow {workflow} that GitHub knows",
                hint=f"Name a file of the default branch, as in .github/workflows/{workflow}, and give the job "
                "`actions: read`.",
            ) from refusal
        return read_answer(answer, _Runs, place="workflow runs")

    def _select(self, workflow: str, runs: Sequence[RestRun]) -> tuple[Running, ...]:
        return tuple(
            Running(workflow, run.status or "unknown", run.created_at, run.html_url)
            for run in runs
            if run.status != "completed" and str(run.id) != self._own_run
        )

    def _read_deployments(self, environments: Sequence[str], after: str | None) -> _Deployments:
        owner, _, name = self._repository.partition("/")
        variables: dict[str, object] = {"owner": owner, "name": name, "names": list(environments), "after": after}
        variables |= {f"e{number}": one for number, one in enumerate(environments)}
        answer = self._call.query(render_deployments(len(environments)), variables)
        repository = answer.get("repository")
        if not isinstance(repository, dict):
            raise RemoteError(f"{self._repository}: GitHub shows no such repository", hint="Check GITHUB_REPOSITORY.")
        for number, one in enumerate(environments):
            if repository.get(f"e{number}") is None:
                raise RemoteError(
                    f"{self._repository} has no environment {one!r} that GitHub shows to this token",
                    hint="Spell it as Settings -> Environments does, and give the job `actions: read` and "
                    "`deployments: read`.",
                )
        return read_answer(repository.get("deployments"), _Deployments, place="deployments")

    def _is_running(self, deployment: _Deployment) -> bool:
        if deployment.state is not None and deployment.state not in _DEPLOYING:
            return False
        url = self._describe(deployment).url
        return not (self._own_run and (url == self._own_page or url.startswith(f"{self._own_page}/")))

    @staticmethod
    def _describe(deployment: _Deployment) -> Running:
        status = deployment.latestStatus
        return Running(
            deployment.environment or "",
            (deployment.state or "unknown").lower(),
            deployment.createdAt,
            (status.logUrl if status else None) or "",
        )


def render_deployments(environments: int) -> str:
    """Render the query about so many environments."""
    return DEPLOYMENTS % {
        "variables": "".join(f", $e{number}: String!" for number in range(environments)),
        "environments": "\n".join(
            f"    e{number}: environment(name: $e{number}) {{ id }}" for number in range(environments)
        ),
    }
