"""A stand-in for a build that cannot work, so that the rest of the train can still be rehearsed."""

from __future__ import annotations

import shutil
import tomllib
from typing import TYPE_CHECKING

from pilotage.sandbox.standin import build_standin

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.sandbox.train.scene import Scene


def has_build_system(scene: Scene, tag: str) -> bool:
    """Tell whether the project at a tag declares how it is built (PEP 518)."""
    git = scene.forge.realm.git
    commit = git.resolve_commit(f"refs/tags/{tag}")
    folder = scene.subject.folder
    path = "pyproject.toml" if folder == "." else f"{folder}/pyproject.toml"
    entry = git.entry(commit.tree, path) if commit is not None else None
    content = git.read_blob(entry.oid) if entry is not None else None
    try:
        return "build-system" in tomllib.loads((content or b"").decode())
    except ValueError:
        return True  # what cannot be read is not known to lack it


def build_substitute(scene: Scene, *, tag: str, version: str) -> Path:
    """Build a stand-in of a tag's files and give its folder."""
    commit = scene.forge.realm.git.resolve_commit(f"refs/tags/{tag}")
    epoch = commit.committer.seconds if commit is not None else 0
    source, out = scene.work / "source", scene.folder / "stand-in"
    scene.runner.check_out(f"refs/tags/{tag}", source)
    try:
        build_standin(
            source / scene.subject.folder,
            out,
            name=scene.subject.project or scene.subject.name,
            version=version,
            epoch=epoch,
        )
    finally:
        shutil.rmtree(source, ignore_errors=True)
    return out
