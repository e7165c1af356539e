"""Built files on disk: their digests and their metadata, read in pieces and never wholly into memory."""

from __future__ import annotations

import hashlib
import lzma
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING

import msgspec
from packaging.metadata import RawMetadata, parse_email
from packaging.version import Version

from pilotage.errors import ConfigError, ConflictError, UsageError
from pilotage.model.dist import Dist, DistName, is_project
from pilotage.model.version import read_version
from pilotage.providers.plainfile import unlinked

if TYPE_CHECKING:
    from pathlib import Path

_PIECE = 1024 * 1024
_MAX_METADATA = 16 * 1024 * 1024
_OLD_KINDS = (".zip", ".egg", ".exe", ".msi", ".rpm", ".tar.bz2", ".tgz")
_BROKEN = (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, RuntimeError)
"""What the archive readers raise for a broken file (RuntimeError: an encrypted member)."""

_FORM_NAMES = {
    "platforms": "platform",
    "supported_platforms": "supported_platform",
    "license_files": "license_file",
    "import_names": "import_name",
    "import_namespaces": "import_namespace",
}
"""Where the upload form's name is not packaging's; all others are equal (PyPI's documentation, Upload API).

PyPI's page does not have the last two rows, its server has.
"""


class DistMetadata(msgspec.Struct, frozen=True):
    """What a built file says about itself.

    Args:
        name: The project's name as written.
        version: Its version.
        fields: The core metadata as the upload form takes it: name and value, a name for each of its values.
    """

    name: str
    version: Version
    fields: tuple[tuple[str, str], ...]


def read_dist(path: Path) -> Dist:
    """Hash one file.

    Raises:
        ConfigError: Its name is not that of a wheel or an sdist.
    """
    DistName.parse(path.name)
    sha256, _, size = read_digests(path)
    return Dist(path.name, sha256, size)


def read_digests(path: Path) -> tuple[str, str, int]:
    """Read a file once: its SHA-256, its BLAKE2b-256 (both lower-case hex) and its size in bytes."""
    sha256, blake2, size = hashlib.sha256(), hashlib.blake2b(digest_size=32), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            sha256.update(piece)
            blake2.update(piece)
            size += len(piece)
    return sha256.hexdigest(), blake2.hexdigest(), size


def read_dists(folder: Path) -> tuple[Dist, ...]:
    """Hash the built files of a folder, sorted by name; other files (manifests, signatures) are passed over.

    Raises:
        UsageError: There is no such folder, no built file in it, or a built file is a symbolic link.
        ConfigError: A file is of a kind that indexes no longer take, or its name cannot be read.
    """
    found = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    for path in found:
        if path.name.lower().endswith(_OLD_KINDS):
            raise ConfigError(
                f"{path.name} is of a kind that indexes no longer take",
                hint="Build a wheel (.whl) and an sdist (.tar.gz) with: pilotage build",
            )
    dists = tuple(read_dist(unlinked(path)) for path in found if path.name.endswith((".whl", ".tar.gz")))
    if not dists:
        raise UsageError(f"{folder} holds no built files (.whl, .tar.gz)", hint="Make them with: pilotage build")
    return dists


def read_metadata(path: Path) -> DistMetadata:
    """Read the metadata inside a built file and check it against the file's name.

    Source: https://packaging.python.org/en/latest/specifications/core-metadata/

    Raises:
        ConfigError: The archive is broken, has no metadata, or says another project or version than its name.
    """
    name = DistName.parse(path.name)
    try:
        content = _read_wheel(path) if name.kind == "bdist_wheel" else _read_sdist(path)
    except _BROKEN as exc:
        raise ConfigError(f"{path.name} cannot be read: {exc}", hint="The file is damaged; build again.") from exc
    raw, _ = parse_email(content)
    found = raw.get("name", ""), read_version(raw.get("version", ""), place=f"{path.name}: metadata Version")
    if not is_project(found[0], name.project) or found[1] != name.version or "metadata_version" not in raw:
        raise ConfigError(
            f"{path.name} holds the metadata of {found[0] or 'no name'} {found[1]}",
            hint="Do not rename built files; build again.",
        )
    return DistMetadata(found[0], found[1], _read_fields(raw))


def check_unchanged(path: Path, dist: Dist) -> str:
    """Return the BLAKE2b-256 of a file that must be the one that the plan is about.

    Raises:
        ConflictError: Its bytes are others.
    """
    sha256, blake2, size = read_digests(path)
    if (sha256, size) != (dist.sha256, dist.size):
        raise ConflictError(
            f"{path.name} changed since it was planned: now sha256 {sha256} ({size} bytes), "
            f"planned sha256 {dist.sha256} ({dist.size} bytes)",
            hint="Take the files from the job that built them, or plan again.",
        )
    return blake2


def _read_wheel(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            folder, _, name = member.filename.partition("/")
            if folder.endswith(".dist-info") and name == "METADATA":
                with archive.open(member) as file:
                    return file.read(_MAX_METADATA)
    raise ConfigError(f"{path.name} has no .dist-info/METADATA", hint="It is not a wheel (PEP 427); build again.")


def _read_sdist(path: Path) -> bytes:
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            folder, _, name = member.name.partition("/")
            if name == "PKG-INFO" and folder and (file := archive.extractfile(member)):
                return file.read(_MAX_METADATA)
    raise ConfigError(f"{path.name} has no PKG-INFO at its top", hint="It is not an sdist (PEP 625); build again.")


def _read_fields(raw: RawMetadata) -> tuple[tuple[str, str], ...]:
    fields: list[tuple[str, str]] = []
    for key, value in sorted(raw.items()):
        # Before 2.4 setuptools wrote License-File without the standard's meaning; indexes refuse it there.
        if key == "license_files" and Version(raw.get("metadata_version", "0")) < Version("2.4"):
            continue
        fields += ((_FORM_NAMES.get(key, key), text) for text in _spell(key, value))
    return tuple(fields)


def _spell(key: str, value: object) -> list[str]:
    if isinstance(value, dict):
        return [f"{label}, {url}" for label, url in value.items()]
    if isinstance(value, list):
        return [",".join(value)] if key == "keywords" else [str(each) for each in value]
    return [str(value)]
