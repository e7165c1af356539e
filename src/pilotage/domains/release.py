"""The planner of the release: a tag on the release commit, and a draft (or published) release with its notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.changelog import read_newest_version, read_notes
from pilotage.domains.proposal import tag_format_of
from pilotage.domains.publishflow import starts_as_draft
from pilotage.domains.releasebody import notes_link, read_foreword, read_shown_notes, render_release_body
from pilotage.domains.scribe import PLAIN, Scribe
from pilotage.model.notes import NotesData
from pilotage.model.step import CreateRelease, CreateTag, Notice, RemoveDraft, Step
from pilotage.model.version import Version, read_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pilotage.model.remote import Release
    from pilotage.model.snapshot import ReleaseCommit, Snapshot


def plan_release(snapshot: Snapshot, scribe: Scribe = PLAIN) -> Iterator[Step | Notice]:
    """Yield what is missing of each release of one package that the branch asks for, oldest first."""
    for asked in snapshot.release_commits:
        yield from _plan_one(snapshot, asked, scribe)


def _plan_one(snapshot: Snapshot, asked: ReleaseCommit, scribe: Scribe) -> Iterator[Step | Notice]:
    version = read_version(asked.version, place=f"{snapshot.project.source} at {asked.commit[:10]}")
    tag = tag_format_of(snapshot.config, snapshot.project).render(version)
    refusal = _refusal(snapshot, asked, version=version, tag=tag)
    if refusal is not None:
        yield refusal
        return
    if asked.pull_request is None and snapshot.config.release_on == "pull-request":
        if not asked.tag_commit:
            yield Notice(
                "info",
                f"version {version} was set by hand in {asked.commit[:10]} and is not released",
                'Set release-on = "version" in [tool.pilotage] to release such versions, or merge the release pull '
                "request.",
            )
        return
    if not asked.tag_commit:
        yield CreateTag(tag, asked.commit)
    yield from _plan_github_release(snapshot, asked, version=version, tag=tag, scribe=scribe)


def _refusal(snapshot: Snapshot, asked: ReleaseCommit, *, version: Version, tag: str) -> Notice | None:
    came_from = f"pull request #{asked.pull_request.number}" if asked.pull_request else f"commit {asked.commit[:10]}"
    before = asked.previous_version
    if before and version < read_version(before, place=f"the release before {asked.commit[:10]}"):
        return Notice(
            "conflict",
            f"{came_from} set version {version}, which is lower than {asked.previous_version}, the release before it",
            f"Set a version above {asked.previous_version} on {snapshot.branch}; nothing was tagged.",
        )
    if asked.tag_commit and asked.tag_commit != asked.commit:
        return Notice(
            "conflict",
            f"{came_from} asks for tag {tag} on {asked.commit[:10]}, but the tag points at {asked.tag_commit[:10]}",
            "Delete the tag if it is a mistake, or set another version; Pilotage never moves a tag.",
        )
    return None


def _plan_github_release(
    snapshot: Snapshot, asked: ReleaseCommit, *, version: Version, tag: str, scribe: Scribe
) -> Iterator[Step | Notice]:
    if not asked.releases:
        yield CreateRelease(
            tag=tag,
            commit=asked.commit,
            name=scribe.write_release_title(snapshot, _data_of(snapshot, asked, version=version, tag=tag)) or tag,
            body=_release_body(snapshot, asked, version=version, tag=tag),
            is_draft=starts_as_draft(snapshot.config),
            is_prerelease=version.is_prerelease,
        )
        return
    first, *others = sort_releases(asked.releases)
    for release in others:
        if is_copy(release, first):
            yield RemoveDraft(release.id, release.tag, release.name, release.body)
        else:
            yield Notice(
                "warning",
                f"there are several releases for {tag}; {release.url or release.id} differs from the first",
                "Delete the one that is not wanted.",
            )


def sort_releases(releases: Iterable[Release]) -> list[Release]:
    """Sort the releases of one tag: the one that counts first, that is a published one, then the oldest."""
    return sorted(releases, key=lambda release: (release.is_draft, release.id))


def is_copy(release: Release, other: Release) -> bool:
    """Tell whether a release is an untouched draft that says the same as another one."""
    return (
        release.is_draft
        and not release.assets
        and (release.tag, release.name, release.body.strip()) == (other.tag, other.name, other.body.strip())
    )


def _release_body(snapshot: Snapshot, asked: ReleaseCommit, *, version: Version, tag: str) -> str:
    body = asked.pull_request.body if asked.pull_request else ""
    section = _section(asked, version) or read_shown_notes(body, name=snapshot.name, version=str(version))
    link = notes_link(tag, web_url=snapshot.web_url, config=snapshot.config)
    return render_release_body(section, foreword=read_foreword(body), link=link)


def _data_of(snapshot: Snapshot, asked: ReleaseCommit, *, version: Version, tag: str) -> NotesData:
    """Give what a release's name may be made of."""
    previous = asked.previous_version
    tag_format = tag_format_of(snapshot.config, snapshot.project)
    return NotesData(
        version=str(version),
        tag=tag,
        date=snapshot.today,
        previous_tag=tag_format.render(Version(previous)) if previous else "",
        repository_url=snapshot.web_url,
        types=snapshot.config.types,
    )


def _section(asked: ReleaseCommit, version: Version) -> str:
    """Give the changelog's section of a version; where a person set another number, the newest section is meant."""
    if asked.changelog is None:
        return ""
    section = read_notes(asked.changelog, version)
    newest = read_newest_version(asked.changelog)
    if section is None and newest is not None and asked.pull_request is not None:
        is_released = bool(asked.previous_version) and newest <= Version(asked.previous_version)
        section = None if is_released else read_notes(asked.changelog, newest)
    return section or ""
