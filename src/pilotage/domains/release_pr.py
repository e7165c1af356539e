"""The planner of the release pull request: one commit on top of the head, one open pull request, kept up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.overridecomment import plan_override_comment
from pilotage.domains.proposal import Proposal  # noqa: TC001 - a record's field
from pilotage.domains.proposals import propose_all, propose_one
from pilotage.domains.releasefiles import Written, write_release
from pilotage.domains.releasetext import release_branch_of, render_body, render_title
from pilotage.domains.scribe import PLAIN, Scribe
from pilotage.model.snapshot import Scene, Snapshot
from pilotage.model.step import (
    ClosePullRequest,
    DeleteBranch,
    EditPullRequest,
    Notice,
    OpenPullRequest,
    Step,
    UpdateBranch,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

TREE_TRAILER = "Pilotage-Tree: "
"""The last line of a commit of ours names its own tree, so a commit that a person changed is told from ours."""


class Package(msgspec.Struct, frozen=True):
    """A package with what its next release would be.

    Args:
        snapshot: The package as it is.
        proposal: Its next release.
    """

    snapshot: Snapshot
    proposal: Proposal


def plan_release_prs(scene: Scene, scribe: Scribe = PLAIN, *, held: Collection[str] = ()) -> Iterator[Step | Notice]:
    """Yield what the release pull requests need: one for all packages, or one for each.

    Args:
        scene: All packages of the repository.
        scribe: Who writes what the repository wants otherwise.
        held: Release branches that are left as they are.
    """
    groups: dict[str, list[Package]] = {}
    for snapshot, proposal in zip(scene.snapshots, propose_all(scene), strict=True):
        groups.setdefault(release_branch_of(snapshot), []).append(Package(snapshot, proposal))
    for branch, packages in groups.items():
        if branch not in held:
            yield from plan_group(packages, scene, scribe)


def plan_release_pr(snapshot: Snapshot, scribe: Scribe = PLAIN) -> Iterator[Step | Notice]:
    """Yield what the release pull request of one package needs; nothing when it is as it should be."""
    yield from plan_group([Package(snapshot, propose_one(snapshot))], Scene((snapshot,), snapshot.config), scribe)


def plan_group(packages: Sequence[Package], scene: Scene, scribe: Scribe = PLAIN) -> Iterator[Step | Notice]:
    """Yield what one release pull request needs; nothing when it is as it should be.

    Args:
        packages: The packages that it releases, at least one; what they show of the branch is the same.
        scene: All packages of the repository.
        scribe: Who writes what the repository wants otherwise.
    """
    anchor = packages[0].snapshot
    for package in packages:
        yield from _notices(package)
    yield from _comments(packages)
    if all(package.proposal.version is None for package in packages):
        yield from _withdraw(anchor)
        return
    taken = [package for package in packages if package.snapshot.next_tag_commit]
    if taken:
        for package in taken:
            yield _tag_is_taken(package)
        return
    if anchor.release_branch and not anchor.release_branch.is_spent and not is_ours(anchor):
        yield from _respect_people(anchor)
        return
    yield from _update(packages, scene, scribe)


def _comments(packages: Sequence[Package]) -> Iterator[Step]:
    """Yield the comments on pull requests whose override cannot be read, each once."""
    told: list[Step] = []
    for package in packages:
        snapshot, unread = package.snapshot, package.proposal.changes.unread
        told += [
            step for step in plan_override_comment(snapshot.commits, unread, config=snapshot.config) if step not in told
        ]
    yield from told


def _tag_is_taken(package: Package) -> Notice:
    snapshot, proposal = package.snapshot, package.proposal
    return Notice(
        "conflict",
        f"the next version is {proposal.version}, but its tag {proposal.tag} is already at "
        f"{snapshot.next_tag_commit[:10]}, which is not the last release of {snapshot.branch}",
        "Delete that tag if it is a mistake, or ask for another version with a Release-As footer.",
    )


def is_ours(snapshot: Snapshot) -> bool:
    """Tell whether the release branch holds nothing but one commit of ours, unchanged."""
    branch = snapshot.release_branch
    return branch is not None and is_own_commit(branch.message, tree=branch.tree, parents=branch.parents)


def is_own_commit(message: str, *, tree: str, parents: tuple[str, ...]) -> bool:
    """Tell whether a commit is one that Pilotage made and nobody changed: its message names its own tree."""
    return len(parents) == 1 and message.rstrip().rpartition("\n")[2] == f"{TREE_TRAILER}{tree}"


def _notices(package: Package) -> Iterator[Notice]:
    snapshot, proposal = package.snapshot, package.proposal
    if snapshot.project.version is None and proposal.version is not None:
        yield Notice(
            "info",
            f"{snapshot.project.source}: the version is dynamic, so no file is changed: "
            f"{proposal.version} becomes the tag {proposal.tag} only",
        )
    for unread in proposal.changes.unread:
        if unread.reason == "not-conventional":
            yield Notice("info", f"{unread.sha[:10]} says nothing to a release: its first line has no type")


def _withdraw(snapshot: Snapshot) -> Iterator[Step]:
    if snapshot.pull_request is not None:
        yield ClosePullRequest(
            snapshot.pull_request.number,
            "Nothing is left to release: the changes that this pull request announced are gone from "
            f"`{snapshot.branch}`. Pilotage opens a new one when there is something to release.",
        )
    # By itself: a run may have died between the two, and a merged pull request leaves its branch behind.
    if snapshot.release_branch and is_ours(snapshot):
        yield DeleteBranch(snapshot.release_branch.name, snapshot.release_branch.head)


def _respect_people(snapshot: Snapshot) -> Iterator[Notice]:
    branch = snapshot.release_branch
    if branch is None or snapshot.head in (branch.base, *branch.parents):
        return
    yield Notice(
        "conflict",
        f"{branch.name} holds a commit that Pilotage did not make ({branch.head[:10]}), so it is left as it is and the "
        f"release pull request is not brought up to date with {snapshot.branch} at {snapshot.head[:10]}",
        "Merge the pull request as it is, or delete the branch: Pilotage makes it anew from the commits.",
    )


def _update(packages: Sequence[Package], scene: Scene, scribe: Scribe) -> Iterator[Step]:
    anchor = packages[0].snapshot
    name, branch, pull = release_branch_of(anchor), anchor.release_branch, anchor.pull_request
    on_branch = branch.files if branch else {}
    written = write_release(packages, scene=scene, on_branch=on_branch, scribe=scribe)
    is_current = branch is not None and branch.parents == (anchor.head,) and _holds(on_branch, scene, written)
    if not is_current:
        written = write_release(packages, scene=scene, scribe=scribe)
    title = render_title(written.releases, config=anchor.config)
    if not is_current:
        yield UpdateBranch(name, anchor.head, branch.head if branch else "", title, written.edits)
    body = render_body(written.releases, config=anchor.config, old_body=pull.body if pull else "")
    if pull is None:
        yield OpenPullRequest(name, anchor.branch, title, body)
        return
    if (pull.title, pull.body.rstrip()) != (title, body.rstrip()):
        yield EditPullRequest(pull.number, title, body)


def _holds(on_branch: Mapping[str, str], scene: Scene, written: Written) -> bool:
    """Tell whether a branch's files are as they shall be, those of packages that it does not release as at the head."""
    at_head = {path: text for snapshot in scene.snapshots for path, text in snapshot.files.items()}
    return dict(on_branch) == at_head | written.files
