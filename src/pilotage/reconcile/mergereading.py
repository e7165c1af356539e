"""What merging a pull request would mean: the base branch's unreleased changes, and the code on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import ConfigError, ConflictError, UsageError
from pilotage.model.api import ApiNotCompared
from pilotage.model.mergepreview import MergeBase
from pilotage.model.version import TagFormat
from pilotage.providers.api import compare_commits
from pilotage.providers.gitremote import fetch_commits
from pilotage.reconcile.history import read_history
from pilotage.reconcile.tree import SPELLINGS, read_tree

if TYPE_CHECKING:
    from pilotage.model.api import ApiReport
    from pilotage.model.config import Config
    from pilotage.reconcile.bootstrap import Connection


class Base(msgspec.Struct, frozen=True):
    """The base branch as a package.

    Args:
        config: The configuration, the tag format filled in.
        merge: What a pull request would be merged into.
    """

    config: Config
    merge: MergeBase


def observe_base(connection: Connection) -> Base | str:
    """Look at the base branch's history; where its files cannot be read as a package, say why.

    A repository that only checks titles has no version anywhere, and a pull request that mends a broken file must be
    checked too: so this is an answer, and no failure.

    Raises:
        RemoteError: The remote refused or is out of reach.
    """
    git, remote = connection.git, connection.remote
    try:
        head = git.fetch_branch(connection.branch, remote=remote)
        tree = read_tree(git, head, config_path=connection.surroundings.config_path)
        version, name = tree.project.version, tree.project.name
        spellings = (tree.config.tag_format,) if tree.config.tag_format else SPELLINGS
        tags = [TagFormat.parse(text, name=name).render(version) for text in spellings] if version else []
        git.ensure_history(tags, head, remote=remote)
        history = read_history(git, tree)
    except (ConfigError, ConflictError, UsageError) as error:
        return error.message
    merge = MergeBase(history.tree.project, history.commits, history.base, connection.github.web_url)
    return Base(history.tree.config, merge)


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
