"""The rules of pull requests: what GitHub accepts, and what it refuses in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.history import is_contained
from pilotage.sandbox.forge.pullrefs import track_pull
from pilotage.sandbox.forge.refusals import invalid
from pilotage.sandbox.forge.state import PullRequest

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm

MAX_BODY: Final = 65536


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pull request that is to be opened; `head` may carry the owner (`OWNER:BRANCH`), a fork's too."""

    head: str
    base: str
    title: str
    body: str | None = None
    draft: bool = False


def create_pull(realm: Realm, proposal: Proposal, *, author: str) -> PullRequest:
    """Open a pull request.

    Raises:
        Refusal: 422 for an unknown branch, a second open one for the same branches, or nothing to merge.
    """
    base, title, body = proposal.base, proposal.title, proposal.body
    owner, _, head = proposal.head.rpartition(":")
    fork = realm.fork(owner) if owner not in {"", realm.state.owner} else None
    if not title:
        raise invalid("PullRequest", "missing_field", field="title")
    check_body("PullRequest", body, limit=MAX_BODY)
    branches = realm.git.branch if fork is None else fork.branches.get
    head_sha, base_sha = branches(head), realm.git.branch(base)
    if base_sha is None:
        raise invalid("PullRequest", "invalid", field="base")
    if head_sha is None or (fork is None and owner not in {"", realm.state.owner}):
        raise invalid("PullRequest", "invalid", field="head")
    _check_single(realm, f"{owner or realm.state.owner}:{head}", base)
    if is_contained(realm.git, head_sha, base_sha):
        raise invalid("PullRequest", "custom", message=f"No commits between {base} and {head}")
    now = realm.now()
    pull = PullRequest(
        id=realm.state.next_id(),
        number=realm.state.next_number(),
        title=title,
        body=body,
        author=author,
        head=head,
        base=base,
        head_sha=head_sha,
        base_sha=base_sha,
        created_at=now,
        updated_at=now,
        draft=proposal.draft,
        fork=fork.full_name if fork is not None else "",
    )
    realm.state.pulls.append(pull)
    track_pull(realm, pull)
    return pull


def edit_pull(
    realm: Realm,
    pull: PullRequest,
    *,
    title: str | None = None,
    body: str | None = None,
    state: str | None = None,
    base: str | None = None,
) -> None:
    """Change what is given of a pull request.

    Raises:
        Refusal: 422 for what GitHub does not take; nothing is changed then.
    """
    if title is not None and not title.strip():
        raise invalid("PullRequest", "missing_field", field="title")
    check_body("PullRequest", body, limit=MAX_BODY)
    if state is not None and state not in {"open", "closed"}:
        raise invalid("PullRequest", "invalid", field="state")
    if base is not None and base != pull.base:
        _change_base(realm, pull, base)
    if state == "open" and not pull.is_open:
        _reopen(realm, pull)
    if state == "closed" and pull.is_open:
        realm.close(pull)
    pull.title = pull.title if title is None else title
    pull.body = pull.body if body is None else body
    pull.updated_at = realm.now()


def check_body(resource: str, body: str | None, *, limit: int) -> None:
    """Refuse a text that is longer than GitHub takes.

    Raises:
        Refusal: 422 when it is.
    """
    if body is not None and len(body) > limit:
        raise invalid(resource, "custom", field="body", message=f"body is too long (maximum is {limit} characters)")


def _check_single(realm: Realm, label: str, base: str) -> None:
    if any(pull.is_open and (realm.label(pull), pull.base) == (label, base) for pull in realm.state.pulls):
        message = f"A pull request already exists for {label}."
        raise invalid("PullRequest", "custom", message=message)


def _change_base(realm: Realm, pull: PullRequest, base: str) -> None:
    base_sha = realm.git.branch(base)
    if base_sha is None or not pull.is_open:
        raise invalid("PullRequest", "invalid", field="base")
    _check_single(realm, realm.label(pull), base)
    pull.base, pull.base_sha = base, base_sha
    track_pull(realm, pull)


def _reopen(realm: Realm, pull: PullRequest) -> None:
    """Reopen, which GitHub refuses once the branch lost the commits that the pull request last showed."""
    head, base = realm.head(pull), realm.git.branch(pull.base)
    problem = ""
    if pull.is_merged:
        problem = "state cannot be changed. The pull request is already merged."
    elif pull.fork and realm.fork(pull.fork) is None:
        problem = "state cannot be changed. The repository that submitted this pull request has been deleted."
    elif head is None:
        problem = f"state cannot be changed. The {pull.head} branch has been deleted."
    elif base is None:
        problem = f"state cannot be changed. The {pull.base} branch has been deleted."
    elif not is_contained(realm.git, pull.head_sha, head):
        problem = f"state cannot be changed. The {pull.head} branch was force-pushed or recreated."
    elif is_contained(realm.git, head, base):
        problem = f"state cannot be changed. There are no new commits on the {pull.head} branch."
    if problem:
        raise invalid("PullRequest", "invalid", field="state", message=problem)
    _check_single(realm, realm.label(pull), pull.base)
    pull.state, pull.closed_at = "open", ""
    pull.head_sha, pull.base_sha = head or "", base or ""
    track_pull(realm, pull)
