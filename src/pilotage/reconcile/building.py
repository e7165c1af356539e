"""Building a commit: its files are laid out apart, so the checkout stays as it is."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from packaging.version import Version

from pilotage.errors import CheckError
from pilotage.model.dist import DistManifest, read_release
from pilotage.providers.build import Builder
from pilotage.providers.manifest import write_manifest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.providers.git import Git


class BuildPlace(msgspec.Struct, frozen=True):
    """What is built.

    Args:
        commit: The commit.
        path: The package's folder in it; "." for the root.
        tag: A tag that stands on the commit, for backends that read the version from it.
    """

    commit: str
    path: str = "."
    tag: str = ""


def build_commit(
    git: Git, place: BuildPlace, out: Path, *, environment: Mapping[str, str], version: str | None
) -> DistManifest:
    """Build the sdist and the wheel of a commit, and write their manifest.

    Args:
        git: The clone.
        place: The commit, and which package in it.
        out: The folder for the files.
        environment: The process's environment, of which the build sees nothing secret.
        version: The version that every file must carry; None when only the build can tell (a dynamic version).

    Raises:
        CheckError: The build failed, or made another version.
    """
    commit = place.commit
    with tempfile.TemporaryDirectory(prefix="pilotage-source-", ignore_cleanup_errors=True) as folder:
        source = git.export(commit, Path(folder) / "source", tag=place.tag) / place.path
        dists = Builder(environment=environment).build(source, out, epoch=git.commit_date(commit))
    project, built = read_release(tuple(dist.name for dist in dists))
    if version is not None and Version(version) != built:
        raise CheckError(
            f"the build of {commit[:10]} made {project} {built}, its files say {version}",
            hint="Let the build backend take the version from the same place.",
        )
    return write_manifest(out, project=project, version=built, commit=commit)
