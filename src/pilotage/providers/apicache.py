"""Comparisons of APIs that were made before, kept by the contents that were compared."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from typing import TYPE_CHECKING

import msgspec

from pilotage.model.api import ApiCompared

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FORMAT = 1
_LARGEST = 5_000_000


class ApiCache:
    """A folder with one file for each comparison.

    Only what was compared is kept: a reason not to compare may be gone the next time. A file that is missing, damaged
    or of another format is no answer, and no error either. Who may write into the folder decides the answers.

    Args:
        folder: The folder; None keeps nothing.
        reader: What reads the sources, with its version: another one may see more.
    """

    def __init__(self, folder: Path | None, *, reader: str) -> None:
        self.folder = folder
        self.reader = reader

    def read(self, base: str, head: str) -> ApiCompared | None:
        """Give what was found between two fingerprints; None when it is not known."""
        path = self._path(base, head)
        with contextlib.suppress(OSError, msgspec.DecodeError):
            if path is not None and path.is_file() and path.stat().st_size <= _LARGEST:
                return msgspec.json.decode(path.read_bytes(), type=ApiCompared)
        return None

    def write(self, base: str, head: str, report: ApiCompared) -> None:
        """Keep what was found; a folder that cannot be written to keeps nothing."""
        path = self._path(base, head)
        if path is None:
            return
        part = path.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(msgspec.json.encode(report))
            part.replace(path)

    def _path(self, base: str, head: str) -> Path | None:
        if self.folder is None:
            return None
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        key = "\n".join((str(_FORMAT), self.reader, python, base, head))
        return self.folder / f"api-{hashlib.sha256(key.encode()).hexdigest()}.json"


def fingerprint(names: tuple[str, ...], blobs: Mapping[str, str]) -> str:
    """Identify one side by all that a comparison depends on: the public names, each file's place and its blob."""
    lines = [*names, *(f"{path}\0{blob}" for path, blob in sorted(blobs.items()))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
