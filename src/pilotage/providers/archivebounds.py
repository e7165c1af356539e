"""How much an archive may ask of this machine, and how one member of it is read: in pieces, whatever it claims."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from pilotage.model.distcontents import SecretSighting

    Scan = Callable[[bytes], tuple[SecretSighting, ...]]
    """Says what in the beginning of a file looks like a secret."""

PIECE = 1024 * 1024
"""Bytes that are held at once."""

SCANNED = 1024 * 1024
"""Bytes at the beginning of each file that are searched for secrets."""


class ArchiveBounds(msgspec.Struct, frozen=True):
    """The bounds of one archive.

    Args:
        members: How many entries it may have.
        floor: Bytes that it may always have, unpacked.
        ratio: How many times its own size it may have, unpacked, beyond the floor.
        ceiling: Bytes that it may never have, unpacked.
        directory: Bytes of a zip archive's directory.
        headers: Bytes that stand before one member of a tar archive: tarfile needs time for them that grows faster
            than they do.
        metadata: Bytes of METADATA, PKG-INFO or WHEEL.
        record: Bytes of RECORD.
    """

    members: int = 100_000
    floor: int = 256 * 1024 * 1024
    ratio: int = 200
    ceiling: int = 16 * 1024 * 1024 * 1024
    directory: int = 32 * 1024 * 1024
    headers: int = 64 * 1024
    metadata: int = 4 * 1024 * 1024
    record: int = 32 * 1024 * 1024

    def unpacked(self, size: int) -> int:
        """Give how many bytes an archive of a size may unpack to."""
        return min(self.ceiling, max(self.floor, self.ratio * size))


class ExcessError(Exception):
    """An archive goes beyond a bound; its text says which."""


class MemberReading(msgspec.Struct, frozen=True):
    """What reading one member once gave.

    Args:
        digests: Its digests, as RECORD spells them.
        head: Its first bytes.
        size: How many bytes came.
    """

    digests: dict[str, str]
    head: bytes
    size: int


def read_pieces(pieces: Iterable[bytes], algorithms: Collection[str], *, keep: int = SCANNED) -> MemberReading:
    """Read a member once.

    Args:
        pieces: Its content.
        algorithms: The names of the digests that are wanted.
        keep: How many bytes of its beginning are kept.
    """
    hashes = {name: hashlib.new(name) for name in algorithms}
    head, size = bytearray(), 0
    for piece in pieces:
        for each in hashes.values():
            each.update(piece)
        if len(head) < keep:
            head += piece[: keep - len(head)]
        size += len(piece)
    return MemberReading({name: spell_digest(each.digest()) for name, each in hashes.items()}, bytes(head), size)


def spell_digest(digest: bytes) -> str:
    """Spell a digest as RECORD does: URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
