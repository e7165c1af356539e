"""Reading a wheel without trusting it: its directory is held against what stands in the file, byte for byte.

zipfile reads the directory. Members are unpacked here, because its reader stops at the size that the directory names,
while other tools go on: a wheel must be the same for all of them (https://docs.pypi.org/api/upload/).
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO, Literal

from pilotage.model.distcontents import DistMember
from pilotage.providers.archivebounds import PIECE, SCANNED, ArchiveBounds, ExcessError, read_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.providers.archivebounds import Scan

_ALGORITHM = re.compile(rb",(sha256|sha384|sha512)=")
_INFO = re.compile(r"[^/]+\.dist-info/(METADATA|WHEEL|RECORD)")
_END = b"PK\x05\x06"
_LOCATOR = b"PK\x06\x07"
_LOCAL = b"PK\x03\x04"
_BY_DESCRIPTOR, _ENCRYPTED, _UNIX = 0x08, 0x01, 3
_IN_ZIP64 = 0xFFFFFFFF
_END_LENGTH, _LOCATOR_LENGTH, _LOCAL_LENGTH = 22, 20, 30


class WheelReading:
    """One wheel being read; what was read before it turned out to be damaged stays.

    Args:
        size: The size of the file.
        scan: Says what looks like a secret.
        bounds: How much it may ask for.
    """

    def __init__(self, size: int, *, scan: Scan, bounds: ArchiveBounds) -> None:
        self._size = size
        self._scan = scan
        self._bounds = bounds
        self.members: list[DistMember] = []
        self.texts: dict[str, bytes] = {}
        """METADATA, WHEEL and RECORD by these names."""

    def read(self, file: BinaryIO) -> None:
        """Read the whole wheel.

        Raises:
            ExcessError: It goes beyond a bound.
            zipfile.BadZipFile, struct.error, zlib.error: It is damaged.
        """
        directory = _read_directory_size(file, self._size)
        if directory > self._bounds.directory:
            raise ExcessError(f"its directory has {directory} bytes, at most {self._bounds.directory} are read")
        with zipfile.ZipFile(file) as archive:
            infos, end = archive.infolist(), archive.start_dir
        self._check_bounds(infos)
        starts = _find_content(file, infos, end)
        for info in infos:
            if found := _INFO.fullmatch(info.orig_filename):
                self._keep_text(found[1], info, _read_content(file, info, starts[id(info)]))
        algorithms = {"sha256", *(name.decode() for name in _ALGORITHM.findall(self.texts.get("RECORD", b"")))}
        for info in infos:
            self.members.append(self._read_member(file, info, starts[id(info)], algorithms))

    def _check_bounds(self, infos: list[zipfile.ZipInfo]) -> None:
        if len(infos) > self._bounds.members:
            raise ExcessError(f"it has {len(infos)} members, at most {self._bounds.members} are read")
        total, most = sum(info.file_size for info in infos), self._bounds.unpacked(self._size)
        if total > most:
            raise ExcessError(f"it would unpack to {total} bytes, at most {most} are unpacked")

    def _keep_text(self, name: str, info: zipfile.ZipInfo, pieces: Iterator[bytes]) -> None:
        most = self._bounds.record if name == "RECORD" else self._bounds.metadata
        if info.file_size > most:
            raise ExcessError(f"its {name} has {info.file_size} bytes, at most {most} are read")
        self.texts.setdefault(name, b"".join(pieces))

    def _read_member(self, file: BinaryIO, info: zipfile.ZipInfo, start: int, algorithms: set[str]) -> DistMember:
        mode = info.external_attr >> 16 if info.create_system == _UNIX else 0
        kind = _find_kind(info, mode)
        if kind == "dir":
            return DistMember(info.orig_filename, kind=kind)
        reading = read_pieces(_read_content(file, info, start), algorithms)
        if kind == "symlink":
            target = reading.head.decode("utf-8", "surrogateescape")
            return DistMember(info.orig_filename, reading.size, kind, target, digests=reading.digests)
        return DistMember(
            info.orig_filename,
            reading.size,
            kind,
            is_executable=bool(mode & stat.S_IXUSR),
            digests=reading.digests,
            sightings=self._scan(reading.head[:SCANNED]),
        )


def _find_kind(info: zipfile.ZipInfo, mode: int) -> Literal["file", "dir", "symlink", "other"]:
    if info.is_dir() or stat.S_ISDIR(mode):
        return "dir"
    if stat.S_ISLNK(mode):
        return "symlink"
    return "file" if stat.S_IFMT(mode) in (0, stat.S_IFREG) else "other"


def _read_directory_size(file: BinaryIO, size: int) -> int:
    """Read how long the directory says to be, before zipfile reads it as a whole."""
    start = max(0, size - _END_LENGTH - 0xFFFF - _LOCATOR_LENGTH)
    file.seek(start)
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + _END_LENGTH:
        raise zipfile.BadZipFile("it has no end record: it is no zip file, or cut short")
    locator = tail[max(0, end - _LOCATOR_LENGTH) : end]
    if locator.startswith(_LOCATOR) and len(locator) == _LOCATOR_LENGTH:
        file.seek(struct.unpack("<Q", locator[8:16])[0])
        record = file.read(56)
        return int(struct.unpack("<Q", record[40:48])[0])
    return int(struct.unpack("<L", tail[end + 12 : end + 16])[0])


def _find_content(file: BinaryIO, infos: list[zipfile.ZipInfo], limit: int) -> dict[int, int]:
    """Find where each member's content begins; members that overlap, or whose own header says otherwise, are damage."""
    starts: dict[int, int] = {}
    free = 0
    for info in sorted(infos, key=lambda each: each.header_offset):
        if info.header_offset < free:
            raise zipfile.BadZipFile(f"{info.orig_filename!r} overlaps with another member")
        start = _read_local(file, info)
        starts[id(info)] = start
        free = start + info.compress_size
    if free > limit:
        raise zipfile.BadZipFile("a member reaches into the directory")
    return starts


