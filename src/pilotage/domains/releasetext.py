"""A release as people read it: its notes, and the title and the body of the pull request that brings it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.askedfor import render_kept
from pilotage.domains.notes import render_notes, render_release_body
from pilotage.domains.notes.shaping import shape_notes
from pilotage.domains.releasebody import (
    disarm_marks,
    keep_foreword,
    notes_link,
    render_foreword,
    render_pull_request_body,
)
from pilotage.domains.scribe import PLAIN, Scribe
from pilotage.model.notes import NotesData, NotesStyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.domains.proposal import Proposal
    from pilotage.model.config import Config
    from pilotage.model.snapshot import Snapshot
    from pilotage.model.version import Version


class ReleaseText(msgspec.Struct, frozen=True):
    """One package's release as people read it.

    Args:
        name: The component's name; None for a repository that is released as one.
        version: The version.
        tag: Its tag.
        section: The notes as Markdown, with their heading.
        link: The page of the full notes.
        asked: The version as somebody asked for it; empty when the changes decide.
        title: The pull request's title by the repository's template; empty for the built-in one.
        body: The pull request's body by the repository's template; empty for the built-in one.
    """

    name: str | None
    version: str
    tag: str
    section: str
    link: str
    asked: str = ""
    title: str = ""
    body: str = ""


def write_text(snapshot: Snapshot, data: NotesData, *, style: NotesStyle, scribe: Scribe = PLAIN) -> ReleaseText:
    """Write what people read of one package's release.

    Args:
        snapshot: The package.
        data: What its notes are made of.
        style: The style of its changelog; what is read on GitHub is Markdown in any case.
        scribe: Who writes what the repository wants otherwise.
    """
    body = scribe.write_notes(snapshot, data, style)
    if style.is_markdown:
        section = render_notes(data, style=style, body=body)
    else:
        section = render_notes(data, body=body or render_release_body(data, style=style))
    return ReleaseText(
        name=snapshot.name,
        version=data.version,
        tag=data.tag,
        section=disarm_marks(section),
        link=notes_link(release_branch_of(snapshot), web_url=snapshot.web_url, config=snapshot.config),
        asked=snapshot.line.asked,
        title=scribe.write_title(snapshot, data),
        body=disarm_marks(scribe.write_body(snapshot, data, style)),
    )


def notes_of(snapshot: Snapshot, proposal: Proposal, *, version: Version, date: str) -> NotesData:
    """Gather what the notes of the next release are rendered from."""
    data = NotesData(
        version=str(version),
        tag=proposal.tag,
        previous_tag=proposal.previous_tag,
        repository_url=snapshot.web_url,
        date=date,
        changes=proposal.changes.changes,
        types=snapshot.config.types,
        new_contributors=snapshot.newcomers,
        messages={commit.sha: commit.message for commit in snapshot.full_commits or snapshot.commits},
    )
    return shape_notes(data, snapshot.config.notes)


def release_branch_name(target: str, component: str = "") -> str:
    """Name the branch behind the release pull request of a target branch, or of a component with one of its own."""
    return f"pilotage/release-{target}--{component}" if component else f"pilotage/release-{target}"


def release_branch_of(snapshot: Snapshot) -> str:
    """Name the branch behind the release pull request that a package is released by."""
    is_alone = snapshot.config.separate_pull_requests
    return release_branch_name(snapshot.branch, (snapshot.name or "") if is_alone else "")


def render_title(releases: Sequence[ReleaseText], *, config: Config) -> str:
    """Render the title of a release pull request, which is the message of its commit too."""
    first = releases[0]
    if len(releases) == 1:
        return first.title or f"chore(release): {' '.join(filter(None, (first.name, first.version)))}"
    # Most repositories hold one package and shall not wait for what several need.
    from pilotage.domains.components.joint import render_joint_title  # noqa: PLC0415 - see above

    return render_joint_title(releases, config=config)


def render_body(releases: Sequence[ReleaseText], *, config: Config, old_body: str) -> str:
    """Render the body of a release pull request.

    Args:
        releases: What it releases, at least one package.
        config: What merging does.
        old_body: The body as it is, whose foreword stays.
    """
    first = releases[0]
    if len(releases) > 1:
        from pilotage.domains.components.joint import render_joint_body  # noqa: PLC0415 - as in render_title

        body = render_joint_body(releases, config=config, old_body=old_body)
    elif first.body:
        body = keep_foreword(f"{render_foreword()}\n\n{first.body}\n", old_body)
    else:
        body = render_pull_request_body(first.section, tag=first.tag, link=first.link, config=config, old_body=old_body)
    kept = render_kept({release.name or "": release.asked for release in releases if release.asked})
    return f"{body}\n{kept}\n" if kept else body
