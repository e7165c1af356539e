"""Built files, and what an index says about them: five answers, of which "unknown" is an error and no value."""

from __future__ import annotations

import enum
import re
from typing import Literal

import msgspec
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from pilotage.errors import ConfigError, RemoteError
from pilotage.model.indexaddress import IndexAddress

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]*")
"""What a file name may hold: it goes into URLs, headers and messages as it is."""


def _refuse_odd_characters(name: str) -> None:
    if not _SAFE_NAME.fullmatch(name):
        raise InvalidSdistFilename("it holds a character that has no place there")


class DistName(msgspec.Struct, frozen=True):
    """What the name of a built file says.

    Args:
        project: The normalised name of the project.
        version: Its version.
        kind: The name of the kind in the upload interface.
        pyversion: The Python tag of a wheel (`py3`), `source` for an sdist.
        key: The rest of a wheel's identity, build and tags: two files with equal project, version, kind and key
            are the same file, however their names are spelled.
        spelling: The version as the name spells it.
    """

    project: str
    version: Version
    kind: Literal["bdist_wheel", "sdist"]
    pyversion: str
    key: str
    spelling: str

    @classmethod
    def parse(cls, name: str) -> DistName:
        """Read the name of a wheel or an sdist (PEP 427, PEP 625).

        Raises:
            ConfigError: The name is none of both.
        """
        try:
            return cls._read_wheel(name) if name.endswith(".whl") else cls._read_sdist(name)
        except (InvalidWheelFilename, InvalidSdistFilename) as exc:
            raise ConfigError(
                f"{name[:100]!r} is not the name of a wheel or an sdist: {exc}",
                hint="Keep only the files that a build made: NAME-VERSION.tar.gz and NAME-VERSION-TAGS.whl.",
            ) from exc

    @classmethod
    def _read_wheel(cls, name: str) -> DistName:
        _refuse_odd_characters(name)
        project, version, build, tags = parse_wheel_filename(name)
        parts = name.removesuffix(".whl").split("-")
        key = " ".join([*map(str, build), *sorted(map(str, tags))])
        return cls(str(project), version, "bdist_wheel", parts[-3], key, parts[1])

    @classmethod
    def _read_sdist(cls, name: str) -> DistName:
        _refuse_odd_characters(name)
        project, version = parse_sdist_filename(name)
        spelling = name.removesuffix(".zip").removesuffix(".tar.gz").rpartition("-")[2]
        return cls(str(project), version, "sdist", "source", "", spelling)

    def is_same_file(self, other: DistName) -> bool:
        """Say whether two names, perhaps spelled differently, stand for one file of a release."""
        return (self.project, self.version, self.kind, self.key) == (
            other.project,
            other.version,
            other.kind,
            other.key,
        )


class Presence(enum.StrEnum):
    """What an index holds under a file's name. That it cannot be known is an error, never a value."""

    SAME = "same"
    DIFFERENT = "different"
    ABSENT = "absent"
    BURNT = "burnt"


class Dist(msgspec.Struct, frozen=True):
    """One built file.

    Args:
        name: The file name.
        sha256: The digest of its content, lower-case hex.
        size: Its size in bytes.
    """

    name: str
    sha256: str
    size: int


class IndexFile(msgspec.Struct, frozen=True):
    """One file of a project on an index.

    Args:
        name: The file name.
        sha256: Its digest, lower-case hex; empty when the index gives none.
        size: Its size in bytes; None when the index gives none.
        yanked: The reason when it is yanked (possibly ""); None when it is not.
        url: Where it can be fetched.
        uploaded_at: When it was uploaded, as the index says; empty when it does not.
    """

    name: str
    sha256: str = ""
    size: int | None = None
    yanked: str | None = None
    url: str = ""
    uploaded_at: str = ""


