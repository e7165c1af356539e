"""From a tag, or from a folder of built files, to the indexes and to people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pilotage.errors import ConflictError, UsageError
from pilotage.model.plan import Plan
from pilotage.model.publishrules import PublishRules
from pilotage.model.version import Version
from pilotage.providers.git import Git
from pilotage.providers.gitremote import fetch_tag
from pilotage.reconcile.bootstrap import is_repository, keep_quiet
from pilotage.reconcile.building import Tagged, build_head, build_tree
from pilotage.reconcile.distsource import Wanted
from pilotage.reconcile.foldercheck import check_folder
from pilotage.reconcile.forest import find_release, read_forest
from pilotage.reconcile.publishing import open_publishers, read_folder
from pilotage.reconcile.publishrun import PublishOptions, PublishRun
from pilotage.reconcile.tree import read_start, read_texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.reconcile.bootstrap import Connection, Surroundings
    from pilotage.reconcile.forest import Forest
    from pilotage.reconcile.publishing import Publisher
    from pilotage.reconcile.publishoutcome import Published
    from pilotage.reconcile.publishreport import PublishReport


def publish_tag(
    connection: Connection, tag: str, *, options: PublishOptions, tell: Callable[[str], None]
) -> Published | None:
    """Publish the release of a tag; None when the tag is not one of this repository's releases.

    Args:
        connection: The clone and its repository.
        tag: The tag.
        options: What somebody asked for beside the configuration at the tag.
        tell: Hears what happens.

    Raises:
        CheckError: A workflow before it failed, the build failed, or the files are not fit to be published.
        ConflictError: The tag, its commit's files, the release or an index contradict each other.
        UsageError: There is no such tag.
    """
    run = open_run(connection, tag, options=options, tell=tell)
    return run.run() if run else None


def plan_tag(connection: Connection, tag: str, *, options: PublishOptions) -> Plan | None:
    """Plan what is missing of the release of a tag; None when the tag is not one of this repository's releases.

    Raises:
        ConflictError: As in `publish_tag`.
        UsageError: There is no such tag.
    """
    run = open_run(connection, tag, options=options, tell=keep_quiet)
    return run.plan() if run else None


def open_run(
    connection: Connection, tag: str, *, options: PublishOptions, tell: Callable[[str], None]
) -> PublishRun | None:
    """Open the publishing of the release of a tag; None when the tag is not one of this repository's releases."""
    wanted = find_wanted(connection, tag)
    if wanted is None:
        return None

    def build(out: Path) -> object:
        tagged = Tagged(tag, str(wanted.version))
        return build_tree(
            connection.git, wanted.tree, out, surroundings=connection.surroundings, tagged=tagged, tell=tell
        )

    return PublishRun(connection, wanted, options=options, build=build, tell=tell)


def find_wanted(connection: Connection, tag: str) -> Wanted | None:
    """Find the release that a tag names; None when it names none of this repository's.

    Raises:
        ConflictError: The tag and the files at its commit name different versions.
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
    return Wanted(tree, tag, version, forest.config, _read_templates(connection.git, forest))


def _read_templates(git: Git, forest: Forest) -> dict[str, str]:
    if not forest.config.announce.template:
        return {}
    from pilotage.domains.template import template_paths  # noqa: PLC0415 - Jinja; few repositories have any

    return read_texts(git, forest.commit, template_paths(forest.config))


def publish_folder(
    surroundings: Surroundings, options: PublishOptions, *, tell: Callable[[str], None]
) -> tuple[PublishReport, ...]:
    """Put the absent files of a folder on the indexes, one after the other; built first where there is no folder.

    Args:
        surroundings: Where the command stands.
        options: The folder, `dist` when it is left out, and the indexes.
        tell: Hears what happens.

    Returns:
        What each index got, in the order of the uploads.

    Raises:
        CheckError: The build failed, or the files are not fit to be published.
        ConflictError: An index contradicts the files; none got anything.
        RemoteError: What an index holds cannot be known, or it refused a file.
        UsageError: There is no index, or there are no credentials.
    """
    rules, publishers = _open_folder(surroundings, options, tell=tell)
    folder = options.dist or _DIST
    if folder.is_dir():
        check_folder(folder, publishers, surroundings=surroundings, rules=rules, version=None, tell=tell)
    else:
        build_head(surroundings, folder, tell=tell)
    dists, _, _ = read_folder(folder)
    # every index is looked at before the first one gets anything
    plans = [(publisher, publisher.decide(dists)) for publisher in publishers]
    for publisher, plan in plans:
        if plan.uploads:
            publisher.expect_credentials()
    return tuple(publisher.publish(folder) if plan.uploads else publisher.report(dists) for publisher, plan in plans)


def plan_folder(surroundings: Surroundings, options: PublishOptions) -> Plan:
    """Plan the uploads of a folder of built files.

    Raises:
        ConflictError: An index contradicts the files.
        RemoteError: What an index holds cannot be known.
    """
    _, publishers = _open_folder(surroundings, options, tell=keep_quiet)
    steps = tuple(step for publisher in publishers for step in publisher.plan(options.dist or _DIST))
    return Plan(surroundings.environment.get("GITHUB_REPOSITORY", ""), branch="", head="", steps=steps)


_DIST = Path("dist")


def _open_folder(
    surroundings: Surroundings, options: PublishOptions, *, tell: Callable[[str], None]
) -> tuple[PublishRules, tuple[Publisher, ...]]:
    rules = read_rules(surroundings, is_needed=not options.indexes)
    names = options.indexes or rules.index_names
    if not names:
        raise UsageError(
            "[tool.pilotage.publish] index is empty: this package never sees an index",
            hint="Name one with --index to publish it all the same.",
        )
    return rules, open_publishers(surroundings, names, rules=rules, tell=tell)


def read_rules(surroundings: Surroundings, *, is_needed: bool = False) -> PublishRules:
    """Read what the checked-out commit says of publishing; outside a repository nothing is said.

    Args:
        surroundings: Where the command stands.
        is_needed: Whether there must be a repository.

    Raises:
        ConfigError: The configuration cannot be understood.
        UsageError: There is no repository, and it is needed.
    """
    git = Git(surroundings.repo)
    if not is_needed and not is_repository(git):
        return PublishRules()
    return read_start(git, git.head(), config_path=surroundings.config_path).config.publish
