"""`pilotage-dist.json`: the list of what a build made, beside the files, so that no later job publishes other bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from packaging.utils import canonicalize_name

from pilotage.errors import CheckError, ConfigError, ConflictError
from pilotage.model.dist import Dist, DistManifest, is_project, read_release
from pilotage.providers.distfile import read_dists

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.version import Version

MANIFEST = "pilotage-dist.json"
"""The manifest's file name (CONTRACT.md, section 1)."""


def write_manifest(folder: Path, *, project: str, version: Version, commit: str) -> DistManifest:
    """Write the manifest of the built files in a folder.

    Raises:
        CheckError: The files are of another project or version.
        ConfigError: The files are not one release.
        UsageError: There are none.
    """
    dists = read_dists(folder)
    found = read_release(tuple(dist.name for dist in dists))
    if not is_project(found[0], project) or found[1] != version:
        raise CheckError(
            f"{folder} holds {found[0]} {found[1]}, expected {canonicalize_name(project)} {version}",
            hint="The version in the built files comes from the tree: build the release commit itself.",
        )
    manifest = DistManifest(1, canonicalize_name(project), str(version), commit, dists)
    draft = folder / f".{MANIFEST}.new"
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    draft.replace(folder / MANIFEST)
    return manifest


def read_manifest(folder: Path) -> DistManifest | None:
    """Read the manifest of a folder and check the files against it; None when there is no manifest.

    Raises:
        ConfigError: It cannot be read, or has another format.
        ConflictError: A file differs from it, is missing, or is not in it.
    """
    path = folder / MANIFEST
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=DistManifest)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError, RecursionError) as exc:
        raise ConfigError(f"{path}: not a manifest of format 1: {exc}", hint="Make it with: pilotage build") from exc
    _check_files(folder, manifest)
    return manifest


def _check_files(folder: Path, manifest: DistManifest) -> None:
    found = {dist.name: dist for dist in read_dists(folder)}
    listed = {dist.name: dist for dist in manifest.files}
    for name in sorted(found.keys() | listed.keys()):
        if found.get(name) != listed.get(name):
            raise ConflictError(
                f"{folder / name}: the manifest says {_tell(listed.get(name))}, found {_tell(found.get(name))}",
                hint="Take the whole folder of one build (its artifact); never mix files of two.",
            )


def _tell(dist: Dist | None) -> str:
    return f"sha256 {dist.sha256} ({dist.size} bytes)" if dist else "no such file"
