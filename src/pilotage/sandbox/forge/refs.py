"""Git's refs as files: loose ones first, packed ones behind them."""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FORBIDDEN: Final = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//")


def is_ref_name(name: str) -> bool:
    """Tell whether git takes this as a full ref name (git-check-ref-format), with at least three parts."""
    parts = name.split("/")
    plain = not _FORBIDDEN.search(name) and not name.endswith((".", "/")) and name.startswith("refs/")
    return plain and len(parts) > 2 and not any(p.startswith(".") or p.endswith(".lock") or not p for p in parts)  # noqa: PLR2004 - refs, heads, name


class RefStore:
    """The refs of one bare repository, full names (`refs/heads/main`) to object ids.

    Args:
        git_dir: The bare repository.
    """

    def __init__(self, git_dir: Path) -> None:
        self._git_dir = git_dir

    def read(self, name: str) -> str | None:
        """Give the object id of a ref; None when there is no such ref."""
        if not is_ref_name(name):
            return None
        try:
            return (self._git_dir / name).read_text().strip()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return self._packed().get(name)

    def read_all(self) -> dict[str, str]:
        """Give every ref, sorted by name."""
        found = self._packed() | dict(self._loose())
        return dict(sorted(found.items()))

    def write(self, name: str, oid: str) -> bool:
        """Point a ref at an object; False when a ref stands where this one needs a folder, or the reverse."""
        taken = self.read_all()
        if any(other.startswith(name + "/") or name.startswith(other + "/") for other in taken):
            return False
        path = self._git_dir / name
        if path.is_dir():
            _remove_empty(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".lock")
        draft.write_text(oid + "\n")
        draft.replace(path)
        return True

    def delete(self, name: str) -> None:
        """Remove a ref; nothing happens when there is none."""
        with contextlib.suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):
            (self._git_dir / name).unlink()
        packed = self._packed()
        if packed.pop(name, None) is not None:
            lines = [f"{oid} {other}\n" for other, oid in sorted(packed.items())]
            (self._git_dir / "packed-refs").write_text("".join(lines))

    def _loose(self) -> Iterator[tuple[str, str]]:
        for folder, _, files in os.walk(self._git_dir / "refs"):
            for file in files:
                if not file.endswith(".lock"):
                    path = os.path.join(folder, file)  # noqa: PTH118 - os.walk speaks strings, and this is the hot path
                    with open(path) as stream:  # noqa: PTH123 - same
                        yield os.path.relpath(path, self._git_dir), stream.read().strip()

    def _packed(self) -> dict[str, str]:
        try:
            lines = (self._git_dir / "packed-refs").read_text().splitlines()
        except FileNotFoundError:
            return {}
        rows = (line.split(" ", 1) for line in lines if line[:1] not in {"#", "^"})
        return {name: oid for oid, name in rows}


def _remove_empty(folder: Path) -> None:
    for inner, _, _ in os.walk(folder, topdown=False):
        os.rmdir(inner)  # noqa: PTH106 - os.walk speaks strings
