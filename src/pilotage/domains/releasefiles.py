"""What a release pull request holds: the files of its commit, its title and its body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from pilotage.domains.askedfor import render_kept
from pilotage.domains.changelog import insert_section, read_section_date
from pilotage.domains.notes import render_notes
from pilotage.domains.releasebody import notes_link, render_pull_request_body
from pilotage.domains.versionfiles.lockfile import edit_locks
from pilotage.domains.versionfiles.project import edit_version
from pilotage.model.notes import NotesData
from pilotage.model.project import FileEdit
from pilotage.model.version import Version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotage.domains.proposal import Proposal
    from pilotage.model.config import Config
    from pilotage.model.snapshot import Scene, Snapshot


class Proposed(Protocol):
    """A package with its next release."""

    @property
    def snapshot(self) -> Snapshot:
        """The package as it is."""

    @property
    def proposal(self) -> Proposal:
        """Its next release."""


class ReleaseText(msgspec.Struct, frozen=True):
    """One package's release as people read it.

    Args:
        name: The component's name; None for a repository that is released as one.
        version: The version.
        tag: Its tag.
        section: The notes, with their heading.
        link: The page of the full notes.
        asked: The version as somebody asked for it; empty when the changes decide.
    """

    name: str | None
    version: str
    tag: str
    section: str
    link: str
    asked: str = ""


class Written(msgspec.Struct, frozen=True):
    """What a release writes.

    Args:
        releases: The packages that are released.
        edits: The files that differ from the head.
        files: All files that a release may write, as they are then.
    """

    releases: tuple[ReleaseText, ...]
    edits: tuple[FileEdit, ...]
    files: dict[str, str]


def write_release(
    packages: Sequence[Proposed], *, scene: Scene | None = None, on_branch: Mapping[str, str] | None = None
) -> Written:
    """Write the versions and the notes of the packages that have something to release, and what follows from them.

    Args:
        packages: All packages of one release pull request.
        scene: All packages of the repository; left out where there is only one.
        on_branch: The files on the release branch: a version that stands there already keeps its date, for a new day
            alone is no change. Left out, every section gets today's date.
    """
    at_head = {path: text for package in packages for path, text in package.snapshot.files.items()}
    files = dict(at_head)
    releases = [
        _write_one(package, package.proposal.version, files, on_branch=on_branch or {})
        for package in packages
        if package.proposal.version is not None
    ]
    released = [package for package in packages if package.proposal.version is not None]
    if scene is not None and scene.components:
        _follow(released, scene, files)
    versions = {one.snapshot.path: one.proposal.version for one in released if one.proposal.version is not None}
    names = {one.snapshot.path: one.snapshot.project.name for one in released}
    static = {path: version for path, version in versions.items() if _is_written(released, path)}
    files.update({edit.path: edit.text for edit in edit_locks(files, static, names=names)})
    edits = (FileEdit(path, text) for path, text in sorted(files.items()) if text != at_head.get(path))
    return Written(tuple(releases), tuple(edits), files)


def _is_written(released: Sequence[Proposed], path: str) -> bool:
    """Tell whether a package's version stands in its files; a dynamic one stands in no lock either."""
    return any(one.snapshot.path == path and one.snapshot.project.version is not None for one in released)


def _follow(released: Sequence[Proposed], scene: Scene, files: dict[str, str]) -> None:
    """Let the packages that require others accept what is released of them."""
    # Most repositories hold one package and shall not wait for what several need.
    from pilotage.domains.components.following import follow_releases  # noqa: PLC0415 - see above

    versions = {one.snapshot.name or "": one.proposal.version for one in released if one.proposal.version is not None}
    only = None
    if scene.config.separate_pull_requests and released:
        only = released[0].snapshot.name
        out = {s.name or "": Version(s.last_release.version) for s in scene.snapshots if s.last_release}
        versions = out | versions
    edits = follow_releases(scene.components, files, versions, config=scene.config, only=only)
    files.update({edit.path: edit.text for edit in edits})


def _write_one(
    package: Proposed, version: Version, files: dict[str, str], *, on_branch: Mapping[str, str]
) -> ReleaseText:
    snapshot, config = package.snapshot, package.snapshot.config
    date = _date_on(on_branch, version, snapshot)
    section = render_notes(notes_of(snapshot, package.proposal, version=version, date=date))
    if snapshot.project.version is not None:
        edits = edit_version(
            files,
            project=snapshot.project,
            version=version,
            config=config,
            path=snapshot.path,
            date=date,
            locks=False,  # all packages' at once, below
        )
        files.update({edit.path: edit.text for edit in edits})
    path = config.changelog_path
    if path:
        files[path] = insert_section(files.get(path), section, version=version)
    link = notes_link(release_branch_of(snapshot), web_url=snapshot.web_url, config=config)
    return ReleaseText(snapshot.name, str(version), package.proposal.tag, section, link, snapshot.line.asked)


def _date_on(on_branch: Mapping[str, str], version: Version, snapshot: Snapshot) -> str:
    text = on_branch.get(snapshot.config.changelog_path) if snapshot.config.changelog_path else None
    return (read_section_date(text, version) if text is not None else None) or snapshot.today


def notes_of(snapshot: Snapshot, proposal: Proposal, *, version: Version, date: str) -> NotesData:
    """Gather what the notes of the next release are rendered from."""
    return NotesData(
        version=str(version),
        tag=proposal.tag,
        previous_tag=proposal.previous_tag,
        repository_url=snapshot.web_url,
        date=date,
        changes=proposal.changes.changes,
        types=snapshot.config.types,
    )


def release_branch_name(target: str, component: str = "") -> str:
    """Name the branch behind the release pull request of a target branch, or of a component with one of its own."""
    return f"pilotage/release-{target}--{component}" if component else f"pilotage/release-{target}"


def release_branch_of(snapshot: Snapshot) -> str:
    """Name the branch behind the release pull request that a package is released by."""
    is_alone = snapshot.config.separate_pull_requests
    return release_branch_name(snapshot.branch, (snapshot.name or "") if is_alone else "")


def render_title(releases: Sequence[ReleaseText]) -> str:
    """Render the title of a release pull request, which is the message of its commit too."""
    if len(releases) > 1:
        return f"chore(release): {len(releases)} packages"
    return f"chore(release): {' '.join(filter(None, (releases[0].name, releases[0].version)))}"


def render_body(releases: Sequence[ReleaseText], *, config: Config, old_body: str) -> str:
    """Render the body of a release pull request.

    Args:
        releases: What it releases, at least one package.
        config: What merging does.
        old_body: The body as it is, whose foreword stays.
    """
    first = releases[0]
    body = render_pull_request_body(first.section, tag=first.tag, link=first.link, config=config, old_body=old_body)
    kept = render_kept({release.name or "": release.asked for release in releases if release.asked})
    return f"{body}\n{kept}\n" if kept else body
