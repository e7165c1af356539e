"""What merging a pull request would mean: the base branch's unreleased changes, and the code on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import ConfigError, ConflictError, UsageError
from pilotage.model.api import ApiNotCompared
from pilotage.model.mergepreview import MergeBase
from pilotage.providers.api import compare_commits
from pilotage.providers.gitremote import fetch_commits
from pilotage.reconcile.forest import read_forest
from pilotage.reconcile.histories import ensure_history, read_histories, touched_trees

if TYPE_CHECKING:
    from pilotage.model.api import ApiReport
    from pilotage.model.config import Config
    from pilotage.reconcile.bootstrap import Connection


class Base(msgspec.Struct, frozen=True):
    """The base branch as a package.

    Args:
        config: The configuration, the tag format filled in.
        merge: What a pull request would be merged into.
        name: The component's name; None for a repository that is released as one.
    """

    config: Config
    merge: MergeBase
    name: str | None = None


def observe_bases(connection: Connection, files: tuple[str, ...]) -> tuple[Base, ...] | str:
    """Look at the base branch's history, of each package that a pull request touches.

    Where the files cannot be read as a package, or no package is touched, the answer says so: a repository that only
    checks titles has no version anywhere, and a pull request that mends a broken file must be checked too.

    Args:
        connection: The clone and its repository.
        files: The paths that the pull request changes; empty when unknown, which means all packages.

    Raises:
        RemoteError: The remote refused or is out of reach.
    """
    git, remote = connection.git, connection.remote
    try:
        head = git.fetch_branch(connection.branch, remote=remote)
        forest = read_forest(git, head, config_path=connection.surroundings.config_path)
        ensure_history(git, forest, remote=remote)
        histories = read_histories(git, forest, connection.target)
    except (ConfigError, ConflictError, UsageError) as error:
        return error.message
    touched = touched_trees(forest, files or None)
    web_url = connection.github.web_url
    bases = tuple(
        Base(
            h.tree.config,
            MergeBase(h.tree.project, h.commits, h.base, web_url, line=h.line, full_commits=h.full_commits),
            h.tree.name,
        )
        for h in histories
        if h.tree.path in touched
    )
    return bases or "the pull request touches no package, so nothing is released for its sake"


def observe_api(connection: Connection, base: str, head: str) -> ApiReport:
    """Compare the public API where a pull request parted from its base with what it ends with; nothing is run.

    Raises:
        RemoteError: GitHub or the remote refused or is out of reach.
    """
    parted = connection.github.merge_base(base, head)
    try:
        fetch_commits(connection.git, [parted, head], connection.remote)
        return compare_commits(connection.git, parted, head, cache=connection.surroundings.cache)
    except UsageError as error:
        return ApiNotCompared(error.message)
