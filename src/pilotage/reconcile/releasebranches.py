"""The release branches with their pull requests: as GitHub lists them, held against what git knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.versionfiles.project import paths_to_read
from pilotage.model.remote import ReleaseBranch
from pilotage.reconcile.tree import read_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.remote import PullRequest
    from pilotage.providers.git import Git
    from pilotage.providers.githublook import Sighting
    from pilotage.reconcile.history import History


class ReleaseBranches:
    """The release branches of one target branch.

    Args:
        git: The clone.
        sighting: What GitHub showed.
        histories: The packages' histories.
        branch: The target branch.
        remote: The remote's name in the clone, or its URL.
    """

    def __init__(self, git: Git, sighting: Sighting, histories: Sequence[History], *, branch: str, remote: str) -> None:
        self._git = git
        self._sighting = sighting
        self._trees = [history.tree for history in histories]
        self._branch = branch
        self._remote = remote
        self._found: dict[str, ReleaseBranch | None] = {}

    def contradicts(self, history: History, name: str) -> bool:
        """Tell whether git shows a raised version whose release pull request GitHub's lists do not know (yet).

        A version that was raised before the release branch was made cannot have come from it.
        """
        sight, raised = self._sighting.branches[name], history.raised_in
        if not raised or any(pull.merge_commit == raised for pull in sight.pulls("merged")):
            return False
        parents = sight.ref.target.parents.nodes if sight.ref and sight.ref.target.parents else []
        below = [parent.oid for parent in parents if self._git.resolve(parent.oid) is not None]
        return not any(self._git.is_ancestor(raised, commit) for commit in below)

    def open_pull(self, name: str) -> PullRequest | None:
        """Give the open pull request of a release branch."""
        sight = self._sighting.branches[name]
        # A list that lags behind may still call a merged one open.
        merged = {pull.number for pull in sight.pulls("merged")}
        return next((pull for pull in sight.pulls("open") if pull.number not in merged), None)

    def find(self, name: str) -> ReleaseBranch | None:
        """Give a release branch with its files; None when there is none."""
        if name not in self._found:
            self._found[name] = self._read(name)
        return self._found[name]

    def _read(self, name: str) -> ReleaseBranch | None:
        ref = self._sighting.branches[name].ref
        if ref is None:
            return None
        target, head = ref.target, self._trees[0].commit
        if self._git.resolve(target.oid) is None:
            self._git.fetch_branch(name, remote=self._remote)
        # What the fetch brought may be newer than what GitHub showed; the next look sees it then.
        is_here = self._git.resolve(target.oid) is not None
        usual = (path for tree in self._trees for path in paths_to_read(tree.config, path=tree.path))
        paths = dict.fromkeys((*usual, *(path for tree in self._trees for path in tree.files)))
        return ReleaseBranch(
            name=name,
            head=target.oid,
            tree=target.tree.oid if target.tree else "",
            parents=tuple(node.oid for node in target.parents.nodes) if target.parents else (),
            message=target.message,
            files=read_texts(self._git, target.oid, tuple(paths)) if is_here else {},
            base=head if is_here and self._git.is_ancestor(head, target.oid) else "",
            is_spent=any(pull.head == target.oid for pull in self._sighting.branches[name].pulls("merged")),
        )
