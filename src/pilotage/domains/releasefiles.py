"""The files of a release pull request's commit: versions, changelogs, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from pilotage.domains.changelog import insert_section, read_section_date
from pilotage.domains.changelog.style import choose_style
from pilotage.domains.notes import render_notes
from pilotage.domains.releasetext import ReleaseText, notes_of, write_text
from pilotage.domains.scribe import PLAIN, Scribe
from pilotage.domains.versionfiles.lockfile import edit_locks
from pilotage.domains.versionfiles.project import edit_version
from pilotage.model.project import FileEdit
from pilotage.model.version import Version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotage.domains.proposal import Proposal
    from pilotage.model.snapshot import Scene, Snapshot


class Proposed(Protocol):
    """A package with its next release."""

    @property
    def snapshot(self) -> Snapshot:
        """The package as it is."""

    @property
    def proposal(self) -> Proposal:
        """Its next release."""


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
    packages: Sequence[Proposed],
    *,
    scene: Scene | None = None,
    on_branch: Mapping[str, str] | None = None,
    scribe: Scribe = PLAIN,
) -> Written:
    """Write the versions and the notes of the packages that have something to release, and what follows from them.

    Args:
        packages: All packages of one release pull request.
        scene: All packages of the repository; left out where there is only one.
        on_branch: The files on the release branch: a version that stands there already keeps its date, for a new day
            alone is no change. Left out, every section gets today's date.
        scribe: Who writes what the repository wants otherwise.
    """
    at_head = {path: text for package in packages for path, text in package.snapshot.files.items()}
    files = dict(at_head)
    releases = [
        _write_one(package, package.proposal.version, files, on_branch=on_branch or {}, scribe=scribe)
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
    policy = scene.config.dependent_requirements
    edits = follow_releases(scene.components, files, versions, config=scene.config, only=only, policy=policy)
    files.update({edit.path: edit.text for edit in edits})


def _write_one(
    package: Proposed, version: Version, files: dict[str, str], *, on_branch: Mapping[str, str], scribe: Scribe
) -> ReleaseText:
    snapshot, config = package.snapshot, package.snapshot.config
    date = _date_on(on_branch, version, snapshot)
    path = config.changelog_path
    style = choose_style(config.notes.style, path=path, text=files.get(path))
    data = notes_of(snapshot, package.proposal, version=version, date=date)
    text = write_text(snapshot, data, style=style, scribe=scribe)
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
    if path:
        body = scribe.write_notes(snapshot, data, style) if style.is_markdown else ""
        section = render_notes(data, style=style, body=body)
        files[path] = insert_section(files.get(path), section, version=version, style=style)
    return text


def _date_on(on_branch: Mapping[str, str], version: Version, snapshot: Snapshot) -> str:
    text = on_branch.get(snapshot.config.changelog_path) if snapshot.config.changelog_path else None
    return (read_section_date(text, version) if text is not None else None) or snapshot.today
