"""The commits that ask for a tag and a release: merged release pull requests, and versions raised by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from packaging.version import InvalidVersion, Version

from pilotage.domains.askedfor import choose_asked, read_kept
from pilotage.domains.changelog import read_newest_version
from pilotage.domains.changes import read_changes
from pilotage.domains.proposal import propose_release
from pilotage.errors import ConflictError
from pilotage.model.snapshot import ReleaseCommit
from pilotage.model.version import TagFormat

if TYPE_CHECKING:
    from pilotage.domains.proposal import Proposal
    from pilotage.model.remote import PullRequest
    from pilotage.providers.github import GitHub
    from pilotage.providers.githublook import Sighting
    from pilotage.reconcile.history import History
    from pilotage.reconcile.past import Past
    from pilotage.reconcile.tree import Tree


class ReleaseCommits:
    """Reads the release commits of the packages of one branch.

    Args:
        github: The repository.
        past: The packages at earlier commits.
        branch: The target branch.
        sighting: What GitHub showed.
    """

    def __init__(self, github: GitHub, past: Past, *, branch: str, sighting: Sighting) -> None:
        self._github = github
        self._past = past
        self._branch = branch
        self._sighting = sighting

    def read(self, history: History, release_branch: str) -> tuple[ReleaseCommit, ...]:
        """Read those of one package, oldest first.

        Args:
            history: The package's history.
            release_branch: The branch behind its release pull request.

        Raises:
            ConflictError: The tag of the head's version is elsewhere, and no commit asks for it.
            ConfigError: The version at one of them cannot be understood.
        """
        order = {commit.sha: place for place, commit in enumerate(history.commits)}
        base = history.base
        asked: dict[str, ReleaseCommit] = {}
        for pull in self._sighting.branches[release_branch].pulls("merged"):
            commit = pull.merge_commit
            is_ours = commit in order or (base is not None and commit == base.commit)
            if (is_ours or self._is_silent_and_new(history, commit)) and self._is_release_of(history, pull):
                asked[commit] = self._release_commit(history, commit, pull=pull)
        raised = history.raised_in
        if raised and not any(
            Version(a.version) == Version(history.tree.project.version or "0")
            for a in asked.values()
            if is_version(a.version)
        ):
            asked[raised] = self._release_commit(history, raised, pull=None)
        if history.tag_elsewhere and not asked:
            raise ConflictError(
                f"the tag of version {history.tree.project.version} is at {history.tag_elsewhere[:10]}, which "
                f"{self._branch} does not contain",
                hint="Delete the tag if it is a mistake, or raise the version; Pilotage never moves a tag.",
            )
        return tuple(sorted(asked.values(), key=lambda a: -order.get(a.commit, len(order))))

    def _is_release_of(self, history: History, pull: PullRequest) -> bool:
        """Tell whether a merged release pull request released this package, and not only others."""
        tree, commit = history.tree, pull.merge_commit
        if tree.name is None or tree.config.separate_pull_requests:
            return True
        now, before = (self._past.find_at(sha, tree) for sha in (commit, self._past.parent_of(commit)))
        if now is None or before is None or _stated(now) != _stated(before):
            return now is not None
        if tree.config.changelog_path:
            # A first release has the version that the files had before, so the notes must tell.
            return _noted(now) != _noted(before)
        return _is_silent(history) and self._propose_at(history, commit, pull).version is not None

    def _is_silent_and_new(self, history: History, commit: str) -> bool:
        """Tell whether a commit may release a package without any of its files: one of the unreleased past."""
        return _is_silent(history) and self._past.is_new(commit, history)

    def _release_commit(self, history: History, commit: str, *, pull: PullRequest | None) -> ReleaseCommit:
        base, config = history.base, history.tree.config
        is_base = base is not None and base.commit == commit
        tree = None if is_base else self._past.tree_at(commit, history.tree)
        version = (
            self._version_at(history, tree, pull) if tree is not None else base.version if base is not None else ""
        )
        path = config.changelog_path
        files = tree.files if tree is not None else self._past.files_at(commit, (path,)) if path else {}
        tag_format = TagFormat.parse(config.tag_format, name=history.tree.project.name)
        tag = tag_format.render(version) if is_version(version) else ""
        return ReleaseCommit(
            commit=commit,
            version=version,
            previous_version=base.version if base is not None and not is_base else "",
            version_before=self._version_before(history.tree, commit) if commit == history.tree.commit else "",
            changelog=files.get(path) if path else None,
            pull_request=pull,
            tag_commit=self.where(tag) if tag else "",
            releases=tuple(
                sorted(
                    (node.to_record() for node in self._sighting.releases if tag and node.tagName == tag),
                    key=lambda release: release.id,
                )
            ),
        )

    def _version_at(self, history: History, tree: Tree, pull: PullRequest | None) -> str:
        stated = _stated(tree)
        if tree.project.version is not None:
            return stated
        base = history.base
        if stated and (base is None or Version(stated) > Version(base.version)):
            return stated
        return str(self._propose_at(history, tree.commit, pull).version or "")

    def _propose_at(self, history: History, commit: str, pull: PullRequest | None) -> Proposal:
        """Decide what a commit released, by what was unreleased there and asked for in its pull request."""
        config, before = history.tree.config, self._past.commits_before(commit, history)
        kept = read_kept(pull.body) if pull else {}
        current = history.base.version if history.base else ""
        asked = choose_asked({}, kept, name=history.tree.name or "", current=current)
        return propose_release(
            read_changes(before, config),
            project=history.tree.project,
            last_release=history.base,
            config=config,
            line=msgspec.structs.replace(history.line, asked=asked),
        )

    def _version_before(self, tree: Tree, commit: str) -> str:
        """Read the version at a commit's first parent."""
        before = self._past.find_at(self._past.parent_of(commit), tree)
        version = before.project.version if before is not None else None
        return str(Version(version)) if version is not None and is_version(version) else ""

    def where(self, tag: str) -> str:
        """Give the commit that a tag points at on GitHub; empty when there is no such tag."""
        if tag in self._sighting.tags:
            return self._sighting.tags[tag] or ""
        return self._github.tag_commit(tag) or ""


def _stated(tree: Tree) -> str:
    """Give the version that a package states at a commit: in its files, else as the newest in its changelog."""
    if tree.project.version is not None:
        return tree.project.version
    return _noted(tree)


def _noted(tree: Tree) -> str:
    """Give the newest version in a package's changelog at a commit; empty when there is none."""
    text = tree.files.get(tree.config.changelog_path)
    return str((read_newest_version(text) if text is not None else None) or "")


def _is_silent(history: History) -> bool:
    """Tell whether a release may leave no trace in a package's files: no notes, and no number that moves."""
    tree = history.tree
    is_unmoved = tree.project.version is None or history.base is None
    return tree.name is not None and not tree.config.changelog_path and is_unmoved


def is_version(text: str) -> bool:
    """Tell whether a text is a PEP 440 version."""
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True
