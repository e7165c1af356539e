"""From a published release to the index: the tag's commit is built, or its files are taken, and published."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import ConflictError, UsageError
from pilotage.model.plan import Plan
from pilotage.model.version import Version
from pilotage.providers.git import Git
from pilotage.providers.gitremote import fetch_tag
from pilotage.reconcile.building import Tagged, build_head, build_tree
from pilotage.reconcile.forest import find_release, read_forest
from pilotage.reconcile.publishing import Publisher, PublishReport
from pilotage.reconcile.tree import read_start

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.reconcile.bootstrap import Connection, Surroundings


class Published(msgspec.Struct, frozen=True):
    """What came of a published release.

    Args:
        tag: The tag.
        commit: The commit it points at.
        version: The version.
        report: What the index got; None for a package that never sees an index.
    """

    tag: str
    commit: str
    version: str
    report: PublishReport | None


def index_of(surroundings: Surroundings) -> str:
    """Give the index that the configuration names.

    Raises:
        UsageError: It names none.
    """
    git = Git(surroundings.repo)
    index = read_start(git, git.head(), config_path=surroundings.config_path).config.publish.index_names
    if not index:
        raise UsageError(
            "[tool.pilotage.publish] index is empty: this package never sees an index",
            hint="Name one with --index to publish it all the same.",
        )
    return index[-1]


def ensure_dists(surroundings: Surroundings, folder: Path) -> None:
    """Build the checked-out commit into a folder that does not exist yet.

    Raises:
        CheckError: The build failed.
    """
    if not folder.is_dir():
        build_head(surroundings, folder)


def plan_publish(surroundings: Surroundings, dist: Path) -> Plan:
    """Plan the uploads of a folder of built files to the configured index (or the input `index`).

    Raises:
        ConflictError: The index contradicts the files.
        RemoteError: What the index holds cannot be known.
    """
    index = surroundings.environment.get("INPUT_INDEX", "").strip() or index_of(surroundings)
    steps = Publisher(surroundings, index=index, tell=lambda _: None).plan(dist)
    return Plan(surroundings.environment.get("GITHUB_REPOSITORY", ""), branch="", head="", steps=steps)


def publish_release(
    connection: Connection, tag: str, *, index: str, dist: str, tell: Callable[[str], None]
) -> Published | None:
    """Publish the release of a tag; None when the tag is not one of this package's releases.

    Args:
        connection: The clone and its repository.
        tag: The tag.
        index: The index; that of the configuration at the tag when empty.
        dist: The folder with the files of an earlier job; the tag's commit is built when empty.
        tell: Hears what happens.

    Raises:
        ConflictError: The tag and the files at its commit name different versions; the index contradicts the files.
        UsageError: There is no such tag.
    """
    commit = connection.github.tag_commit(tag)
    if commit is None:
        raise UsageError(f"{connection.repository}: there is no tag {tag!r}", hint="Publish a release with a tag.")
    if connection.git.resolve(commit) is None:
        fetch_tag(connection.git, tag, connection.remote)
    forest = read_forest(connection.git, commit, config_path=connection.surroundings.config_path)
    tree, version = find_release(forest, tag)
    if tree is None or version is None:
        return None
    written = tree.project.version
    if written is not None and Version(written) != version:
        raise ConflictError(
            f"tag {tag} says {version}, but {tree.project.source} at {commit[:10]} says {written}",
            hint="Nothing was built. Delete the release and its tag, and release the right commit.",
        )
    chosen = index or next(iter(tree.config.publish.index_names), "")
    if not chosen:
        tell(f"{tag}: this package never sees an index; nothing to publish")
        return Published(tag, commit, str(version), None)
    publisher = Publisher(connection.surroundings, index=chosen, tell=tell)
    if dist:
        return Published(tag, commit, str(version), publisher.publish(Path(dist)))
    with tempfile.TemporaryDirectory(prefix="pilotage-dist-") as folder:
        out = Path(folder) / "dist"
        build_tree(connection.git, tree, out, surroundings=connection.surroundings, tagged=Tagged(tag, str(version)))
        return Published(tag, commit, str(version), publisher.publish(out))
