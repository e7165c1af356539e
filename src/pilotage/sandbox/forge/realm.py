"""The repository and its state together, and the bookkeeping after every move of a ref."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pilotage.sandbox.forge.history import is_contained
from pilotage.sandbox.forge.objects import Signature
from pilotage.sandbox.forge.pullrefs import track_pull
from pilotage.sandbox.forge.repository import Repository
from pilotage.sandbox.forge.state import utc_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pilotage.sandbox.forge.records import Issue
    from pilotage.sandbox.forge.state import Fork, PullRequest, State


class Realm:
    """One repository with everything that GitHub keeps beside it.

    Args:
        directory: Holds `NAME.git`.
        state: What is known beside git.
    """

    def __init__(self, directory: Path, state: State) -> None:
        self.directory = directory
        self.state = state
        self.clock: Callable[[], datetime] = _now
        self.git = Repository(directory / f"{state.name}.git", default_branch=state.default_branch)
        if not state.created_at:
            state.created_at = self.now()

    def now(self) -> str:
        """Tell the time as GitHub writes it."""
        return utc_text(self.clock())

    def signature(self, login: str) -> Signature:
        """Give a login's name, address and the present time."""
        return Signature(login, f"{login}@users.noreply.github.com", int(self.clock().timestamp()))

    def pull(self, number: int) -> PullRequest | None:
        """Give a pull request by its number; None when there is none."""
        return next((pull for pull in self.state.pulls if pull.number == number), None)

    def issue(self, number: int) -> Issue | None:
        """Give an issue by its number; None when there is none."""
        return next((issue for issue in self.state.issues if issue.number == number), None)

    def fork(self, name: str) -> Fork | None:
        """Give a fork by its full name, or by its owner alone; None when there is none (any more)."""
        return next((fork for fork in self.state.forks if name in {fork.full_name, fork.owner}), None)

    def head(self, pull: PullRequest) -> str | None:
        """Give the commit that a pull request's branch points at, wherever that is; None when the branch is gone."""
        if not pull.fork:
            return self.git.branch(pull.head)
        fork = self.fork(pull.fork)
        return fork.branches.get(pull.head) if fork is not None else None

    def head_owner(self, pull: PullRequest) -> str:
        """Give the owner of the repository that a pull request's head is in."""
        return pull.fork.partition("/")[0] or self.state.owner

    def label(self, pull: PullRequest) -> str:
        """Spell a pull request's head as `OWNER:BRANCH`."""
        return f"{self.head_owner(pull)}:{pull.head}"

    def settle(self) -> None:
        """Bring open pull requests in line with the refs.

        GitHub closes one whose branch is gone or has nothing that the base lacks, and marks one as merged whose
        commits reached the base by a push (the base moved, the head did not). One whose whole fork is gone stays
        open, with the commits it last had.
        """
        for pull in self.state.pulls:
            if pull.is_open:
                self._settle_pull(pull)

    def close(self, pull: PullRequest) -> None:
        """Close a pull request."""
        pull.state = "closed"
        pull.closed_at = pull.updated_at = self.now()

    def _settle_pull(self, pull: PullRequest) -> None:
        is_orphan = bool(pull.fork) and self.fork(pull.fork) is None
        head, base = pull.head_sha if is_orphan else self.head(pull), self.git.branch(pull.base)
        if head is None or base is None:
            self.close(pull)
            return
        if (head, base) == (pull.head_sha, pull.base_sha):
            return
        is_base_moved = base != pull.base_sha and head == pull.head_sha
        pull.head_sha, pull.base_sha = head, base
        pull.updated_at = self.now()
        track_pull(self, pull)
        if is_contained(self.git, head, base):
            self.close(pull)
            if is_base_moved:
                pull.merged_at, pull.merged_by, pull.merge_commit_sha = pull.closed_at, pull.author, head


def _now() -> datetime:
    return datetime.now(UTC)
