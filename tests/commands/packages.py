"""Small packages in real git repositories, as the commands meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from providers.gitrepos import Repo

if TYPE_CHECKING:
    from pathlib import Path


def pyproject(version: str | None, *, table: str = "") -> str:
    """Write a pyproject.toml; a version of None is dynamic."""
    line = 'dynamic = ["version"]' if version is None else f'version = "{version}"'
    return f'[project]\nname = "demo"\n{line}\n\n{table}'


def package(path: Path, version: str | None = "1.2.0", *, table: str = "", tag: str = "v1.2.0") -> Repo:
    """Make a repository whose first commit carries a version, and its tag (none when empty)."""
    repo = Repo(path)
    repo.commit("chore: start", files={"pyproject.toml": pyproject(version, table=table)}, tag=tag)
    return repo
