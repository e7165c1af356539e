"""One repository that may use the package: looked at without cloning it, and what a release means for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.downstream.deciding import Decision, decide
from pilotage.domains.downstream.pulltext import branch_of
from pilotage.domains.downstream.reading import MOST_BYTES, MOST_FILES, is_relevant, read_usage
from pilotage.domains.downstream.rebuilding import find_rebuild
from pilotage.domains.downstream.selection import rule_of
from pilotage.model.downstream import Found, Sight
from pilotage.model.remote import WorkflowRun  # noqa: TC001 - msgspec reads annotations at run time
from pilotage.model.step import StartRebuild
from pilotage.providers.githubcall import GitHubRefusalError
from pilotage.providers.githubdownstream import GitHubDownstream
from pilotage.providers.githubworkflows import GitHubWorkflows
from pilotage.reconcile.downstream.reasons import explain

if TYPE_CHECKING:
    from pilotage.model.downstream import Rollout, Usage
    from pilotage.model.downstreamrules import DownstreamRules
    from pilotage.reconcile.downstream.calls import Calls


class Looked(msgspec.Struct, frozen=True):
    """A repository after a look; the texts of its files are given up, so that hundreds are no burden.

    Args:
        found: The repository.
        decision: What is to be done about it.
        run: The rebuild that is on its way or ended; None when there is none.
        workflow: The workflow whose run it is; "" when none was looked for.
    """

    found: Found
    decision: Decision
    run: WorkflowRun | None = None
    workflow: str = ""


class Looker:
    """Looks at repositories.

    Args:
        calls: The connections.
        rollout: The release.
        rules: How repositories follow it.
        retry: Whether a rebuild that failed is started again.
    """

    def __init__(self, calls: Calls, rollout: Rollout, rules: DownstreamRules, *, retry: bool) -> None:
        self._calls = calls
        self._rollout = rollout
        self._rules = rules
        self._retry = retry

    def look(self, found: Found) -> Looked:
        """Look at a repository: two requests, and one more where a workflow may be started.

        A workflow that GitHub does not know, or hides from the token, is told on the repository's row.

        Raises:
            RemoteError: GitHub refused, or what it says cannot be understood.
        """
        rule = rule_of(found.name, self._rules)
        if found.problem or found.is_archived:
            return Looked(found, self._decide(Sight(found)))
        extra = rule.files or ()
        sight = GitHubDownstream(self._calls.here).look(
            found,
            is_relevant=lambda path: is_relevant(path, extra),
            branch=branch_of(self._rollout.wanted.package),
            most_files=MOST_FILES,
            most_bytes=MOST_BYTES,
        )
        decision = self._decide(sight)
        if not isinstance(decision.step, StartRebuild):
            return Looked(found, decision)
        workflows = GitHubWorkflows(self._calls.here, repository=found.name)
        try:
            runs = workflows.list_dispatched(decision.step.workflow, ref=decision.step.ref)
        except GitHubRefusalError as refusal:
            row = msgspec.structs.replace(decision.row, state="failed", reason=explain(refusal))
            return Looked(found, Decision(row))
        sight = msgspec.structs.replace(sight, runs=runs)
        return Looked(found, self._decide(sight), find_rebuild(runs, self._rollout.since), decision.step.workflow)

    def _decide(self, sight: Sight) -> Decision:
        wanted = self._rollout.wanted
        usage = read_usage(sight.files, wanted)
        if sight.unread:
            usage = msgspec.structs.replace(usage, unread=(*sight.unread, *usage.unread))
        branch_usage: Usage | None = None
        if sight.update_branch is not None:
            branch_usage = read_usage(sight.files | sight.update_branch.files, wanted)
        return decide(sight, usage, branch_usage, self._rules, self._rollout, retry=self._retry)
