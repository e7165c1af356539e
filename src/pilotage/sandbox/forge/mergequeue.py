"""The merge queue: pull requests wait on branches of the queue's own until they land together.

Source: https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/
configuring-pull-request-merges/managing-a-merge-queue
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.keepers import Keepers
from pilotage.sandbox.forge.merging import finish_merge, squash_pull
from pilotage.sandbox.forge.refusals import Refusal, not_found
from pilotage.sandbox.forge.state import MergeGroup

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm

QUEUE_BOT: Final = "github-merge-queue[bot]"


class MergeQueue(Keepers):
    """Acts as people and the merge queue do; each method takes the forge's lock."""

    def queue_pull_request(self, number: int, *others: int) -> tuple[str, str, str]:
        """Queue a pull request, or several as one group, behind the groups that wait for the same base already.

        Returns:
            The commit below the group, the group's last commit (there is one squash commit for each pull request),
            and the full name of the branch that points at it.

        Raises:
            Refusal: 405 when one cannot be merged, waits already, or they have different bases; nothing changes then.
        """
        with self.lock:
            pulls = [self.pull_request(n) for n in (number, *others)]
            base = pulls[0].base
            waiting = {n for group in self.realm.state.groups for n in group.numbers}
            if any(pull.base != base or pull.number in waiting for pull in pulls):
                raise Refusal(405, "Pull Request is already queued, or has another base")
            before = [group.head_sha for group in self.realm.state.groups if group.base == base]
            tip = start = before[-1] if before else self.realm.git.branch(base) or ""
            commits: list[str] = []
            for pull in pulls:
                tip = squash_pull(self.realm, pull, tip)
                commits.append(tip)
            heads = tuple(pull.head_sha for pull in pulls)
            group = MergeGroup(base, start, (number, *others), heads, tuple(commits))
            self.realm.git.refs.write(group.ref, group.head_sha)
            self.realm.state.groups.append(group)
            return group.base_sha, group.head_sha, group.ref

    def land_merge_group(self, number: int) -> str:
        """Land the group that a pull request waits in: its base moves to the group's commits, its branch goes.

        Returns:
            The base's new commit.

        Raises:
            Refusal: 404 when it waits in no group, 405 when the base or a head moved since, or another group is first.
        """
        with self.lock:
            realm, group = self.realm, find_group(self.realm, number)
            pulls = [self.pull_request(n) for n in group.numbers]
            heads = tuple(pull.head_sha if pull.is_open else "" for pull in pulls)
            if realm.git.branch(group.base) != group.base_sha or heads != group.heads:
                raise Refusal(405, "The merge group is out of date")
            for pull, sha in zip(pulls, group.commits, strict=True):
                finish_merge(realm, pull, sha, login=QUEUE_BOT)
            realm.git.refs.write(f"refs/heads/{group.base}", group.head_sha)
            realm.git.refs.delete(group.ref)
            realm.state.groups.remove(group)
            realm.settle()
            return group.head_sha


def find_group(realm: Realm, number: int) -> MergeGroup:
    """Give the group that a pull request waits in.

    Raises:
        Refusal: 404 when it waits in none.
    """
    found = next((group for group in realm.state.groups if number in group.numbers), None)
    if found is None:
        raise not_found()
    return found
