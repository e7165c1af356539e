"""Small projects, as folders and as commits, and their public APIs compared."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from pilotage.model.api import ApiChange, ApiCompared, ApiReport
from pilotage.providers.api import compare_api
from pilotage.providers.apiworker import Request, compare_sides
from pilotage.providers.git import Git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Files = dict[str, str]


def write_tree(folder: Path, files: Mapping[str, str]) -> Path:
    """Write a project's files."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    folder.mkdir(exist_ok=True)
    return folder


def compare_files(tmp_path: Path, base: Mapping[str, str], head: Mapping[str, str]) -> ApiReport:
    """Compare two projects that are given by their files."""
    return compare_api(write_tree(tmp_path / "old", base), write_tree(tmp_path / "new", head), packages=None)


def compare_modules(tmp_path: Path, base: str, head: str) -> ApiCompared:
    """Compare two states of the one module of a package, in this process."""
    old = write_tree(tmp_path / "old", {"pkg/__init__.py": base})
    new = write_tree(tmp_path / "new", {"pkg/__init__.py": head})
    report = compare_sides(Request(str(old), str(new), ("pkg",)))
    assert isinstance(report, ApiCompared)
    return report


def brief(changes: tuple[ApiChange, ...]) -> list[str]:
    """Give each change as `kind path file:line`."""
    return [f"{change.kind} {change.path} {change.file}:{change.line}" for change in changes]


class Project:
    """A real repository whose commits are given by their files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.run("init", "-q", "-b", "main")
        self.git = Git(folder)

    def run(self, *args: str, data: bytes | None = None) -> str:
        """Run git here."""
        done = subprocess.run(
            ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.protectNTFS=false", *args],
            cwd=self.folder,
            input=data,
            check=True,
            capture_output=True,
        )
        return done.stdout.decode().strip()

    def commit(self, files: Mapping[str, str]) -> str:
        """Make a commit that has exactly these files, and give its id."""
        return self.commit_entries([("100644", path, text.encode()) for path, text in files.items()])

    def commit_entries(self, entries: list[tuple[str, str, bytes]]) -> str:
        """Make a commit of (mode, path, content), whatever the names are."""
        tree = self._tree([(mode, path.split("/"), self._object("blob", data)) for mode, path, data in entries])
        return self.run("commit-tree", "-m", "feat: state", tree)

    def _object(self, kind: str, data: bytes) -> str:
        return self.run("hash-object", "-t", kind, "-w", "--literally", "--stdin", data=data)

    def _tree(self, entries: list[tuple[str, list[str], str]]) -> str:
        folders: dict[str, list[tuple[str, list[str], str]]] = {}
        lines: list[tuple[bytes, bytes]] = []
        for mode, (first, *rest), blob in entries:
            if rest:
                folders.setdefault(first, []).append((mode, rest, blob))
            else:
                lines.append((first.encode(), f"{mode} {first}\0".encode() + bytes.fromhex(blob)))
        for name, inner in folders.items():
            lines.append((f"{name}/".encode(), f"40000 {name}\0".encode() + bytes.fromhex(self._tree(inner))))
        return self._object("tree", b"".join(line for _, line in sorted(lines)))
