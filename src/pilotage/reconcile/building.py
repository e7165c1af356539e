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
from pilotage.providers.git import Git
from pilotage.providers.manifest import write_manifest
from pilotage.reconcile.bootstrap import keep_quiet
from pilotage.reconcile.forest import choose_tree, read_forest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pilotage.reconcile.bootstrap import Surroundings
    from pilotage.reconcile.tree import Tree


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


class Tagged(msgspec.Struct, frozen=True):
    """A release's tag and the version that it names.

    Args:
        tag: The tag; backends that read the version from git find it.
        version: The version that every file must carry.
    """

    tag: str
    version: str


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


def build_tree(
    git: Git,
    tree: Tree,
    out: Path,
    *,
    surroundings: Surroundings,
    tagged: Tagged | None = None,
    tell: Callable[[str], None] = keep_quiet,  # noqa: ARG001 - hears of warnings once the files are inspected
) -> DistManifest:
    """Build one package of a commit, as its configuration there says.

    Args:
        git: The clone.
        tree: The package.
        out: The folder for the files.
        surroundings: Where the command stands.
        tagged: The release's tag; None for a commit that is no release yet.
        tell: Hears of warnings.

    Raises:
        CheckError: The build failed, made another version, or made what must not leave.
    """
    place = BuildPlace(tree.commit, tree.path, tagged.tag if tagged else "")
    expected = tagged.version if tagged else tree.project.version
    return build_commit(git, place, out, environment=surroundings.environment, version=expected)


def build_head(
    surroundings: Surroundings,
    out: Path,
    *,
    component: str | None = None,
    tell: Callable[[str], None] = keep_quiet,
) -> DistManifest:
    """Build the checked-out commit into a folder.

    Args:
        surroundings: Where the command stands.
        out: The folder.
        component: Which package; the only one when left out.
        tell: Hears of warnings.

    Raises:
        CheckError: The build failed, made another version, or made what must not leave.
        ConfigError: There are several packages and none is named, or none has this name.
    """
    git = Git(surroundings.repo)
    forest = read_forest(git, git.head(), config_path=surroundings.config_path)
    return build_tree(git, choose_tree(forest, component), out, surroundings=surroundings, tell=tell)
