"""Looking at the world: git's history, and in one request everything that GitHub knows about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from packaging.version import Version

from pilotage.domains.changes import read_changes
from pilotage.domains.proposal import propose_release
from pilotage.domains.release_pr import release_branch_name
from pilotage.domains.versionfiles.project import paths_to_read
from pilotage.errors import DriftError, RemoteError
from pilotage.model.commit import Author, Commit
from pilotage.model.remote import ReleaseBranch
from pilotage.model.snapshot import LastRelease, ReleaseCommit, Snapshot
from pilotage.model.version import TagFormat
from pilotage.providers.github import pull_request_of
from pilotage.reconcile.history import History, read_history
from pilotage.reconcile.releasecommits import ReleaseCommits, is_version, own_pulls
from pilotage.reconcile.tree import Tree, read_texts, read_tree

if TYPE_CHECKING:
    from pilotage.providers.git import Git
    from pilotage.providers.github import GitHub, Sighting
    from pilotage.providers.githubanswers import CommitNode

_LOOKS = 3
"""How often the picture is taken anew when the branch moves, or GitHub's lists contradict git."""


class World(msgspec.Struct, frozen=True):
    """The snapshot, and what apply needs beside it.

    Args:
        snapshot: What plans are made from.
        repository_id: The repository's node id.
        can_see_drafts: Whether the token may see drafts.
    """

    snapshot: Snapshot
    repository_id: str
    can_see_drafts: bool


