"""The unreleased history of a commit: what the last release was, which commits follow, which of them set a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from packaging.version import InvalidVersion, Version

from pilotage.domains.versionfiles.project import read_project
from pilotage.errors import ConfigError, ConflictError
from pilotage.model.history import TagElsewhere
from pilotage.model.snapshot import LastRelease
from pilotage.model.version import TagFormat
from pilotage.reconcile.tree import Tree, find_baseline, read_texts

if TYPE_CHECKING:
    from pilotage.model.commit import Commit
    from pilotage.providers.git import Git


class History(msgspec.Struct, frozen=True):
    """What follows the last tagged release.

    Args:
        tree: The head's files, the tag format filled in.
        base: The last tagged release; None before the first one.
        commits: The commits after it, newest first.
        raised_in: The commit after it in which the head's version was set; empty when there is none.
        tag_elsewhere: Where the tag of the head's version is, when the head does not contain it; else empty.
    """

    tree: Tree
    base: LastRelease | None
    commits: tuple[Commit, ...]
    raised_in: str = ""
    tag_elsewhere: str = ""


def read_history(git: Git, tree: Tree) -> History:
    """Read the history of a head at the cost of its new commits.

    Raises:
        ConflictError: The head's version is lower than the last release.
    """
    tree, baseline = find_baseline(git, tree)
    elsewhere = ""
    if isinstance(baseline, TagElsewhere):
        elsewhere = baseline.sha
        tag_format = TagFormat.parse(tree.config.tag_format, name=tree.project.name)
        nearest = git.nearest_version_tag(tree.commit, tag_format)
        base = LastRelease(str(nearest[2]), nearest[1], nearest[0]) if nearest else None
    else:
        base = LastRelease(str(baseline.version), baseline.sha or "", baseline.tag) if baseline else None
    raised_in = _find_raise(git, tree, base)
    if base is None and raised_in and not elsewhere and _is_beyond_initial(tree):
        # No tag at all: the commit that set the version is the best witness of its release.
        base, raised_in = LastRelease(tree.project.version or "", raised_in), ""
    commits = tuple(git.read_commits(base.commit if base else None, tree.commit))
    return History(tree, base, commits, raised_in, elsewhere)


def _is_beyond_initial(tree: Tree) -> bool:
    return tree.project.version is not None and Version(tree.project.version) > Version(tree.config.initial_version)


def _find_raise(git: Git, tree: Tree, base: LastRelease | None) -> str:
    """Find the commit on the first-parent line in which the head's version was set; empty when it is the base's."""
    written = tree.project.version
    if written is None or (base is not None and Version(written) == Version(base.version)):
        return ""
    if base is not None and Version(written) < Version(base.version):
        raise ConflictError(
            f"{tree.project.source}: version {written} is lower than {base.version}, the last release "
            f"({base.tag or base.commit[:10]})",
            hint=f"Set a version of at least {base.version}; Pilotage never releases backwards.",
        )
    path = tree.project.source.split(" ", 1)[0].split(":", 1)[0]
    found = ""
    for commit in git.first_parent_version_commits(base.commit if base else None, tree.commit, (path,)):
        if version_at(git, commit) != Version(written):
            break
        found = commit
    return found


def version_at(git: Git, commit: str) -> Version | None:
    """Read the version at a commit; None when its files give none that can be read."""
    texts = read_texts(git, commit, ("pyproject.toml", "setup.cfg"))
    try:
        written = read_project(texts).version
        return Version(written) if written is not None else None
    except (ConfigError, InvalidVersion):
        return None
