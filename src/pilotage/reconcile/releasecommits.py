"""The commits that ask for a tag and a release: merged release pull requests, and versions raised by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from pilotage.domains.changelog import read_newest_version
from pilotage.domains.changes import read_changes
from pilotage.domains.proposal import propose_release
from pilotage.errors import ConflictError
from pilotage.model.snapshot import ReleaseCommit
from pilotage.model.version import TagFormat
from pilotage.providers.gitremote import fetch_commits
from pilotage.providers.gitshallow import read_raw_parents
from pilotage.reconcile.history import version_at
from pilotage.reconcile.tree import read_texts, read_tree

if TYPE_CHECKING:
    from pilotage.model.remote import PullRequest
    from pilotage.providers.git import Git
    from pilotage.providers.github import GitHub, Sighting
    from pilotage.reconcile.history import History


class ReleaseCommits:
    """Reads the release commits of one branch.

    Args:
        git: The clone.
        github: The repository.
        branch: The target branch.
        remote: The remote's name in the clone, or its URL.
        config_path: The configuration's path in the repository.
    """

    def __init__(self, git: Git, github: GitHub, *, branch: str, remote: str, config_path: str) -> None:
        self._git = git
        self._github = github
        self._branch = branch
        self._remote = remote
        self._config_path = config_path

    def read(self, history: History, sighting: Sighting) -> tuple[ReleaseCommit, ...]:
        """Read them, oldest first.

        Raises:
            ConflictError: The tag of the head's version is elsewhere, and no commit asks for it.
            ConfigError: The version at one of them cannot be understood.
        """
        order = {commit.sha: place for place, commit in enumerate(history.commits)}
        base = history.base
        asked: dict[str, ReleaseCommit] = {}
        for pull in own_pulls(sighting, state="merged"):
            commit = pull.merge_commit
            if commit in order or (base is not None and commit == base.commit):
                asked[commit] = self._release_commit(history, sighting, commit, pull=pull)
        raised = history.raised_in
        if raised and not any(
            Version(a.version) == Version(history.tree.project.version or "0")
            for a in asked.values()
            if is_version(a.version)
        ):
            asked[raised] = self._release_commit(history, sighting, raised, pull=None)
        if history.tag_elsewhere and not asked:
            raise ConflictError(
                f"the tag of version {history.tree.project.version} is at {history.tag_elsewhere[:10]}, which "
                f"{self._branch} does not contain",
                hint="Delete the tag if it is a mistake, or raise the version; Pilotage never moves a tag.",
            )
        return tuple(sorted(asked.values(), key=lambda a: -order.get(a.commit, len(order))))

    def _release_commit(
        self, history: History, sighting: Sighting, commit: str, *, pull: PullRequest | None
    ) -> ReleaseCommit:
        base, config = history.base, history.tree.config
        is_base = base is not None and base.commit == commit
        if is_base and base is not None:
            version, path = base.version, config.changelog_path
        else:
            version, path = self._version_at(history, commit), config.changelog_path
        changelog = read_texts(self._git, commit, (path,)).get(path) if path else None
        tag_format = TagFormat.parse(config.tag_format, name=history.tree.project.name)
        tag = tag_format.render(version) if is_version(version) else ""
        return ReleaseCommit(
            commit=commit,
            version=version,
            previous_version=base.version if base is not None and not is_base else "",
            version_before=self._version_before(commit) if commit == history.tree.commit else "",
            changelog=changelog,
            pull_request=pull,
            tag_commit=self.where(tag, sighting) if tag else "",
            releases=tuple(
                sorted(
                    (node.to_record() for node in sighting.repository.releases.nodes if tag and node.tagName == tag),
                    key=lambda release: release.id,
                )
            ),
        )

    def _version_at(self, history: History, commit: str) -> str:
        tree = read_tree(self._git, commit, config_path=self._config_path)
        if tree.project.version is not None:
            return tree.project.version
        text = tree.files.get(tree.config.changelog_path)
        newest = read_newest_version(text) if text is not None else None
        base = history.base
        if newest is not None and (base is None or newest > Version(base.version)):
            return str(newest)
        before = tuple(self._git.read_commits(base.commit if base else None, commit))
        proposal = propose_release(
            read_changes(before, tree.config), project=tree.project, last_release=base, config=tree.config
        )
        return str(proposal.version or "")

    def _version_before(self, commit: str) -> str:
        """Read the version at a commit's first parent, fetched where a shallow clone ends before it."""
        parents = read_raw_parents(self._git, [commit]).get(commit, ())[:1]
        fetch_commits(self._git, parents, self._remote)
        before = version_at(self._git, parents[0]) if parents else None
        return str(before) if before is not None else ""

    def where(self, tag: str, sighting: Sighting) -> str:
        """Give the commit that a tag points at on GitHub; empty when there is no such tag."""
        if tag in sighting.tags:
            return sighting.tags[tag] or ""
        return self._github.tag_commit(tag) or ""


def is_version(text: str) -> bool:
    """Tell whether a text is a PEP 440 version."""
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def own_pulls(sighting: Sighting, *, state: str) -> list[PullRequest]:
    """Give the release branch's pull requests; one from a fork's branch of the same name is nobody's business here."""
    nodes = (sighting.repository.open if state == "open" else sighting.repository.merged).nodes
    return [node.to_record() for node in nodes if not node.isCrossRepository]
