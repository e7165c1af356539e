"""Changing one repository that uses the package: a rebuild is started once, a pull request is there once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.downstream.deciding import judge_rebuild
from pilotage.domains.release_pr import TREE_TRAILER
from pilotage.errors import ConflictError, RemoteError
from pilotage.providers.github import GitHub
from pilotage.providers.githubworkflows import GitHubWorkflows

if TYPE_CHECKING:
    from pilotage.model.downstream import Found
    from pilotage.model.remote import WorkflowRun
    from pilotage.model.step import RaiseRequirement, StartRebuild
    from pilotage.providers.githubcall import GitHubCall


def start_rebuild(call: GitHubCall, step: StartRebuild) -> tuple[WorkflowRun, bool]:
    """Start a repository's workflow, unless it was started since the release.

    Three requests: the runs are looked at, one is started, and it is looked up.

    Args:
        call: Sends the requests.
        step: What is started.

    Returns:
        The run, and whether it was started here.

    Raises:
        RemoteError: GitHub refused, or shows no run of what it took.
    """
    workflows = GitHubWorkflows(call, repository=step.repository)
    known = workflows.list_dispatched(step.workflow, ref=step.ref)
    for run in known:
        if run.created_at >= step.since and not (step.retries and judge_rebuild(run) == "failed"):
            return run, False
    run_id = workflows.dispatch(step.workflow, ref=step.ref, inputs=step.inputs, known=known)
    started = workflows.find_run(run_id) if run_id else _find_new(workflows, call, step, {run.id for run in known})
    if started is None:
        raise RemoteError(
            f"{step.repository}: {step.workflow} was started on {step.ref}, but GitHub shows no run of it",
            hint="Look at that repository's Actions page, and run again once the run is there.",
        )
    return started, True


def _find_new(workflows: GitHubWorkflows, call: GitHubCall, step: StartRebuild, known: set[int]) -> WorkflowRun | None:
    """Find the run that a dispatch made, where GitHub did not name it."""

    def look() -> WorkflowRun | None:
        runs = workflows.list_dispatched(step.workflow, ref=step.ref)
        return next((run for run in reversed(runs) if run.id not in known), None)

    return call.watch(look)


_WORKFLOWS = ".github/workflows/"


def propose(call: GitHubCall, step: RaiseRequirement, found: Found, *, web_url: str) -> str:
    """Let a repository have our branch and one open pull request from it, as a step says.

    Four requests for a new one: tree, commit, branch, pull request.

    Args:
        call: Sends the requests.
        step: What is proposed.
        found: The repository.
        web_url: The server's pages.

    Returns:
        The pull request's page.

    Raises:
        ConflictError: It would change what GitHub runs.
        DriftError: Our branch there moved since it was seen.
        RemoteError: GitHub refused.
    """
    for file in step.files:
        if file.path.casefold().startswith(_WORKFLOWS):
            raise ConflictError(
                f"{step.repository}: {file.path[:200]!r} stands among the workflows, which nobody edits from outside",
                hint="Edit it there, or move it elsewhere.",
            )
    github = GitHub(call, repository=step.repository, web_url=web_url)
    if step.parent:
        # On top of others' commits it does not say that the branch is ours alone: it is never made anew then.
        is_alone = step.parent != step.expected
        commit, _ = github.create_commit(
            step.parent,
            step.parent_tree,
            message=f"{step.message}\n\n{TREE_TRAILER}{{tree}}" if is_alone else step.message,
            files=step.files,
            modes=step.modes,
        )
        github.move_branch(found.id, step.branch, before=step.expected, after=commit)
    if step.number:
        github.pulls.edit(step.number, changes={"title": step.title, "body": step.body})
        url = f"{github.web_url}/pull/{step.number}"
    else:
        made = github.pulls.open(step.branch, step.base, title=step.title, body=step.body)
        url = made.url
    if step.lock_workflow:
        _refresh_locks(github.workflows, github.branch_head(step.branch) or "", step)
    return url


def _refresh_locks(workflows: GitHubWorkflows, tip: str, step: RaiseRequirement) -> None:
    """Start the workflow that refreshes lock files, once for a state of our branch."""
    known = workflows.list_dispatched(step.lock_workflow, ref=step.branch)
    if not any(run.commit == tip for run in known):
        workflows.dispatch(step.lock_workflow, ref=step.branch, inputs={}, known=known)
