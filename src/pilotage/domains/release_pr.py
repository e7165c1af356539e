"""The planner of the release pull request: one commit on top of the head, one open pull request, kept up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.changelog import insert_section, read_section_date
from pilotage.domains.changes import read_changes
from pilotage.domains.notes import render_notes
from pilotage.domains.overridecomment import plan_override_comment
from pilotage.domains.proposal import Proposal, propose_release
from pilotage.domains.releasebody import notes_link, render_pull_request_body
from pilotage.domains.versionfiles.project import edit_version
from pilotage.model.notes import NotesData
from pilotage.model.project import FileEdit
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
    from collections.abc import Iterator, Mapping

    from pilotage.model.snapshot import Snapshot
    from pilotage.model.version import Version

TREE_TRAILER = "Pilotage-Tree: "
"""The last line of a commit of ours names its own tree, so a commit that a person changed is told from ours."""


def release_branch_name(target: str) -> str:
    """Name the branch behind the release pull request of a target branch."""
    return f"pilotage/release-{target}"


def plan_release_pr(snapshot: Snapshot) -> Iterator[Step | Notice]:
    """Yield what the release pull request needs; nothing when it is as it should be."""
    proposal = propose_release(
        read_changes(snapshot.commits, snapshot.config),
        project=snapshot.project,
        last_release=snapshot.last_release,
        config=snapshot.config,
    )
    yield from _notices(snapshot, proposal)
    yield from plan_override_comment(snapshot.commits, proposal.changes.unread, config=snapshot.config)
    if proposal.version is None:
        yield from _withdraw(snapshot)
        return
    if snapshot.next_tag_commit:
        yield Notice(
            "conflict",
            f"the next version is {proposal.version}, but its tag {proposal.tag} is already at "
            f"{snapshot.next_tag_commit[:10]}, which is not the last release of {snapshot.branch}",
            "Delete that tag if it is a mistake, or ask for another version with a Release-As footer.",
        )
        return
    if snapshot.release_branch and not is_ours(snapshot):
        yield from _respect_people(snapshot)
        return
    yield from _update(snapshot, proposal, proposal.version)


def is_ours(snapshot: Snapshot) -> bool:
    """Tell whether the release branch holds nothing but one commit of ours, unchanged."""
    branch = snapshot.release_branch
    return branch is not None and is_own_commit(branch.message, tree=branch.tree, parents=branch.parents)


def is_own_commit(message: str, *, tree: str, parents: tuple[str, ...]) -> bool:
    """Tell whether a commit is one that Pilotage made and nobody changed: its message names its own tree."""
    return len(parents) == 1 and message.rstrip().rpartition("\n")[2] == f"{TREE_TRAILER}{tree}"


def _notices(snapshot: Snapshot, proposal: Proposal) -> Iterator[Notice]:
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


def _update(snapshot: Snapshot, proposal: Proposal, version: Version) -> Iterator[Step]:
    name = release_branch_name(snapshot.branch)
    title = f"chore(release): {version}"
    branch = snapshot.release_branch
    on_branch = branch.files if branch else {}
    section, edits = _render_files(snapshot, proposal, version=version, date=_date_on_branch(snapshot, version))
    is_current = branch is not None and branch.parents == (snapshot.head,) and _holds(on_branch, edits, snapshot.files)
    if not is_current:
        section, edits = _render_files(snapshot, proposal, version=version, date=snapshot.today)
        yield UpdateBranch(name, snapshot.head, branch.head if branch else "", title, edits)
    pull = snapshot.pull_request
    body = render_pull_request_body(
        section,
        tag=proposal.tag,
        link=notes_link(name, web_url=snapshot.web_url, config=snapshot.config),
        config=snapshot.config,
        old_body=pull.body if pull else "",
    )
    if pull is None:
        yield OpenPullRequest(name, snapshot.branch, title, body)
        return
    if (pull.title, pull.body.rstrip()) != (title, body.rstrip()):
        yield EditPullRequest(pull.number, title, body)


def _date_on_branch(snapshot: Snapshot, version: Version) -> str:
    """Give the date that the branch already carries for this version: a new day alone is no change."""
    path = snapshot.config.changelog_path
    branch = snapshot.release_branch
    text = branch.files.get(path) if branch and path else None
    return (read_section_date(text, version) if text is not None else None) or snapshot.today


def _holds(on_branch: Mapping[str, str], edits: tuple[FileEdit, ...], at_head: Mapping[str, str]) -> bool:
    wanted = dict(at_head) | {edit.path: edit.text for edit in edits}
    return dict(on_branch) == wanted


def _render_files(
    snapshot: Snapshot, proposal: Proposal, *, version: Version, date: str
) -> tuple[str, tuple[FileEdit, ...]]:
    config = snapshot.config
    section = render_notes(notes_of(snapshot, proposal, version=version, date=date))
    edits: tuple[FileEdit, ...] = ()
    if snapshot.project.version is not None:
        edits = edit_version(snapshot.files, project=snapshot.project, version=version, config=config)
    path = config.changelog_path
    if path:
        text = insert_section(snapshot.files.get(path), section, version=version)
        edits = (*edits, FileEdit(path, text))
    return section, tuple(sorted(edits, key=lambda edit: edit.path))


def notes_of(snapshot: Snapshot, proposal: Proposal, *, version: Version, date: str) -> NotesData:
    """Gather what the notes of the next release are rendered from."""
    return NotesData(
        version=str(version),
        tag=proposal.tag,
        previous_tag=snapshot.last_release.tag if snapshot.last_release else "",
        repository_url=snapshot.web_url,
        date=date,
        changes=proposal.changes.changes,
        types=snapshot.config.types,
    )