def _read_local(file: BinaryIO, info: zipfile.ZipInfo) -> int:
    file.seek(info.header_offset)
    header = file.read(_LOCAL_LENGTH)
    if len(header) < _LOCAL_LENGTH or header[:4] != _LOCAL:
        raise zipfile.BadZipFile(f"{info.orig_filename!r} is not where the directory says")
    flags, method, crc, packed, size, name_length, extra_length = struct.unpack("<4x2xHH4xLLLHH", header)
    name = file.read(name_length)
    # The directory's own spelling, as zipfile read it: UTF-8 by its flag, else code page 437.
    if name.decode("utf-8" if flags & 0x800 else "cp437", "replace") != info.orig_filename:
        raise zipfile.BadZipFile(f"{info.orig_filename!r} has another name where it stands")
    if (flags | info.flag_bits) & _ENCRYPTED:
        raise zipfile.BadZipFile(f"{info.orig_filename!r} is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or method != info.compress_type:
        raise zipfile.BadZipFile(
            f"{info.orig_filename!r} is packed by method {info.compress_type}; indexes take 0 and 8"
        )
    known = (info.CRC, info.compress_size, info.file_size)
    if not flags & _BY_DESCRIPTOR and _IN_ZIP64 not in (packed, size) and (crc, packed, size) != known:
        raise zipfile.BadZipFile(f"{info.orig_filename!r} says one size in the directory and another where it stands")
    return info.header_offset + _LOCAL_LENGTH + int(name_length) + int(extra_length)


def _read_content(file: BinaryIO, info: zipfile.ZipInfo, start: int) -> Iterator[bytes]:
    """Unpack one member; it must have exactly the size and the checksum that the directory names."""
    crc, size = 0, 0
    for piece in _unpack(file, info, start):
        size += len(piece)
        if size > info.file_size:
            break
        crc = zlib.crc32(piece, crc)
        yield piece
    if size != info.file_size or crc != info.CRC:
        raise zipfile.BadZipFile(f"{info.orig_filename!r} is not what the directory says: another size or checksum")


def _unpack(file: BinaryIO, info: zipfile.ZipInfo, start: int) -> Iterator[bytes]:
    file.seek(start)
    left = info.compress_size
    inflater = zlib.decompressobj(-zlib.MAX_WBITS) if info.compress_type == zipfile.ZIP_DEFLATED else None
    while left:
        packed = file.read(min(left, PIECE))
        if not packed:
            raise zipfile.BadZipFile(f"{info.orig_filename!r} is cut short")
        left -= len(packed)
        if inflater is None:
            yield packed
            continue
        while packed:
            yield inflater.decompress(packed, PIECE)
            packed = inflater.unconsumed_tail
        if inflater.unused_data:
            raise zipfile.BadZipFile(f"{info.orig_filename!r} has bytes behind its end")
    if inflater is not None and not inflater.eof:
        raise zipfile.BadZipFile(f"{info.orig_filename!r} is cut short")
