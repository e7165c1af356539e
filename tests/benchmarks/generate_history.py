"""Make a git history of any length with one `git fast-import`: tags, new commits, merges.

python generate_history.py TARGET --commits 100000 --new 100 [--tags T] [--merges 10]
"""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TYPES = ("feat", "fix", "docs", "chore", "refactor", "test", "ci", "build", "perf", "style", "deps", "revert")
START = 1_500_000_000
STEP = 60


def generate(
    target: Path, *, commits: int, new: int = 100, tags: int | None = None, merges: int = 0, is_package: bool = False
) -> str:
    """Make a bare repository with a linear or merged history.

    Args:
        target: The folder of the new repository.
        commits: How many commits the branch `main` has on its first-parent line.
        new: How many of them come after the last tag.
        tags: How many annotated tags `v0.N.M` there are, spread evenly; one a thousand commits and one more by default.
        merges: Every how many commits one merges a side branch that was forked 20 commits before; 0 for never.
        is_package: Whether each tagged commit carries a pyproject.toml with the tag's version.

    Returns:
        The name of the last tag.
    """
    count = commits // 1000 + 1 if tags is None else tags
    released = commits - new
    places = [max(1, released * number // count) for number in range(1, count + 1)]
    names = [f"v0.{number // 100}.{number % 100}" for number in range(1, count + 1)]
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(target)], check=True)
    with subprocess.Popen(
        ["git", "-C", str(target), "fast-import", "--quiet"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as importer:
        if importer.stdin is None:
            raise OSError("git fast-import has no stdin")
        versions = dict(zip(places, names, strict=True)) if is_package else {}
        importer.stdin.writelines(_commits(commits, merges, versions))
        importer.stdin.writelines(_tag(name, place) for name, place in zip(names, places, strict=True))
    if importer.returncode:
        raise OSError(f"git fast-import failed with status {importer.returncode}")
    subprocess.run(["git", "-C", str(target), "pack-refs", "--all"], check=True)
    return names[-1]


def _commits(commits: int, merges: int, versions: Mapping[int, str]) -> Iterator[bytes]:
    fork = 20
    for number in range(1, commits + 1):
        parents = b""
        if merges and number % merges == 0 and number > fork:
            side = commits + number
            yield _commit(side, number, "refs/heads/side", f"from :{number - fork}\n".encode())
            parents = f"from :{number - 1}\nmerge :{side}\n".encode()
        yield _commit(number, number, "refs/heads/main", parents, package=_package(versions.get(number, "")))
    yield b"reset refs/heads/side\nfrom 0000000000000000000000000000000000000000\n\n"


def _package(tag: str) -> bytes:
    text = f'[project]\nname = "demo"\nversion = "{tag.removeprefix("v")}"\n'
    return f"M 100644 inline pyproject.toml\ndata {len(text)}\n{text}\n".encode() if tag else b""


def _commit(mark: int, number: int, ref: str, parents: bytes, *, package: bytes = b"") -> bytes:
    scope = f"(part{number % 7})" if number % 2 else ""
    body = "\n\nWhy it was done,\nin two lines." if number % 10 < 3 else ""
    message = f"{TYPES[mark % len(TYPES)]}{scope}: change number {mark} (#{mark}){body}\n".encode()
    who = f"Ada <ada@example.org> {START + STEP * number} +0000"
    return (
        f"commit {ref}\nmark :{mark}\nauthor {who}\ncommitter {who}\ndata {len(message)}\n".encode()
        + message
        + parents
        + package
        + f"M 100644 inline src/file{mark % 50}.txt\ndata {len(str(mark))}\n{mark}\n\n".encode()
    )


def _tag(name: str, mark: int) -> bytes:
    return f"tag {name}\nfrom :{mark}\ntagger Ada <ada@example.org> {START + STEP * mark} +0000\ndata 2\nr\n\n".encode()


def main() -> None:
    """Read the command line and make the repository."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--commits", type=int, default=1000)
    parser.add_argument("--new", type=int, default=100)
    parser.add_argument("--tags", type=int)
    parser.add_argument("--merges", type=int, default=0)
    given = parser.parse_args()
    last = generate(given.target, commits=given.commits, new=given.new, tags=given.tags, merges=given.merges)
    print(last)  # noqa: T201 -- a script's answer


if __name__ == "__main__":
    main()
