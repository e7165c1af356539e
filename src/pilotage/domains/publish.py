"""Decide which built files go on an index: exactly the absent ones, by digest, and never over something else.

"Present" can be trusted, since an index never changes a file. "Absent" is a hint: its pages are cached, so the answer
to the upload is the truth (`providers/upload.py`).
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec
from packaging.version import InvalidVersion, Version

from pilotage.errors import ConfigError, ConflictError
from pilotage.model.dist import (
    NEVER_REBUILD,
    Dist,
    DistName,
    FileState,
    IndexFile,
    IndexProject,
    Presence,
    PublishSnapshot,
    is_project,
    read_release,
    render_difference,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotage.model.indexaddress import IndexAddress


class Outcome(enum.StrEnum):
    """What a publish comes to when its plan is done."""

    PUBLISHED = "published"
    RESUMED = "resumed"
    ALREADY_THERE = "already-there"


class PublishPlan(msgspec.Struct, frozen=True):
    """What is to be uploaded.

    Args:
        uploads: The absent files, in the order of their upload: wheels first, so that no installer ever sees the
            sdist alone and builds it; then the sdist.
        present: The files that are there with our bytes, sorted by name.
        warnings: What people should know.
        outcome: What it comes to.
        is_new_project: Whether the index does not know the project yet.
        notes: What is good to know and wants no action from somebody who has prepared for it.
    """

    uploads: tuple[Dist, ...]
    present: tuple[Dist, ...]
    warnings: tuple[str, ...]
    outcome: Outcome
    is_new_project: bool = False
    notes: tuple[str, ...] = ()


def decide_presence(dists: Iterable[Dist], remote: IndexProject, *, version: Version) -> tuple[FileState, ...]:
    """Compare each built file with what the index has under its name.

    A version that the index lists without any file had its files deleted: an index never takes their names again.

    Raises:
        RemoteError: The index has a file of one of the names and no digest of it.
    """
    is_burnt = _is_burnt(remote, version)
    return tuple(
        FileState(dist, Presence.BURNT if is_burnt else remote.compare(dist), remote.find(dist.name))
        for dist in sorted(dists, key=lambda dist: dist.name)
    )


def refuse_closed_project(remote: IndexProject, version: Version, place: str) -> None:
    """Refuse a release that the index cannot take, before anything is built for it.

    A release of an archived project that has files there may be whole, which only its built files can tell.

    Args:
        remote: What the index says.
        version: The version that shall be on it.
        place: The index's name.

    Raises:
        ConflictError: The project takes no uploads, or the version's files were deleted.
    """
    _refuse_quarantined(remote, place)
    if _is_burnt(remote, version):
        raise _explain_burnt(remote.name, version, place)
    if not _files_of(remote, version):
        _refuse_archived(remote, place)


def plan_uploads(snapshot: PublishSnapshot) -> PublishPlan:
    """Plan the uploads that put one release on an index, whole.

    Raises:
        ConfigError: The built files are not those of this project and version.
        ConflictError: The index contradicts them: other bytes or another spelling under the same identity, deleted
            files, a yanked release that lacks a file, a project that takes no uploads.
        RemoteError: The index gives no digest of a file that is there.
    """
    _check_dists(snapshot)
    remote, place = snapshot.remote, snapshot.index.name
    _refuse_quarantined(remote, place)  # first: such a project lists versions without their files
    states = decide_presence(snapshot.dists, remote, version=snapshot.version)
    absent = [state.dist for state in states if state.presence is Presence.ABSENT]
    present = tuple(state.dist for state in states if state.presence is Presence.SAME)
    _refuse_different(states, place)
    if any(state.presence is Presence.BURNT for state in states):
        raise _explain_burnt(remote.name, snapshot.version, place)
    _refuse_other_spelling(snapshot, place)
    if absent:
        _refuse_archived(remote, place)
    release = _files_of(remote, snapshot.version)
    _refuse_yanked(release, absent, place)
    uploads = sorted(absent, key=lambda dist: (DistName.parse(dist.name).kind == "sdist", dist.name))
    return PublishPlan(
        tuple(uploads),
        present,
        _warn(release, snapshot, place),
        _conclude(uploads, present),
        is_new_project=not remote.exists,
        notes=() if remote.exists else (_greet(remote.name, snapshot.index),),
    )


def _greet(project: str, index: IndexAddress) -> str:
    if index.is_public:
        return (
            f"{project} is new on {index.name}: its first release needs a pending publisher, or a token for the "
            "whole account"
        )
    return f"{project} is new on {index.name}, or hidden from who asks"


def _conclude(uploads: list[Dist], present: tuple[Dist, ...]) -> Outcome:
    if not uploads:
        return Outcome.ALREADY_THERE
    return Outcome.RESUMED if present else Outcome.PUBLISHED


def _check_dists(snapshot: PublishSnapshot) -> None:
    project, version = read_release(tuple(dist.name for dist in snapshot.dists))
    if not is_project(project, snapshot.project) or version != snapshot.version:
        raise ConfigError(
            f"the built files are {project} {version}, expected {snapshot.project} {snapshot.version}",
            hint="Build the commit that the tag of this version names.",
        )
    if version.local and snapshot.index.is_public:
        raise ConfigError(
            f"{snapshot.index.name} takes no local versions such as {version} (PEP 440)",
            hint=f"Release {version.public}, or publish on an index of your own.",
        )


def _read_name(name: str) -> DistName | None:
    """Read a file name of the index; None for one of an old kind (.egg, .exe)."""
    try:
        return DistName.parse(name)
    except ConfigError:
        return None


def _reads_as(text: str, version: Version) -> bool:
    try:
        return Version(text) == version
    except InvalidVersion:
        return False


def _is_burnt(remote: IndexProject, version: Version) -> bool:
    return not _files_of(remote, version) and any(_reads_as(text, version) for text in remote.versions)


def _files_of(remote: IndexProject, version: Version) -> tuple[IndexFile, ...]:
    """Return the files of one version; one of an old kind belongs to it when its name holds the version."""
    marks = (f"-{version}-", f"-{version}.")
    found = []
    for file in remote.files:
        name = _read_name(file.name)
        if name.version == version if name else any(mark in file.name for mark in marks):
            found.append(file)
    return tuple(sorted(found, key=lambda file: file.name))


def _refuse_different(states: tuple[FileState, ...], place: str) -> None:
    different = [state for state in states if state.presence is Presence.DIFFERENT]
    if different:
        raise ConflictError(
            "; ".join(render_difference(state.dist, state.remote, place=place) for state in different),
            hint=NEVER_REBUILD,
        )


def _explain_burnt(project: str, version: Version, place: str) -> ConflictError:
    return ConflictError(
        f"{place} lists {project} {version} without files: they were deleted, "
        "and the index never takes their names again",
        hint="Raise the version and release that one.",
    )


def _refuse_other_spelling(snapshot: PublishSnapshot, place: str) -> None:
    """Refuse when the release there is named otherwise: 1.0 beside 1.0.0, My.Pkg beside my_pkg."""
    ours = {dist.name: DistName.parse(dist.name) for dist in snapshot.dists}
    spellings = {name.spelling for name in ours.values()}
    for file in _files_of(snapshot.remote, snapshot.version):
        there = _read_name(file.name)
        if file.name in ours or there is None:
            continue
        twin = next((name for name, each in ours.items() if each.is_same_file(there)), None)
        if twin or there.spelling not in spellings:
            raise ConflictError(
                f"{place} has {snapshot.project} {snapshot.version} under another spelling: there {file.name}, "
                f"here {twin or ', '.join(sorted(ours))}",
                hint="Build with the tool that built what is there, so that the names agree, or raise the version.",
            )


def _refuse_quarantined(remote: IndexProject, place: str) -> None:
    if remote.status == "quarantined":
        raise ConflictError(
            f"{remote.name} is quarantined on {place}: it takes no uploads",
            hint="Ask the index's administrators why; nothing can be published until they lift it.",
        )


def _refuse_archived(remote: IndexProject, place: str) -> None:
    if remote.status == "archived":
        raise ConflictError(
            f"{remote.name} is archived on {place}: it takes no uploads",
            hint="Unarchive the project on its settings page.",
        )


def _refuse_yanked(release: tuple[IndexFile, ...], absent: list[Dist], place: str) -> None:
    yanked = _read_yank(release)
    if yanked is not None and absent:
        raise ConflictError(
            f"the release is yanked on {place}{yanked} and lacks {', '.join(dist.name for dist in absent)}",
            hint="A yanked release is not completed. Raise the version, or un-yank it on the index first.",
        )


def _read_yank(release: tuple[IndexFile, ...]) -> str | None:
    """Return the reason as the end of a sentence; None when no file is yanked."""
    reasons = sorted({file.yanked for file in release if file.yanked is not None})
    said = "; ".join(repr(reason[:200]) for reason in reasons if reason)
    return (f" ({said})" if said else "") if reasons else None


def _warn(release: tuple[IndexFile, ...], snapshot: PublishSnapshot, place: str) -> tuple[str, ...]:
    ours = {dist.name for dist in snapshot.dists}
    extra = [file.name for file in release if file.name not in ours]
    yanked = _read_yank(release)
    warnings = []
    if extra:
        warnings.append(f"{place} has more files of this release than were built here: {', '.join(extra)}")
    if yanked is not None:
        warnings.append(f"the release is yanked on {place}{yanked}; it stays so")
    if snapshot.remote.status in {"archived", "deprecated"}:
        warnings.append(f"{snapshot.remote.name} is {snapshot.remote.status} on {place}")
    return tuple(warnings)
