"""Which pull requests a commit belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.history import between

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.state import PullRequest


def pulls_of_commit(realm: Realm, oid: str) -> list[PullRequest]:
    """Give the pull requests whose merge made this commit, or that carry it; merged ones first.

    GitHub keeps the same two kinds: for a commit of the default branch the merged pull request that introduced
    it, for others the open ones as well.
    """
    merged = [pull for pull in realm.state.pulls if pull.merge_commit_sha == oid]
    carrying = [
        pull
        for pull in realm.state.pulls
        if pull not in merged
        and (pull.is_open or pull.is_merged)
        and any(commit.oid == oid for commit in between(realm.git, pull.base_sha, pull.head_sha))
    ]
    return merged + carrying
