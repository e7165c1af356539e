"""An sdist's bytes as a function of its content: the same tree always gives the same archive, whatever built it."""

from __future__ import annotations

import gzip
import shutil
import tarfile
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_EXECUTABLE = 0o111


def apply_normal_form(path: Path, *, epoch: int) -> None:
    """Rewrite an sdist in place: members sorted by name, with one time, no owner and plain modes.

    Content, member names, links and the executable bit stay. Backends differ here: setuptools writes the files' own
    times, owners and modes, so that two builds of one commit differ (https://reproducible-builds.org/docs/archives/).

    Args:
        path: The `.tar.gz` file.
        epoch: The time of every member, in Unix seconds.
    """
    draft = path.with_name(f"{path.name}.new")
    with (
        gzip.open(path) as packed_old,
        tempfile.TemporaryFile() as plain,
        draft.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=9, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        # Unpacked first: members are taken in another order, and each step back in gzip begins at the start again.
        shutil.copyfileobj(packed_old, plain)
        plain.seek(0)
        old = tarfile.open(fileobj=plain, mode="r:")  # noqa: SIM115 - it owns nothing but the file above
        for member in sorted(old.getmembers(), key=lambda member: member.name):
            # A hard link becomes a file of its own: once sorted, it may stand before what it links to.
            is_file = member.isreg() or member.islnk()
            source = old.getmember(member.linkname) if member.islnk() else member
            new.addfile(_normalise(member, source, epoch), old.extractfile(source) if is_file else None)
    draft.replace(path)


def unpack(path: Path, folder: Path) -> Path:
    """Unpack an sdist into an empty folder and return its one top folder.

    Nothing leaves the folder: absolute names, `..`, links out and devices are errors (PEP 706, the `data` filter).
    """
    with tarfile.open(path, "r:gz") as archive:
        archive.extractall(folder, filter="data")
    tops = sorted(folder.iterdir())
    if len(tops) == 1:
        return tops[0]
    shutil.rmtree(folder)
    raise tarfile.ReadError(f"{len(tops)} folders at the top instead of one (PEP 625)")


def _normalise(member: tarfile.TarInfo, source: tarfile.TarInfo, epoch: int) -> tarfile.TarInfo:
    plain = tarfile.TarInfo(member.name)
    if source.isreg():
        plain.size = source.size
    else:
        plain.type, plain.linkname = member.type, member.linkname
    plain.mode = 0o755 if member.isdir() or source.mode & _EXECUTABLE else 0o644
    plain.mtime = epoch
    return plain
