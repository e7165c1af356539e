"""The workflows of one repository on GitHub: what ran for a commit, and starting one without starting it twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote

from pilotage.providers.githubanswers import RestRun, RestRuns, StartedRun, read_answer
from pilotage.providers.githubcall import GitHubCall, GitHubRefusalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pilotage.model.remote import WorkflowRun

_PAGE = 100
_NOT_FOUND = 404
_UNPROCESSABLE = 422


class GitHubWorkflows:
    """The workflows of one repository; each is named by its file below `.github/workflows/`.

    Args:
        call: Sends the requests.
        repository: `owner/name`.
    """

    def __init__(self, call: GitHubCall, *, repository: str) -> None:
        self._call = call
        self._repository = repository
        self._path = f"/repos/{quote(repository)}/actions"

    def list_runs(self, workflow: str, *, commit: str) -> tuple[WorkflowRun, ...]:
        """List a workflow's runs on a commit, whatever started them, newest first, a hundred at the most.

        Source: https://docs.github.com/rest/actions/workflow-runs#list-workflow-runs-for-a-workflow

        Raises:
            GitHubRefusalError: There is no such workflow, or the token may not read actions.
        """
        return self._list(workflow, {"head_sha": commit})

    def list_dispatched(self, workflow: str, *, ref: str) -> tuple[WorkflowRun, ...]:
        """List a workflow's runs on a branch or tag that were dispatched, newest first, a hundred at the most.

        The ref may be spelled in full or short.

        Raises:
            GitHubRefusalError: as `list_runs`.
        """
        name = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")  # runs are known by the short one
        return self._list(workflow, {"event": "workflow_dispatch", "branch": name})

    def find_run(self, run_id: int) -> WorkflowRun | None:
        """Look up a run by its number; None when it is gone.

        Source: https://docs.github.com/rest/actions/workflow-runs#get-a-workflow-run
        """
        try:
            answer = self._call.read(f"{self._path}/runs/{run_id}")
        except GitHubRefusalError as refusal:
            if refusal.status == _NOT_FOUND:
                return None
            raise
        return read_answer(answer, RestRun, place=f"actions/runs/{run_id}").to_record()

    def dispatch(
        self, workflow: str, *, ref: str, inputs: Mapping[str, str], known: Iterable[WorkflowRun] | None = None
    ) -> int:
        """Start a workflow on a branch or tag, once.

        After an unclear answer the runs are watched for one that was not there before, and only when the whole
        patience has shown none is it sent again. (A run that somebody else dispatched there at the same moment passes
        for it: a second start is the greater harm.)
        Source: https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event

        Args:
            workflow: The workflow.
            ref: The branch or tag.
            inputs: What it is started with.
            known: Its dispatched runs on the ref, as they were listed right now; None lists them.

        Returns:
            The run's number; 0 when GitHub took it and does not say (an older GitHub Enterprise Server).

        Raises:
            GitHubRefusalError: There is no such workflow on the default branch, it cannot be dispatched, it does not
                know an input, there is no such ref, or the token may not write actions.
            RemoteError: GitHub gave no clear answer within the patience.
        """
        seen = self.list_dispatched(workflow, ref=ref) if known is None else known
        before = {run.id for run in seen}

        def look() -> int | None:
            runs = self.list_dispatched(workflow, ref=ref)
            return next((run.id for run in reversed(runs) if run.id not in before), None)

        body = {"ref": ref, "inputs": dict(inputs), "return_run_details": True}
        return self._call.write(lambda: self._start(workflow, body), look=lambda: self._call.watch(look))

    def _start(self, workflow: str, body: dict[str, object]) -> int:
        path = f"{self._path}/workflows/{quote(workflow, safe='')}/dispatches"
        try:
            answer = self._call.send("POST", path, body)
        except GitHubRefusalError as refusal:
            if "return_run_details" in body and "return_run_details" in refusal.said:  # a server that is older
                return self._start(workflow, {name: body[name] for name in body if name != "return_run_details"})
            self._explain(workflow, refusal)
        return read_answer(answer, StartedRun, place="a dispatch").workflow_run_id if answer is not None else 0

    def _list(self, workflow: str, parameters: dict[str, str | int]) -> tuple[WorkflowRun, ...]:
        path = f"{self._path}/workflows/{quote(workflow, safe='')}/runs"
        try:
            answer = self._call.read(path, parameters={**parameters, "per_page": _PAGE})
        except GitHubRefusalError as refusal:
            self._explain(workflow, refusal)
        runs = [run.to_record() for run in read_answer(answer, RestRuns, place="workflow runs").workflow_runs]
        return tuple(sorted(runs, key=lambda run: (run.created_at, run.id), reverse=True))

    def _explain(self, workflow: str, refusal: GitHubRefusalError) -> NoReturn:
        hint = refusal.hint
        if refusal.status == _NOT_FOUND:
            hint = (
                f"{self._repository} has no workflow {workflow} that GitHub knows. Its file must stand on the default "
                f"branch as .github/workflows/{workflow}; in a private repository the token needs `actions: read`."
            )
        elif refusal.status == _UNPROCESSABLE:
            hint = next((text for words, text in _HINTS.items() if words in refusal.said), "").format(workflow=workflow)
        raise GitHubRefusalError(refusal.message, status=refusal.status, said=refusal.said, hint=hint) from refusal


_HINTS = {
    "does not have 'workflow_dispatch'": "Add `workflow_dispatch:` to `on:` in .github/workflows/{workflow}, on the "
    "default branch and on the ref that it is started on.",
    "Unexpected inputs": "Declare these inputs under `on: workflow_dispatch: inputs:` in .github/workflows/{workflow}, "
    "or do not pass them.",
    "Required input": "Pass this input to {workflow} (publish.before, publish.after), or give it a default there.",
    "No ref found": "Give a branch or a tag that exists: {workflow} is started on it.",
    "disabled": "Enable {workflow} on the repository's Actions page.",
}
"""By what GitHub says: what to do about a refused dispatch."""
