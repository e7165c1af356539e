"""The pull request that raises what keeps a release out: one branch, one open pull request, people's word respected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.downstream.decision import Decision, describe_all, join_reason, pick
from pilotage.domains.downstream.jump import is_breaking
from pilotage.domains.downstream.pulltext import TRAILER, branch_of, render_body, render_message, render_title
from pilotage.domains.release_pr import is_own_commit
from pilotage.model.downstream import Standing
from pilotage.model.project import FileEdit  # noqa: TC001 - msgspec reads annotations at run time
from pilotage.model.step import RaiseRequirement
from pilotage.model.version import Version

if TYPE_CHECKING:
    from pilotage.domains.downstream.decision import Case
    from pilotage.model.downstream import Usage
    from pilotage.model.remote import PullRequest, ReleaseBranch

_REFUSED = re.compile(rf"^{TRAILER}(?P<package>\S{{1,200}}) (?P<version>\S{{1,200}})$", re.MULTILINE)
_RAISED = frozenset((Standing.EXACT, Standing.EXCLUDES, Standing.ARGUMENT))
_LOCKED = frozenset((Standing.LOCKED,))
_PLAIN = "100644"


class _Push(msgspec.Struct, frozen=True):
    """What is pushed to our branch: a commit on a parent; no parent for nothing."""

    parent: str = ""
    tree: str = ""
    files: tuple[FileEdit, ...] = ()


def decide_proposal(case: Case) -> Decision:
    """Decide about the pull request of a repository whose places can all be edited.

    What the branch holds is read from its own files. When they ask for the release, nothing is pushed, so that commits
    of people and of a lock workflow stay. Otherwise a branch that is nobody's but ours is made anew on the base, and on
    one with others' commits ours goes on top. A branch that was merged as it is counts for none.
    """
    word = _find_word(case)
    if word is not None:
        return word
    sight, rollout, pull, push = case.sight, case.rollout, case.sight.open_pull, _find_push(case)
    title = render_title(case.title, rollout, is_breaking=is_breaking(rollout, case.usage))
    body = render_body(rollout, case.usage)
    lock_workflow = (case.rule.lock_workflow or "") if pick(_live_usage(case) or case.usage, _LOCKED) else ""
    reason = join_reason(f"{describe_all(pick(case.usage, _RAISED))} keeps {case.version} out", *case.uses.remarks)
    is_told = pull is not None and (pull.title, pull.body.rstrip()) == (title, body.rstrip())
    is_refreshed = not lock_workflow or not _is_last_ours(sight.update_branch)
    is_there = pull is not None and is_told and not push.parent
    url = pull.url if pull else ""
    row = case.row("pull-request", state="open" if is_there else "planned", reason=reason, url=url)
    if is_there and is_refreshed:
        return Decision(row)
    step = RaiseRequirement(
        repository=sight.found.name,
        tag=rollout.wanted.tag,
        branch=branch_of(rollout.wanted.package),
        base=sight.found.branch,
        parent=push.parent,
        parent_tree=push.tree,
        expected=sight.update_branch.head if sight.update_branch else "",
        message=render_message(title, rollout, before=case.before),
        files=push.files,
        number=pull.number if pull else 0,
        title=title,
        body=body,
        lock_workflow=lock_workflow,
        before=case.before,
        reason=reason,
        modes={edit.path: sight.modes.get(edit.path, _PLAIN) for edit in push.files},
    )
    return Decision(row, step)


def _live_usage(case: Case) -> Usage | None:
    """Give what our branch asks of the package; None when there is none that still is to be merged."""
    branch = case.sight.update_branch
    return case.branch_usage if branch and not branch.is_spent else None


def _is_ours(branch: ReleaseBranch | None) -> bool:
    return branch is not None and is_own_commit(branch.message, tree=branch.tree, parents=branch.parents)


def _is_last_ours(branch: ReleaseBranch | None) -> bool:
    """Tell whether nobody has committed after us, on a branch of ours alone or on top of others' commits."""
    return _is_ours(branch) or bool(branch and branch.message.rstrip().rpartition("\n")[2].startswith(TRAILER))


def _find_word(case: Case) -> Decision | None:
    """Find what people, or a newer release, have said already; None when nobody has."""
    branch_usage, pull, closed = _live_usage(case), case.sight.open_pull, case.sight.closed_pull
    url = pull.url if pull else ""
    if branch_usage and pick(branch_usage, {Standing.AHEAD}):
        if pull is None:
            return case.leave("respect", reason="our branch there asks for something newer already")
        return case.leave("pull-request", state="open", reason="a newer release is proposed there already", url=url)
    if branch_usage and (kept := pick(branch_usage, {Standing.KEPT})):
        return case.leave("respect", reason=f"{describe_all(kept)} is kept on purpose on our branch there", url=url)
    if pull is None and closed is not None and _is_refused(case, closed):
        reason = f"people closed the pull request for {case.version} without merging it"
        return case.leave("respect", reason=reason, url=closed.url)
    return None


def _is_refused(case: Case, closed: PullRequest) -> bool:
    """Tell whether what people closed was about this release, or a newer one.

    The commit that they refused says so itself when it is ours. When the last one is theirs, our branch still says so.
    """
    wanted = case.rollout.wanted
    for match in _REFUSED.finditer(case.sight.closed_message):
        if match["package"] == wanted.package and _is_reached(match["version"], wanted.version):
            return True
    branch, branch_usage = case.sight.update_branch, _live_usage(case)
    return bool(branch and branch_usage and branch.head == closed.head and not branch_usage.edits)


def _is_reached(text: str, version: Version) -> bool:
    try:
        return Version(text) >= version
    except ValueError:  # InvalidVersion is one; a number of thousands of digits is another
        return False


def _find_push(case: Case) -> _Push:
    sight, branch, branch_usage = case.sight, case.sight.update_branch, _live_usage(case)
    anew = _Push(sight.found.head, sight.found.tree, case.usage.edits)
    if branch is None or branch_usage is None:
        return anew
    if branch_usage.edits:
        return anew if _is_ours(branch) else _Push(branch.head, branch.tree, branch_usage.edits)
    wished = sight.files | {edit.path: edit.text for edit in case.usage.edits}
    is_outdated = _is_ours(branch) and sight.files | branch.files != wished
    return anew if is_outdated else _Push()
