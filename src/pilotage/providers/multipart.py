"""A form with one file (multipart/form-data, RFC 7578), sent in pieces so that a large file never fills the memory."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_PIECE = 256 * 1024


class MultipartForm:
    """An iterable of bytes with a known length, so that requests sends a Content-Length and no chunks.

    Args:
        fields: Names and values; a name may come again. Names are ours, without quotes and line ends.
        name: The name of the file's field.
        path: The file; its name must be free of quotes and line ends.
        size: Its size in bytes.
        progress: Hears how many bytes of the file were taken, from 0 again each time that the form is sent.
    """

    def __init__(
        self,
        fields: Iterable[tuple[str, str]],
        *,
        name: str,
        path: Path,
        size: int,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        boundary = secrets.token_hex(24)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        head = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields
        )
        head += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{path.name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        self._head = head.encode("utf-8", "replace")
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._path = path
        self._size = size
        self._progress = progress

    def __len__(self) -> int:
        return len(self._head) + self._size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        self._tell(0)
        yield self._head
        sent = 0
        with self._path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
                sent += len(piece)
                self._tell(sent)
        yield self._tail

    def _tell(self, sent: int) -> None:
        if self._progress is not None:
            self._progress(sent)
