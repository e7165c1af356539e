"""Rules about RECORD: the wheel's own list of its files with their digests and sizes.

Source: https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.distchecks.table import make_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.distchecks.examined import Examined
    from pilotage.model.distcontents import DistMember, Finding

_STRONG = ("sha256", "sha384", "sha512")
_WITHOUT_DIGEST = ("/RECORD", "/RECORD.jws", "/RECORD.p7s")


class RecordLine(msgspec.Struct, frozen=True):
    """One line of RECORD: path, digest (`sha256=…`) and size, the last two possibly empty."""

    path: str
    digest: str
    size: str


def read_record(content: bytes) -> list[RecordLine]:
    """Read RECORD.

    Raises:
        ValueError: It is not UTF-8 or not a table of three columns.
    """
    lines: list[RecordLine] = []
    try:
        for row in csv.reader(content.decode("utf-8").splitlines(keepends=True), strict=True):
            if len(row) != 3:  # noqa: PLR2004 - path, digest, size
                raise ValueError(f"line {len(lines) + 1} has {len(row)} columns instead of 3")
            lines.append(RecordLine(*row))
    except csv.Error as error:
        raise ValueError(f"line {len(lines) + 1}: {error}") from error
    return lines


def check_record(dist: Examined) -> Iterator[Finding]:
    """Check RECORD against the members of a wheel."""
    if not dist.is_wheel or not dist.is_whole:
        return
    if dist.contents.record is None:
        yield make_finding("D201", dist.contents.name, "there is no RECORD in its .dist-info folder")
        return
    try:
        lines = read_record(dist.contents.record)
    except ValueError as error:
        yield make_finding("D202", dist.contents.name, f"RECORD cannot be read: {error}")
        return
    members = {member.path: member for member in dist.files()}
    listed: set[str] = set()
    for line in lines:
        if line.path in listed:
            yield make_finding("D202", dist.place(line.path), "RECORD lists it twice")
        listed.add(line.path)
        yield from _check_line(dist, line, members.get(line.path))
    for path in members:
        if path not in listed and not path.endswith(_WITHOUT_DIGEST):
            yield make_finding("D203", dist.place(path), "RECORD does not list it")


def _check_line(dist: Examined, line: RecordLine, member: DistMember | None) -> Iterator[Finding]:
    place = dist.place(line.path)
    if member is None:
        if not line.path.endswith("/"):  # some backends list folders
            yield make_finding("D204", place, "RECORD lists it, and it is not there")
        return
    if line.path.endswith(_WITHOUT_DIGEST):
        return
    algorithm, _, digest = line.digest.partition("=")
    if algorithm not in _STRONG:
        yield make_finding("D206", place, f"RECORD has {algorithm or 'no digest'} for it instead of sha256")
    elif member.digests.get(algorithm) != digest.rstrip("="):
        yield make_finding("D205", place, f"its {algorithm} is not that of RECORD")
    if line.size and line.size != str(member.size):
        yield make_finding("D205", place, f"it has {member.size} bytes, RECORD says {line.size}")
