"""What becomes of a repository that uses the package: the one table of the whole of downstream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.downstream.decision import (
    Case,
    Decision,
    describe,
    describe_all,
    join_reason,
    pick,
)
from pilotage.domains.downstream.proposing import decide_proposal
from pilotage.domains.downstream.rebuilding import decide_rebuild, judge_rebuild
from pilotage.domains.downstream.selection import rule_of
from pilotage.domains.safetext import show
from pilotage.model.downstream import Standing

if TYPE_CHECKING:
    from pilotage.model.downstream import Rollout, Sight, Usage
    from pilotage.model.downstreamrules import DownstreamRules

__all__ = ["Decision", "decide", "judge_rebuild"]

_LONGEST = 600


def decide(
    sight: Sight,
    usage: Usage,
    branch_usage: Usage | None,
    rules: DownstreamRules,
    rollout: Rollout,
    *,
    retry: bool = False,
) -> Decision:
    """Decide what becomes of one repository.

    Args:
        sight: The repository as it was seen; its runs are those of the workflow that an earlier decision named.
        usage: What it asks of the package.
        branch_usage: The same with the texts of our branch there; None when there is no such branch.
        rules: How repositories follow releases; its own rules are found by its name.
        rollout: The release; one that is not published yet is decided about the same, as a preview.
        retry: Whether a rebuild that failed is started again.
    """
    case = Case(
        sight=sight,
        usage=usage,
        branch_usage=branch_usage,
        rule=rule_of(sight.found.name, rules),
        title=rules.title,
        rollout=rollout,
        retry=retry,
    )
    if sight.found.problem:
        return case.leave("skip", state="failed", reason=show(sight.found.problem, limit=_LONGEST))
    if sight.found.is_archived:
        return case.leave("skip", reason="archived: nothing in it can be changed")
    if case.rule.update == "keep":
        return case.leave("respect", reason="[tool.pilotage.downstream] keeps it as it is")
    if not usage.references:
        return _decide_unused(case)
    for standing, words in ((Standing.KEPT, "is kept on purpose"), (Standing.AHEAD, "asks for something newer")):
        if places := pick(usage, {standing}):
            why = f": {show(places[0].why)}" if places[0].why else ""
            return case.leave("respect", reason=f"{describe(places[0])} {words}{why}")
    return _decide_used(case)


def _decide_unused(case: Case) -> Decision:
    if case.usage.unread:
        reason = join_reason("whether it uses the package is not known", *case.uses.remarks)
        return case.leave("skip", state="failed", reason=reason)
    return case.leave("skip", reason=f"does not use {case.rollout.package}")


def _decide_used(case: Case) -> Decision:
    rule, uses = case.rule, case.uses
    if rule.update == "dispatch" and (pinned := (*uses.raised, *uses.elsewhere)):
        reason = f"{describe_all(pinned)} keeps {case.version} out: a rebuild would install the same"
        return case.leave("respect", reason=reason)
    if uses.raised or (uses.arguments and not case.is_rebuilt):
        return _decide_raise(case)
    if uses.locked and rule.lock_workflow and rule.update != "dispatch":
        reasons = (f"{rule.lock_workflow} refreshes its lock", *uses.remarks)
        return decide_rebuild(case, rule.lock_workflow, inputs={}, reasons=reasons)
    # a rebuild brings nothing where the only places are in workflows that pin another version
    if case.is_rebuilt and rule.workflow and len(uses.elsewhere) < len(case.usage.references):
        reasons = (_why_rebuilt(case), *uses.remarks)
        return decide_rebuild(case, rule.workflow, inputs=rule.inputs or {}, reasons=reasons)
    return _decide_rest(case)


def _decide_raise(case: Case) -> Decision:
    """Decide about places that keep the release out: all of them follow, or none does."""
    arguments = () if case.is_rebuilt else case.uses.arguments
    stuck = [one for one in (*case.uses.raised, *arguments) if not one.changes]
    if stuck:
        reason = join_reason(*(f"{describe(one)} cannot be edited: {show(one.why)}" for one in stuck))
        return case.leave("pull-request", state="failed", reason=reason)
    return decide_proposal(case)


def _why_rebuilt(case: Case) -> str:
    if case.uses.arguments:
        return f"{describe_all(case.uses.arguments)} is given {case.version} by the rebuild"
    if current := pick(case.usage, {Standing.CURRENT}):
        return f"{describe_all(current)} asks for it already"
    admitting = pick(case.usage, {Standing.UNPINNED, Standing.ADMITS})
    return f"{describe_all(admitting)} admits {case.version}" if admitting else ""


def _decide_rest(case: Case) -> Decision:
    """Decide about a repository in which nothing can be started and nothing is to be edited."""
    uses, pull = case.uses, case.sight.open_pull
    if uses.elsewhere or uses.unclear:
        return case.leave("pull-request", state="failed", reason=join_reason(*uses.remarks))
    if uses.locked:
        return case.leave("respect", reason=join_reason(*uses.remarks))
    admitting = pick(case.usage, {Standing.UNPINNED, Standing.ADMITS})
    reason = f"{describe_all(admitting)} admits {case.version}; its next build takes it"
    if not admitting:
        reason = "asks for it already"
    spare = "our pull request there has nothing left to do and can be closed" if pull else ""
    return case.leave("skip", reason=join_reason(reason, spare, *uses.remarks), url=pull.url if pull else "")
