"""Reading an sdist without trusting it: forwards only, with a bound for what stands before each member."""

from __future__ import annotations

import gzip
import re
import tarfile
from typing import TYPE_CHECKING, BinaryIO, Literal

from pilotage.model.distcontents import DistMember
from pilotage.providers.archivebounds import PIECE, SCANNED, ArchiveBounds, ExcessError, read_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.providers.archivebounds import Scan

_SKIPPED_AT_ONCE = 256 * 1024
_PAX = (b"x", b"g", b"X")
_WITH_BODY = (*_PAX, b"L", b"K")
"""The types of headers that a body of their own follows."""

_TYPE = slice(156, 157)
_LONGEST_LENGTH = 20
_LONG_NUMBER = re.compile(rb"[0-9]{300}")


class _Forwards:
    """The unpacked bytes of an archive, for tarfile: counted, and never read twice.

    tarfile reads a member's extended headers whole, however long they say to be; here they have a bound. And it sees
    only headers that it reads in linear time, which older releases of it do not for all of them (CVE-2024-6232).
    """

    def __init__(self, file: gzip.GzipFile, *, most: int, headers: int) -> None:
        self._file = file
        self._position = 0
        self._most = most
        self._headers = headers
        self._budget = headers
        self._is_content = False
        self._body_of = b""
        self.last = b""
        """What was read last."""

    def read(self, size: int) -> bytes:
        if size > self._budget:
            raise ExcessError(f"more than {self._headers} bytes stand before one of its members")
        self._budget -= size
        self.last = self._take(size)
        if not self._is_content:
            self._follow_headers()
        return self.last

    def expect_content(self, size: int) -> None:
        """Let a member's content through."""
        self._is_content, self._budget = True, size + self._headers

    def expect_header(self) -> None:
        """Let the headers of the next member through."""
        self._is_content, self._budget, self._body_of = False, self._headers, b""

    def _follow_headers(self) -> None:
        kind, self._body_of = self._body_of, b""
        if kind in _PAX:
            _check_pax(self.last)
        elif not kind and self.last[_TYPE] in _WITH_BODY:
            self._body_of = self.last[_TYPE]

    def seek(self, position: int) -> int:
        if position < self._position:
            raise tarfile.ReadError("its members do not stand one after the other")
        while position > self._position and self._take(min(position - self._position, _SKIPPED_AT_ONCE)):
            pass
        return self._position

    def tell(self) -> int:
        return self._position

    def read_rest(self) -> None:
        """Read what stands behind the archive's end: only then the packed stream's own checksum is known."""
        while self._take(_SKIPPED_AT_ONCE):
            pass

    def _take(self, size: int) -> bytes:
        data = self._file.read(size)
        self._position += len(data)
        if self._position > self._most:
            raise ExcessError(f"it unpacks to more than {self._most} bytes")
        return data


def _check_pax(body: bytes) -> None:
    """Check that a body is lines of `LENGTH KEY=VALUE`, each as long as it says (POSIX, pax, Extended Header)."""
    position = 0
    while position < len(body) and body[position]:
        space = body.find(b" ", position, position + _LONGEST_LENGTH)
        length = body[position:space] if space > 0 else b""
        end = position + int(length) if length.isdigit() else 0
        if not space < body.find(b"=", space, end) < end <= len(body) or body[end - 1] != ord("\n"):
            raise tarfile.ReadError("an extended header is not made of lines that are as long as they say")
        position = end
    if _LONG_NUMBER.search(body):
        raise tarfile.ReadError("an extended header holds a number of hundreds of digits")


class SdistReading:
    """One sdist being read; what was read before it turned out to be damaged stays.

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
        """PKG-INFO, by this name."""

    def read(self, file: BinaryIO) -> None:
        """Read the whole sdist.

        Raises:
            ExcessError: It goes beyond a bound.
            tarfile.TarError, EOFError, OSError, zlib.error, ValueError: It is damaged.
        """
        with gzip.GzipFile(fileobj=file) as unpacked:
            stream = _Forwards(unpacked, most=self._bounds.unpacked(self._size), headers=self._bounds.headers)
            # Only read, seek and tell are used of it.
            with tarfile.TarFile(fileobj=stream, encoding="utf-8", errorlevel=2) as archive:  # type: ignore[arg-type]
                for info in archive:
                    if len(self.members) == self._bounds.members:
                        raise ExcessError(f"it has more than {self._bounds.members} members")
                    stream.expect_content(info.size)
                    self.members.append(self._read_member(archive, info))
                    stream.expect_header()
            if len(stream.last) != tarfile.BLOCKSIZE or stream.last.strip(b"\0"):
                raise tarfile.ReadError("it ends without its end marker: cut short, or a header cannot be read")
            stream.read_rest()

    def _read_member(self, archive: tarfile.TarFile, info: tarfile.TarInfo) -> DistMember:
        kind = _find_kind(info)
        if kind != "file":
            return DistMember(info.name, kind=kind, target=info.linkname if kind in ("symlink", "hardlink") else "")
        is_info = info.name.count("/") == 1 and info.name.endswith("/PKG-INFO") and "PKG-INFO" not in self.texts
        if is_info and info.size > self._bounds.metadata:
            raise ExcessError(f"its PKG-INFO has {info.size} bytes, at most {self._bounds.metadata} are read")
        reading = read_pieces(_read_content(archive, info), (), keep=info.size if is_info else SCANNED)
        if is_info:
            self.texts["PKG-INFO"] = reading.head
        is_executable = bool(info.mode & 0o100)
        sightings = self._scan(reading.head[:SCANNED])
        return DistMember(info.name, reading.size, kind, is_executable=is_executable, sightings=sightings)


def _find_kind(info: tarfile.TarInfo) -> Literal["file", "dir", "symlink", "hardlink", "other"]:
    if info.isdir():
        return "dir"
    if info.issym():
        return "symlink"
    if info.islnk():
        return "hardlink"
    return "file" if info.isreg() and not info.issparse() else "other"


def _read_content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Iterator[bytes]:
    content = archive.extractfile(info)
    while content is not None and (piece := content.read(PIECE)):
        yield piece