class IndexProject(msgspec.Struct, frozen=True):
    """What an index says about one project.

    Args:
        name: The normalised name.
        exists: Whether the index knows the project at all.
        files: Its files.
        versions: Every version that the index lists, also those without files (PEP 700).
        status: `active`, `archived`, `quarantined` or `deprecated` (PEP 792).
        serial: PyPI's number of the last change that this page knows; None when the index counts none. A smaller
            number than one seen before means an older page.
    """

    name: str
    exists: bool = True
    files: tuple[IndexFile, ...] = ()
    versions: tuple[str, ...] = ()
    status: str = "active"
    serial: int | None = None

    def find(self, name: str) -> IndexFile | None:
        """Return the file of exactly that name; None when there is none."""
        return next((file for file in self.files if file.name == name), None)

    def compare(self, dist: Dist) -> Presence:
        """Compare a built file with the one of its name: same, different or absent.

        Raises:
            RemoteError: The file is there, and the index gives no digest of it, or several.
        """
        digests = {file.sha256 for file in self.files if file.name == dist.name}
        if not digests:
            return Presence.ABSENT
        if "" in digests:
            raise RemoteError(
                f"{dist.name}: the index has a file of this name and gives no sha256 of it",
                hint="Nothing was uploaded. Fetch the file and hash it, or use an index that names digests (PEP 503).",
            )
        if len(digests) > 1:
            raise RemoteError(
                f"{dist.name}: the index lists this name more than once, with sha256 {' and '.join(sorted(digests))}",
                hint="Which one installers get is unknown. Have the index set right; nothing was uploaded.",
            )
        return Presence.SAME if dist.sha256 in digests else Presence.DIFFERENT


NEVER_REBUILD = (
    "Never rebuild for a second run: publish the files of the run that built what is there "
    "(its artifact or the release's assets). If the content shall differ, raise the version."
)
"""The next action when an index has other bytes under a name of ours."""


def render_difference(dist: Dist, remote: IndexFile | None, *, place: str) -> str:
    """Return one line that names both files: digests, sizes, and when the index's one was uploaded.

    Args:
        dist: Our file.
        remote: The index's file of that name.
        place: The index's name.
    """
    there = remote or IndexFile(dist.name)
    size = "unknown size" if there.size is None else f"{there.size} bytes"
    when = f", uploaded {there.uploaded_at}" if there.uploaded_at else ""
    return (
        f"{dist.name} is on {place} with other bytes: there sha256 {there.sha256} ({size}{when}), "
        f"here sha256 {dist.sha256} ({dist.size} bytes)"
    )


class FileState(msgspec.Struct, frozen=True):
    """One built file beside what the index holds under its name.

    Args:
        dist: The built file.
        presence: How they compare.
        remote: The index's file; None when it has none of this name.
    """

    dist: Dist
    presence: Presence
    remote: IndexFile | None = None


class PublishSnapshot(msgspec.Struct, frozen=True):
    """All that the decision about an upload needs.

    Args:
        project: The project's name, in any spelling.
        version: The version that shall be on the index.
        dists: The built files.
        remote: What the index says, digests included for every file whose name is one of ours.
        index: The index.
    """

    project: str
    version: Version
    dists: tuple[Dist, ...]
    remote: IndexProject
    index: IndexAddress


class DistManifest(msgspec.Struct, frozen=True):
    """`pilotage-dist.json`: what a build made, so that a later job publishes the same bytes.

    Args:
        format: The number of this shape.
        project: The normalised name of the project.
        version: The version, as PEP 440 writes it.
        commit: The commit that was built.
        files: The files, sorted by name.
    """

    format: Literal[1]
    project: str
    version: str
    commit: str
    files: tuple[Dist, ...]


def read_release(names: tuple[str, ...]) -> tuple[str, Version]:
    """Read the one project and version that a set of built files belongs to.

    Raises:
        ConfigError: There is no file, a name cannot be read, the names disagree, or there is more than one sdist.
    """
    parsed = {name: DistName.parse(name) for name in sorted(names)}
    releases = {(each.project, each.version) for each in parsed.values()}
    if len(releases) != 1:
        found = ", ".join(parsed) or "none"
        raise ConfigError(
            f"the built files do not make one release of one project: found {found}",
            hint="Build into an empty folder, so that it holds the files of one version only.",
        )
    sdists = [name for name, each in parsed.items() if each.kind == "sdist"]
    if len(sdists) > 1:
        raise ConfigError(
            f"there is more than one sdist: {', '.join(sdists)}; an index takes one for a release",
            hint="Keep the one that the wheels were built from.",
        )
    return releases.pop()


def is_project(name: str, other: str) -> bool:
    """Say whether two spellings name one project (PEP 503)."""
    return canonicalize_name(name) == canonicalize_name(other)
