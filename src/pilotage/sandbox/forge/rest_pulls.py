"""REST: pull requests.

Source: https://docs.github.com/rest/pulls
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.call import Answer, Call
from pilotage.sandbox.forge.changes import list_changes
from pilotage.sandbox.forge.history import between, merge_base
from pilotage.sandbox.forge.merging import MergeMethod, merge_pull
from pilotage.sandbox.forge.pulls import Proposal, create_pull, edit_pull
from pilotage.sandbox.forge.refusals import Refusal, invalid, not_found
from pilotage.sandbox.forge.routing import REPOSITORY, Routes
from pilotage.sandbox.forge.shapes_git import commit_shape, file_shape
from pilotage.sandbox.forge.shapes_pulls import full_pull_shape, pull_shape

if TYPE_CHECKING:
    from pilotage.sandbox.forge.state import PullRequest

routes: Final = Routes()
NOT_PERMITTED: Final = "GitHub Actions is not permitted to create or approve pull requests."


@routes.add("GET", REPOSITORY + "/pulls")
def list_pulls(call: Call) -> Answer:
    """List pull requests; newest first, open ones unless asked otherwise."""
    state, head, base = (call.query.get(name, "") for name in ("state", "head", "base"))
    wanted = state or "open"
    # as GitHub does: a head without its owner filters nothing
    found = [
        pull
        for pull in call.listing.view.state.pulls
        if wanted in {"all", pull.state}
        and (":" not in head or call.realm.label(pull) == head)
        and (not base or pull.base == base)
    ]
    key = "updated_at" if call.query.get("sort") == "updated" else "created_at"
    is_ascending = call.query.get("direction", "asc" if "sort" in call.query and key == "" else "desc") == "asc"
    found.sort(key=lambda pull: (getattr(pull, key), pull.number), reverse=not is_ascending)
    return call.page(found, lambda pull: pull_shape(call.realm, pull, call.links))


@routes.add("POST", REPOSITORY + "/pulls")
def open_pull(call: Call) -> Answer:
    """Open a pull request."""
    if call.viewer.permission is Permission.NO_PULL_REQUESTS:
        raise Refusal(403, NOT_PERMITTED)
    body = call.body
    proposal = Proposal(
        head=body.need("head"),
        base=body.need("base"),
        title=body.text("title") or "",
        body=body.text("body"),
        draft=body.flag("draft"),
    )
    pull = create_pull(call.realm, proposal, author=call.viewer.login)
    return Answer(full_pull_shape(call.realm, pull, call.links), 201)


@routes.add("GET", REPOSITORY + "/pulls/{pull_number}")
def read_pull(call: Call, pull_number: int) -> Answer:
    """Get a pull request."""
    return Answer(full_pull_shape(call.realm, need_pull(call, pull_number), call.links))


@routes.add("PATCH", REPOSITORY + "/pulls/{pull_number}")
def update_pull(call: Call, pull_number: int) -> Answer:
    """Change a pull request's title, body, base or state."""
    pull, body = need_pull(call, pull_number), call.body
    edit_pull(
        call.realm,
        pull,
        title=body.text("title"),
        body=body.text("body"),
        state=body.text("state"),
        base=body.text("base"),
    )
    return Answer(full_pull_shape(call.realm, pull, call.links))


@routes.add("GET", REPOSITORY + "/pulls/{pull_number}/commits")
def list_pull_commits(call: Call, pull_number: int) -> Answer:
    """List the commits of a pull request, oldest first."""
    pull = need_pull(call, pull_number)
    commits = between(call.realm.git, pull.base_sha, pull.head_sha)
    return call.page(commits, lambda commit: commit_shape(commit, call.links))


@routes.add("GET", REPOSITORY + "/pulls/{pull_number}/files")
def list_pull_files(call: Call, pull_number: int) -> Answer:
    """List the files that a pull request changes."""
    pull = need_pull(call, pull_number)
    base = merge_base(call.realm.git, pull.base_sha, pull.head_sha) or pull.base_sha
    changes = list_changes(call.realm.git, base, pull.head_sha)
    return call.page(changes, lambda change: file_shape(change, pull.head_sha, call.links))


@routes.add("PUT", REPOSITORY + "/pulls/{pull_number}/merge")
def merge(call: Call, pull_number: int) -> Answer:
    """Merge a pull request."""
    pull, body = need_pull(call, pull_number), call.body
    method, sha = body.text("merge_method") or "merge", body.text("sha")
    if method not in {"merge", "squash", "rebase"}:
        raise invalid("PullRequest", "invalid", field="merge_method")
    if sha is not None and sha != pull.head_sha:
        raise Refusal(409, "Head branch was modified. Review and try the merge again.")
    made = merge_pull(
        call.realm,
        pull,
        method=cast("MergeMethod", method),
        login=call.viewer.login,
        title=body.text("commit_title") or "",
        message=body.text("commit_message"),
    )
    return Answer({"sha": made, "merged": True, "message": "Pull Request successfully merged"})


def need_pull(call: Call, number: int) -> PullRequest:
    """Give a pull request by its number.

    Raises:
        Refusal: 404 when there is none.
    """
    pull = call.realm.pull(number)
    if pull is None:
        raise not_found()
    return pull
