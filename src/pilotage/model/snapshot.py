"""The snapshot: the world as it was seen, frozen. Plans are functions of it."""

from __future__ import annotations

import msgspec

from pilotage.model.commit import Author, Commit
from pilotage.model.component import Component
from pilotage.model.config import Config
from pilotage.model.line import Line
from pilotage.model.project import Project
from pilotage.model.remote import PullRequest, Release, ReleaseBranch


class LastRelease(msgspec.Struct, frozen=True):
    """The release that the unreleased changes follow.

    Args:
        version: Its version, as the tree or the tag says.
        commit: Its commit.
        tag: Its tag; empty when there is none (yet).
    """

    version: str
    commit: str
    tag: str = ""


class ReleaseCommit(msgspec.Struct, frozen=True):
    """A commit in which a version was set and that asks for its tag and its release.

    Args:
        commit: The commit on the target branch.
        version: The version in its tree, as written; for a dynamic version the one that the pull request proposed.
        previous_version: The version of the release before; empty for a first release.
        version_before: The version that the files had before this commit; empty when unknown, or when this is not the
            head of its branch.
        changelog: The changelog at this commit; None when there is none.
        pull_request: The merged release pull request; None when a person raised the version.
        tag_commit: Where the version's tag points; empty when there is no such tag.
        releases: The releases that name the tag, oldest first.
    """

    commit: str
    version: str
    previous_version: str = ""
    changelog: str | None = None
    pull_request: PullRequest | None = None
    tag_commit: str = ""
    releases: tuple[Release, ...] = ()
    version_before: str = ""


class Snapshot(msgspec.Struct, frozen=True):
    """Everything that the release flows decide on.

    Args:
        repository: `owner/name`.
        web_url: The repository's page, without a final slash.
        branch: The target branch.
        head: The commit it points at.
        today: The date, ISO 8601, UTC.
        config: The configuration at the head.
        project: The package at the head.
        files: The files that a release may write, at the head: path to text.
        last_release: What the unreleased commits follow; None before the first release.
        commits: The commits since then, newest first, with their pull requests.
        release_branch: The release branch, if there is one.
        pull_request: The open release pull request, if there is one.
        release_commits: The commits that ask for a tag and a release, oldest first.
        next_tag_commit: Where the tag of the version that would come next points; empty when it is free.
        name: The component's name; None for a repository that is released as one.
        path: The package's folder; "." for the root.
        line: The branch's place among the branches that release.
        full_commits: The commits since the last full release, with their pull requests, where the last release of any
            kind is a pre-release; None elsewhere.
        newcomers: The authors whose first commits are among the unreleased ones.
    """

    repository: str
    web_url: str
    branch: str
    head: str
    today: str
    config: Config
    project: Project
    files: dict[str, str]
    last_release: LastRelease | None = None
    commits: tuple[Commit, ...] = ()
    release_branch: ReleaseBranch | None = None
    pull_request: PullRequest | None = None
    release_commits: tuple[ReleaseCommit, ...] = ()
    next_tag_commit: str = ""
    name: str | None = None
    path: str = "."
    line: Line = Line()
    full_commits: tuple[Commit, ...] | None = None
    newcomers: tuple[Author, ...] = ()


class Scene(msgspec.Struct, frozen=True):
    """All packages of a repository at one moment.

    Args:
        snapshots: One for each package, in the order of their folders; one without a name for a repository that is
            released as one.
        config: `[tool.pilotage]` as it stands, where those of the snapshots are what holds for each package.
        components: All components, those too that are never released; empty for a repository that is released as one.
        templates: The texts of the templates that the configuration names, by path.
    """

    snapshots: tuple[Snapshot, ...]
    config: Config
    components: tuple[Component, ...] = ()
    templates: dict[str, str] = {}
