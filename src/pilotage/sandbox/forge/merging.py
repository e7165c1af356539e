"""Merging a pull request for real: trees come from git's own merge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pilotage.sandbox.forge.history import between
from pilotage.sandbox.forge.objects import SIGNATURE, Signature
from pilotage.sandbox.forge.refusals import Refusal
from pilotage.sandbox.forge.repository import Draft
from pilotage.sandbox.forge.squash import squash_body, squash_title
from pilotage.sandbox.forge.treemerge import merge_trees

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.sandbox.forge.objects import CommitObject
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.state import PullRequest

MergeMethod = Literal["merge", "squash", "rebase"]


def merge_pull(
    realm: Realm, pull: PullRequest, *, method: MergeMethod, login: str, title: str = "", message: str | None = None
) -> str:
    """Merge an open pull request into its base and give the commit that the base points at now.

    Args:
        realm: Where it stands.
        pull: The pull request.
        method: As GitHub's button.
        login: Who merges.
        title: The commit's first line; the settings decide when empty.
        message: The commit's other text; the settings decide when None.

    Raises:
        Refusal: 405 when it is not open, is a draft, conflicts, or the method is not allowed.
    """
    check_mergeable(realm, pull, method)
    head, base = pull.head_sha, realm.git.branch(pull.base) or ""
    commits = between(realm.git, base, head)
    if method == "rebase":
        sha = _rebase(realm, commits, base)
    else:
        text = _message(realm, pull, commits, method=method, title=title, message=message)
        author = pull.author if method == "squash" else login
        parents = (base,) if method == "squash" else (base, head)
        sha = _commit(realm, parents, merge_trees(realm.git, base, head), text, author=author)
    finish_merge(realm, pull, sha, login=login)
    realm.git.refs.write(f"refs/heads/{pull.base}", sha)
    realm.settle()
    return sha


def squash_pull(realm: Realm, pull: PullRequest, onto: str) -> str:
    """Make the commit of a squash merge on top of any commit and give its id; no ref moves.

    Raises:
        Refusal: 405 as `merge_pull`.
    """
    check_mergeable(realm, pull, "squash")
    commits = between(realm.git, pull.base_sha, pull.head_sha)
    text = _message(realm, pull, commits, method="squash", title="", message=None)
    return _commit(realm, (onto,), merge_trees(realm.git, onto, pull.head_sha), text, author=pull.author)


def finish_merge(realm: Realm, pull: PullRequest, sha: str, *, login: str) -> None:
    """Mark a pull request as merged by a commit, and delete its branch when the settings say so (never a fork's)."""
    pull.merged_by, pull.merge_commit_sha = login, sha
    realm.close(pull)
    pull.merged_at = pull.closed_at
    if realm.state.settings.delete_branch_on_merge and not pull.fork:
        realm.git.refs.delete(f"refs/heads/{pull.head}")


def check_mergeable(realm: Realm, pull: PullRequest, method: MergeMethod) -> None:
    """Look whether a pull request may be merged so.

    Raises:
        Refusal: 405 when it is not open, is a draft, or the method is not allowed.
    """
    settings = realm.state.settings
    allowed = {
        "squash": settings.allow_squash_merge,
        "merge": settings.allow_merge_commit,
        "rebase": settings.allow_rebase_merge,
    }
    if not pull.is_open:
        raise Refusal(405, "Pull Request is not mergeable")
    if pull.draft:
        raise Refusal(405, "Pull Request is still a draft")
    if not allowed[method]:
        wording = {"squash": "Squash merges", "merge": "Merge commits", "rebase": "Rebase merges"}[method]
        raise Refusal(405, f"{wording} are not allowed on this repository.")


def _message(
    realm: Realm,
    pull: PullRequest,
    commits: Sequence[CommitObject],
    *,
    method: MergeMethod,
    title: str,
    message: str | None,
) -> str:
    settings = realm.state.settings
    if method == "squash":
        first = title or squash_title(settings, pull, commits)
        rest = squash_body(settings, pull, commits) if message is None else message
    else:
        first = title or f"Merge pull request #{pull.number} from {realm.head_owner(pull)}/{pull.head}"
        rest = pull.title if message is None else message
    return f"{first}\n\n{rest}" if rest else first


def _commit(realm: Realm, parents: tuple[str, ...], tree: str, message: str, *, author: str) -> str:
    signature = realm.signature(author)
    committer = Signature("GitHub", "noreply@github.com", signature.seconds)
    return realm.git.make_commit(Draft(tree, parents, message, signature, committer, SIGNATURE))


def _rebase(realm: Realm, commits: Sequence[CommitObject], base: str) -> str:
    tip = base
    for commit in commits:
        if len(commit.parents) > 1:
            continue
        # git merge-tree of this age finds the base by itself: a commit with the tip's tree on the picked one's
        # parent makes that parent the base, which is what picking a commit means
        tree = realm.git.need_commit(tip).tree
        stand_in = realm.git.make_commit(Draft(tree, commit.parents, "tip", commit.author))
        picked = merge_trees(realm.git, stand_in, commit.oid)
        committer = Signature(commit.author.name, commit.author.email, realm.signature("").seconds)
        tip = realm.git.make_commit(Draft(picked, (tip,), commit.message, commit.author, committer))
    return tip
