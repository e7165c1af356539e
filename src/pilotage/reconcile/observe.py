"""Looking at the world: git's history, and in one request everything that GitHub knows about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from packaging.version import Version

from pilotage.domains.askedfor import choose_asked, read_kept, refuse_strangers
from pilotage.domains.proposals import propose_all
from pilotage.domains.releasetext import release_branch_of
from pilotage.errors import DriftError, RemoteError
from pilotage.model.commit import Author, Commit
from pilotage.model.snapshot import LastRelease, ReleaseCommit, Scene
from pilotage.model.version import TagFormat
from pilotage.providers.github import pull_request_of
from pilotage.providers.githubqueries import Wanted
from pilotage.reconcile.forest import read_all_files, read_forest
from pilotage.reconcile.histories import ensure_history, read_histories
from pilotage.reconcile.past import Past
from pilotage.reconcile.releasebranches import ReleaseBranches
from pilotage.reconcile.releasecommits import ReleaseCommits, is_version
from pilotage.reconcile.scenes import Place, compose_scene

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pilotage.providers.git import Git
    from pilotage.providers.github import GitHub
    from pilotage.providers.githubanswers import CommitNode
    from pilotage.providers.githublook import Sighting
    from pilotage.reconcile.forest import Forest
    from pilotage.reconcile.history import History
    from pilotage.reconcile.lines import Target

_MOST_AUTHORS = 50
"""Whose past one look asks for; a release of so many people welcomes nobody by name."""

_LOOKS = 3
"""How often the picture is taken anew when the branch moves, or GitHub's lists contradict git."""


class World(msgspec.Struct, frozen=True):
    """The scene, and what apply needs beside it.

    Args:
        scene: What plans are made from.
        repository_id: The repository's node id.
        can_see_drafts: Whether the token may see drafts.
    """

    scene: Scene
    repository_id: str
    can_see_drafts: bool


