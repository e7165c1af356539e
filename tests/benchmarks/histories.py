"""The repositories that costs are measured on, made once and kept."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.generate_history import generate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FORMAT = 1
"""Raise it when the histories change: then they are made anew."""

TAGGED = "12,000 tags"


@dataclass(frozen=True)
class History:
    """A work tree on a history with 100 new commits.

    Args:
        name: What the tables call it.
        path: The work tree.
        tag: The last release's tag.
    """

    name: str
    path: Path
    tag: str


def make_histories(folder: Path, sizes: Sequence[int], *, has_tagged: bool) -> Iterator[History]:
    """Give a history of each size, and one with many tags."""
    for size in sizes:
        yield _make(folder, f"{size // 1000}k commits", commits=size, tags=None)
    if has_tagged:
        yield _make(folder, TAGGED, commits=12_100, tags=12_000)


def _make(folder: Path, name: str, *, commits: int, tags: int | None) -> History:
    place = folder / f"history-{FORMAT}-{commits}-{tags or 'few'}"
    tag_file = place / "tag.txt"
    if not tag_file.is_file():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        tag = generate(place / "bare.git", commits=commits, tags=tags, is_package=True)
        subprocess.run(["git", "clone", "--quiet", str(place / "bare.git"), str(place / "tree")], check=True)
        tag_file.write_text(tag, encoding="utf-8")
    return History(name, place / "tree", tag_file.read_text(encoding="utf-8"))
