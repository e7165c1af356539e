"""Merging a pull request for real: trees come from git's own merge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pilotage.sandbox.forge.git import run_git
from pilotage.sandbox.forge.history import between, merge_base
from pilotage.sandbox.forge.objects import SIGNATURE, Signature
from pilotage.sandbox.forge.refusals import Refusal
from pilotage.sandbox.forge.repository import Draft
from pilotage.sandbox.forge.squash import squash_body, squash_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.sandbox.forge.objects import CommitObject
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.repository import Repository
    from pilotage.sandbox.forge.state import PullRequest

MergeMethod = Literal["merge", "squash", "rebase"]


def merge_trees(git: Repository, ours: str, theirs: str) -> str:
    """Merge two commits and give the tree.

    Raises:
        Refusal: 405 when they conflict.
    """
    base = merge_base(git, ours, theirs)
    if base == ours:
        return git.need_commit(theirs).tree
    code, output = run_git(git.git_dir, "merge-tree", "--write-tree", ours, theirs)
    if code:
        raise Refusal(405, "Pull Request is not mergeable")
    return output.split(b"\n", 1)[0].decode()


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
    _check(realm, pull, method)
    head, base = realm.git.branch(pull.head) or "", realm.git.branch(pull.base) or ""
    commits = between(realm.git, base, head)
    if method == "rebase":
        sha = _rebase(realm, commits, base)
    else:
        text = _message(realm, pull, commits, method=method, title=title, message=message)
        author = pull.author if method == "squash" else login
        committer = Signature("GitHub", "noreply@github.com", realm.signature(login).seconds)
        parents = (base,) if method == "squash" else (base, head)
        tree = merge_trees(realm.git, base, head)
        sha = realm.git.make_commit(Draft(tree, parents, text, realm.signature(author), committer, SIGNATURE))
    pull.merged_by, pull.merge_commit_sha = login, sha
    realm.close(pull)
    pull.merged_at = pull.closed_at
    realm.git.refs.write(f"refs/heads/{pull.base}", sha)
    if realm.state.settings.delete_branch_on_merge:
        realm.git.refs.delete(f"refs/heads/{pull.head}")
    realm.settle()
    return sha


def _check(realm: Realm, pull: PullRequest, method: MergeMethod) -> None:
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
        first = title or f"Merge pull request #{pull.number} from {realm.state.owner}/{pull.head}"
        rest = pull.title if message is None else message
    return f"{first}\n\n{rest}" if rest else first


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
