"""The unreleased history of a commit: what the last release was, which commits follow, which of them set a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from packaging.version import InvalidVersion, Version

from pilotage.domains.versionfiles.declared import paths_of_declaration
from pilotage.domains.versionfiles.project import more_paths, read_project
from pilotage.errors import ConfigError, ConflictError
from pilotage.model.history import TagElsewhere
from pilotage.model.line import Line
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
        line: The branch's place among the branches that release.
        full_commits: The package's commits since the last full release, where the last one is a pre-release.
    """

    tree: Tree
    base: LastRelease | None
    commits: tuple[Commit, ...]
    raised_in: str = ""
    tag_elsewhere: str = ""
    line: Line = Line()
    full_commits: tuple[Commit, ...] | None = None


def read_history(git: Git, tree: Tree) -> History:
    """Read the history of a head that holds one package, at the cost of its new commits.

    Raises:
        ConflictError: The head's version is lower than the last release.
    """
    history = find_base(git, tree)
    commits = tuple(git.read_commits(history.base.commit if history.base else None, tree.commit))
    if tree.config.exclude_paths:
        commits = _without_excluded(git, commits, tree)
    return msgspec.structs.replace(history, commits=commits)


def find_base(git: Git, tree: Tree) -> History:
    """Find what a package's unreleased history follows, without its commits.

    Raises:
        ConflictError: The head's version is lower than the last release.
    """
    tree, baseline = find_baseline(git, tree)
    elsewhere, is_merged = "", False
    if isinstance(baseline, TagElsewhere):
        # A squash of a channel's branch brings the pre-release's number along, and not its tag.
        is_merged = bool(tree.config.channels) and Version(tree.project.version or "0").is_prerelease
        elsewhere = "" if is_merged else baseline.sha
        tag_format = TagFormat.parse(tree.config.tag_format, name=tree.project.name)
        nearest = git.nearest_version_tag(tree.commit, tag_format)
        base = LastRelease(str(nearest[2]), nearest[1], nearest[0]) if nearest else None
    else:
        base = LastRelease(str(baseline.version), baseline.sha or "", baseline.tag) if baseline else None
    raised_in = "" if is_merged else _find_raise(git, tree, base)
    if base is None and raised_in and not elsewhere and _is_beyond_initial(tree):
        # No tag at all: the commit that set the version is the best witness of its release.
        base, raised_in = LastRelease(tree.project.version or "", raised_in), ""
    return History(tree, base, (), raised_in, elsewhere)


def _without_excluded(git: Git, commits: tuple[Commit, ...], tree: Tree) -> tuple[Commit, ...]:
    """Leave out the commits that touch excluded files only."""
    from pilotage.domains.components.attribution import Attribution  # noqa: PLC0415 - few configurations need it
    from pilotage.model.component import Component  # noqa: PLC0415 - as above

    own = Component(None, ".", tree.config, tree.project)
    attribution = Attribution((own,), exclude_paths=tree.config.exclude_paths)
    files = git.read_changed_paths([commit.sha for commit in commits])
    return tuple(commit for commit in commits if attribution.touched(files.get(commit.sha)))


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
    found = ""
    for commit in git.first_parent_version_commits(base.commit if base else None, tree.commit, (tree.project.path,)):
        if version_at(git, commit, path=tree.path) != Version(written):
            break
        found = commit
    return found


def version_at(git: Git, commit: str, *, path: str = ".") -> Version | None:
    """Read a package's version at a commit; None when its files give none that can be read."""
    texts = read_texts(git, commit, paths_of_declaration(path))
    try:
        pointed_at = more_paths(texts, path=path)
        if pointed_at:
            texts |= read_texts(git, commit, pointed_at)
        written = read_project(texts, path=path).version
        return Version(written) if written is not None else None
    except (ConfigError, InvalidVersion):
        return None
