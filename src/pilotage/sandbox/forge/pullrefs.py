"""The refs that GitHub keeps for each pull request: its head, and what merging it would give.

Source: https://docs.github.com/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests
(`refs/pull/NUMBER/head`), https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
(`refs/pull/NUMBER/merge`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.objects import SIGNATURE, Signature
from pilotage.sandbox.forge.refusals import Refusal
from pilotage.sandbox.forge.repository import Draft
from pilotage.sandbox.forge.treemerge import merge_trees

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.state import PullRequest


def track_pull(realm: Realm, pull: PullRequest) -> None:
    """Point a pull request's refs at its head and at a test merge; one that conflicts leaves the last test merge."""
    refs, head, base = realm.git.refs, pull.head_sha, pull.base_sha
    refs.write(f"refs/pull/{pull.number}/head", head)
    try:
        tree = merge_trees(realm.git, base, head)
    except Refusal:
        pull.test_merge_sha = ""
        return
    author = realm.signature(pull.author)
    committer = Signature("GitHub", "noreply@github.com", author.seconds)
    draft = Draft(tree, (base, head), f"Merge {head} into {base}", author, committer, SIGNATURE)
    pull.test_merge_sha = realm.git.make_commit(draft)
    refs.write(f"refs/pull/{pull.number}/merge", pull.test_merge_sha)