class Observer:
    """Looks at one branch of one repository.

    Args:
        git: The clone.
        github: The repository.
        branch: The target branch.
        today: The date, ISO 8601, UTC.
        remote: The remote's name in the clone, or its URL.
        config_path: The configuration's path in the repository.
    """

    def __init__(
        self,
        git: Git,
        github: GitHub,
        *,
        branch: str,
        today: str,
        remote: str = "origin",
        config_path: str = "pyproject.toml",
    ) -> None:
        self._git = git
        self._github = github
        self._branch = branch
        self._today = today
        self._remote = remote
        self._config_path = config_path
        self._asked = ReleaseCommits(git, github, branch=branch, remote=remote, config_path=config_path)

    def observe(self) -> World:
        """Look at everything that the release flows decide on.

        Raises:
            RemoteError: GitHub or the remote refused or stayed out of reach.
            ConfigError: The configuration or a version file cannot be understood.
            ConflictError: The version and the tags contradict each other.
            DriftError: The branch kept moving while it was looked at.
        """
        for look in range(_LOOKS):
            head = self._git.fetch_branch(self._branch, remote=self._remote)
            tree = read_tree(self._git, head, config_path=self._config_path)
            self._git.ensure_history(
                self._tags_to_find(tree.project.version, tree.config.tag_format, tree.project.name),
                head,
                remote=self._remote,
            )
            history = read_history(self._git, tree)
            sighting = self._sight(history)
            seen = sighting.repository.branch
            if seen is None:
                raise RemoteError(
                    f"{self._github.repository}: GitHub shows no branch {self._branch!r}",
                    hint="Name the release branch, or check the token's permissions.",
                )
            if seen.target.oid != head:
                continue
            if look == 0 and self._contradicts(history, sighting):
                continue
            return self._compose(history, sighting)
        raise DriftError(
            f"{self._branch} kept moving while Pilotage looked at it", hint="Run again; nothing was changed."
        )

    @staticmethod
    def _tags_to_find(version: str | None, spelling: str, name: str) -> tuple[str, ...]:
        if version is None:
            return ()
        spellings = (spelling,) if spelling else ("v{version}", "{version}")
        return tuple(TagFormat.parse(text, name=name).render(version) for text in spellings)

    def _sight(self, history: History) -> Sighting:
        tree = history.tree
        tag_format = TagFormat.parse(tree.config.tag_format, name=tree.project.name)
        tags = [] if tree.project.version is None else [tag_format.render(tree.project.version)]
        proposal = propose_release(
            read_changes(history.commits, tree.config),
            project=tree.project,
            last_release=history.base,
            config=tree.config,
        )
        tags += [proposal.tag] if proposal.tag and proposal.tag not in tags else []
        tags += [history.base.tag] if history.base and history.base.tag and history.base.tag not in tags else []
        return self._github.observe(
            self._branch,
            release_branch_name(self._branch),
            tags=tags,
            commits=[commit.sha for commit in history.commits],
        )

    def _contradicts(self, history: History, sighting: Sighting) -> bool:
        """Tell whether git shows a raised version whose release pull request GitHub's lists do not know (yet).

        A version that was raised before the release branch was made cannot have come from it.
        """
        raised, branch = history.raised_in, sighting.repository.releaseBranch
        if not raised or any(pull.merge_commit == raised for pull in own_pulls(sighting, state="merged")):
            return False
        parents = branch.target.parents.nodes if branch and branch.target.parents else []
        below = [parent.oid for parent in parents if self._git.resolve(parent.oid) is not None]
        return not any(self._git.is_ancestor(raised, commit) for commit in below)

    def _compose(self, history: History, sighting: Sighting) -> World:
        tree = history.tree
        asked = self._asked.read(history, sighting)
        last = _last_release(history, asked)
        commits = history.commits
        if last is not None and (history.base is None or last.commit != history.base.commit):
            after = {commit.sha for commit in self._git.read_commits(last.commit, tree.commit)}
            commits = tuple(commit for commit in commits if commit.sha in after)
        commits = tuple(_enrich(commit, sighting.commits.get(commit.sha)) for commit in commits)
        merged = {pull.number for pull in own_pulls(sighting, state="merged")}
        open_pulls = [pull for pull in own_pulls(sighting, state="open") if pull.number not in merged]
        snapshot = Snapshot(
            repository=self._github.repository,
            web_url=self._github.web_url,
            branch=self._branch,
            head=tree.commit,
            today=self._today,
            config=tree.config,
            project=tree.project,
            files=tree.files,
            last_release=last,
            commits=commits,
            release_branch=self._release_branch(sighting, tree),
            pull_request=open_pulls[0] if open_pulls else None,
            release_commits=asked,
        )
        snapshot = msgspec.structs.replace(snapshot, next_tag_commit=self._next_tag(snapshot, sighting))
        return World(
            snapshot,
            repository_id=sighting.repository.id,
            can_see_drafts=sighting.repository.viewerPermission != "READ",
        )

    def _next_tag(self, snapshot: Snapshot, sighting: Sighting) -> str:
        proposal = propose_release(
            read_changes(snapshot.commits, snapshot.config),
            project=snapshot.project,
            last_release=snapshot.last_release,
            config=snapshot.config,
        )
        return self._asked.where(proposal.tag, sighting) if proposal.tag else ""

    def _release_branch(self, sighting: Sighting, tree: Tree) -> ReleaseBranch | None:
        ref = sighting.repository.releaseBranch
        if ref is None:
            return None
        name, target = release_branch_name(self._branch), ref.target
        if self._git.resolve(target.oid) is None:
            self._git.fetch_branch(name, remote=self._remote)
        # What the fetch brought may be newer than what GitHub showed; the next look sees it then.
        is_here = self._git.resolve(target.oid) is not None
        return ReleaseBranch(
            name=name,
            head=target.oid,
            tree=target.tree.oid if target.tree else "",
            parents=tuple(node.oid for node in target.parents.nodes) if target.parents else (),
            message=target.message,
            files=read_texts(self._git, target.oid, paths_to_read(tree.config)) if is_here else {},
            base=tree.commit if is_here and self._git.is_ancestor(tree.commit, target.oid) else "",
        )


def _last_release(history: History, asked: tuple[ReleaseCommit, ...]) -> LastRelease | None:
    """Give what the unreleased changes follow: the newest commit that asks for its release, else the last tag."""
    tree = history.tree
    tag_format = TagFormat.parse(tree.config.tag_format, name=tree.project.name)
    for one in reversed(asked):
        is_asked = one.pull_request is not None or tree.config.release_on == "version" or bool(one.tag_commit)
        if is_asked and is_version(one.version):
            return LastRelease(one.version, one.commit, tag_format.render(Version(one.version)))
    return history.base


def _enrich(commit: Commit, node: CommitNode | None) -> Commit:
    if node is None:
        return commit
    login = node.author.user.login if node.author and node.author.user else commit.author.login
    return msgspec.structs.replace(
        commit, author=Author(commit.author.name, login), pull_request=pull_request_of(node, commit.sha)
    )
