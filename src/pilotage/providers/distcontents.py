"""Reading what is inside built files, for the checks before they leave: bounded, in pieces, never unpacked to disk."""

from __future__ import annotations

import lzma
import struct
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING

from pilotage.errors import UsageError
from pilotage.model.distcontents import DistContents
from pilotage.providers.archivebounds import ArchiveBounds, ExcessError
from pilotage.providers.distfile import read_digests
from pilotage.providers.sdistcontents import SdistReading
from pilotage.providers.wheelcontents import WheelReading

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.providers.archivebounds import Scan

_KINDS = (".whl", ".tar.gz", ".zip", ".egg", ".exe", ".msi", ".rpm", ".tar.bz2", ".tgz")
"""What a build leaves, or once left."""

_BROKEN = (
    OSError,
    EOFError,
    ValueError,
    OverflowError,
    RuntimeError,
    IndexError,
    struct.error,
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
)
"""What the archive readers raise for a broken file."""


def list_dists(folder: Path) -> tuple[Path, ...]:
    """List the built files of a folder, sorted by name; those of kinds that indexes no longer take are among them.

    Raises:
        UsageError: There is no such folder, or no built file in it.
    """
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    paths = tuple(path for path in found if path.is_file() and path.name.lower().endswith(_KINDS))
    if not paths:
        raise UsageError(f"{folder} holds no built files (.whl, .tar.gz)", hint="Make them with: pilotage build")
    return paths


def read_contents(path: Path, *, scan: Scan, bounds: ArchiveBounds | None = None) -> DistContents:
    """Read one built file: its members, their digests, its metadata.

    Args:
        path: The file.
        scan: Says what in the first bytes of a member looks like a secret.
        bounds: How much it may ask for.

    Returns:
        What was found; where the file is damaged or goes beyond a bound, this is said in it and no error.
    """
    sha256, _, size = read_digests(path)
    limits = bounds or ArchiveBounds()
    reading: WheelReading | SdistReading
    if path.name.endswith(".whl"):
        reading = WheelReading(size, scan=scan, bounds=limits)
    elif path.name.endswith(".tar.gz"):
        reading = SdistReading(size, scan=scan, bounds=limits)
    else:
        return DistContents(name=path.name, size=size, sha256=sha256)
    damage = excess = ""
    try:
        with path.open("rb") as file:
            reading.read(file)
    except ExcessError as exc:
        excess = str(exc)
    except _BROKEN as exc:
        damage = str(exc) or type(exc).__name__
    return DistContents(
        name=path.name,
        size=size,
        sha256=sha256,
        members=tuple(reading.members),
        metadata=reading.texts.get("METADATA", reading.texts.get("PKG-INFO")),
        record=reading.texts.get("RECORD"),
        wheel=reading.texts.get("WHEEL"),
        damage=damage,
        excess=excess,
    )