class Observer:
    """Looks at one branch of one repository.

    Args:
        git: The clone.
        github: The repository.
        target: The branch.
        remote: The remote's name in the clone, or its URL.
        config_path: The configuration's path in the repository.
        asked: The versions that the run's input asks for, by package; see `read_asked`.
    """

    def __init__(
        self,
        git: Git,
        github: GitHub,
        *,
        target: Target,
        remote: str = "origin",
        config_path: str = "pyproject.toml",
        asked: Mapping[str, str] | None = None,
    ) -> None:
        self._git = git
        self._github = github
        self._target = target
        self._place = Place(github.repository, github.web_url, target.name, target.today)
        self._asked = asked or {}
        self._remote = remote
        self._config_path = config_path

    def observe(self) -> World:
        """Look at everything that the release flows decide on.

        Raises:
            RemoteError: GitHub or the remote refused or stayed out of reach.
            ConfigError: The configuration or a version file cannot be understood.
            ConflictError: The version and the tags contradict each other.
            UsageError: A version is asked for a package that is not there.
            DriftError: The branch kept moving while it was looked at.
        """
        branch = self._place.branch
        for look in range(_LOOKS):
            head = self._git.fetch_branch(branch, remote=self._remote)
            forest = read_forest(self._git, head, config_path=self._config_path)
            ensure_history(self._git, forest, remote=self._remote)
            forest = read_all_files(self._git, forest)
            histories = read_histories(self._git, forest, self._with_tags(forest))
            scene = compose_scene(forest, histories, self._place)
            refuse_strangers(self._asked, {snapshot.name or "" for snapshot in scene.snapshots})
            sighting = self._sight(scene, histories)
            seen = sighting.repository.branch
            if seen is None:
                raise RemoteError(
                    f"{self._github.repository}: GitHub shows no branch {branch!r}",
                    hint="Name the release branch, or check the token's permissions.",
                )
            if seen.target.oid != head:
                continue
            branches = ReleaseBranches(self._git, sighting, histories, branch=branch, remote=self._remote)
            pairs = list(zip(scene.snapshots, histories, strict=True))
            if look == 0 and any(branches.contradicts(history, release_branch_of(one)) for one, history in pairs):
                continue
            return self._complete(scene, histories, sighting, branches)
        raise DriftError(f"{branch} kept moving while Pilotage looked at it", hint="Run again; nothing was changed.")

    def _with_tags(self, forest: Forest) -> Target:
        """Learn the tags of all branches where several release: a checkout may hold one branch's only."""
        if not (self._target.channels or forest.config.channels):
            return self._target
        return msgspec.structs.replace(self._target, tags=tuple(self._git.list_remote_tags(remote=self._remote)))

    def _sight(self, scene: Scene, histories: Sequence[History]) -> Sighting:
        proposals = propose_all(scene)
        tags: dict[str, None] = {}
        for history, proposal in zip(histories, proposals, strict=True):
            tags |= dict.fromkeys(_tags_to_look_up(history, proposal.tag))
        return self._github.observe(
            self._place.branch,
            Wanted(
                release_branches=tuple(dict.fromkeys(map(release_branch_of, scene.snapshots))),
                tags=tuple(tags),
                commits=tuple(dict.fromkeys(c.sha for h in histories for c in (*h.commits, *(h.full_commits or ())))),
                authors=tuple(_authors_to_look_up(histories)) if scene.config.notes.contributors != "off" else (),
            ),
        )

    def _complete(
        self, scene: Scene, histories: Sequence[History], sighting: Sighting, branches: ReleaseBranches
    ) -> World:
        """Complete what git showed by what GitHub showed."""
        trees = [history.tree for history in histories]
        past = Past(self._git, trees, remote=self._remote, config_path=self._config_path)
        release_commits = ReleaseCommits(self._github, past, branch=self._place.branch, sighting=sighting)
        after: dict[str, frozenset[str]] = {}
        snapshots = []
        for snapshot, history in zip(scene.snapshots, histories, strict=True):
            name = release_branch_of(snapshot)
            asked = release_commits.read(history, name)
            last = _last_release(history, asked)
            commits = history.commits
            if last is not None and (history.base is None or last.commit != history.base.commit):
                if last.commit not in after:
                    new = self._git.read_commits(last.commit, snapshot.head)
                    after[last.commit] = frozenset(commit.sha for commit in new)
                commits = tuple(commit for commit in commits if commit.sha in after[last.commit])
            pull = branches.open_pull(name)
            wish = choose_asked(
                self._asked,
                read_kept(pull.body) if pull else {},
                name=snapshot.name or "",
                current=last.version if last else "",
            )
            full = history.full_commits
            snapshots.append(
                msgspec.structs.replace(
                    snapshot,
                    line=msgspec.structs.replace(history.line, asked=wish),
                    full_commits=full and tuple(_enrich(c, sighting.commits.get(c.sha)) for c in full),
                    last_release=last,
                    commits=tuple(_enrich(commit, sighting.commits.get(commit.sha)) for commit in commits),
                    release_branch=branches.find(name),
                    pull_request=pull,
                    release_commits=asked,
                    newcomers=find_newcomers(history, sighting),
                )
            )
        scene = msgspec.structs.replace(scene, snapshots=tuple(snapshots))
        where = (release_commits.where(proposal.tag) if proposal.tag else "" for proposal in propose_all(scene))
        free = (
            msgspec.structs.replace(snapshot, next_tag_commit=at) if at else snapshot
            for snapshot, at in zip(snapshots, where, strict=True)
        )
        return World(
            msgspec.structs.replace(scene, snapshots=tuple(free)),
            repository_id=sighting.repository.id,
            can_see_drafts=sighting.repository.viewerPermission != "READ",
        )


def _tags_to_look_up(history: History, next_tag: str) -> Iterator[str]:
    tree = history.tree
    if tree.project.version is not None:
        yield TagFormat.parse(tree.config.tag_format, name=tree.project.name).render(tree.project.version)
    if next_tag:
        yield next_tag
    if history.base and history.base.tag:
        yield history.base.tag


def _authors_to_look_up(histories: Sequence[History]) -> list[tuple[str, str]]:
    """List who may be new since which release; nobody is where there was no release, or where too many would be."""
    pairs = {
        (history.base.commit, commit.email): None
        for history in histories
        if history.base
        for commit in history.commits
        if commit.email and not commit.author.name.endswith("[bot]")
    }
    return list(pairs) if len(pairs) <= _MOST_AUTHORS else []


def find_newcomers(history: History, sighting: Sighting) -> tuple[Author, ...]:
    """Give the authors whose first commits are unreleased, in the order of those commits, with their accounts."""
    base = history.base.commit if history.base else ""
    found: dict[str, Author] = {}
    for commit in reversed(history.commits):
        if (base, commit.email) in sighting.newcomers:
            found.setdefault(commit.email, _enrich(commit, sighting.commits.get(commit.sha)).author)
    return tuple(found.values())


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
