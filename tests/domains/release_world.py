"""A small world of releases for the planners' tests, and what a world becomes when a plan's steps are applied."""

from __future__ import annotations

import msgspec

from pilotage.domains.release_pr import TREE_TRAILER
from pilotage.model.commit import Commit
from pilotage.model.config import Config
from pilotage.model.project import Project
from pilotage.model.remote import PullRequest, Release, ReleaseBranch
from pilotage.model.snapshot import LastRelease, ReleaseCommit, Snapshot
from pilotage.model.step import (
    ClosePullRequest,
    CreateRelease,
    CreateTag,
    DeleteBranch,
    EditPullRequest,
    Notice,
    OpenPullRequest,
    RemoveDraft,
    Step,
    UpdateBranch,
)

HEAD, OLD, NEW_HEAD, OUR_COMMIT, TREE = ("a" * 40, "b" * 40, "c" * 40, "d" * 40, "e" * 40)
BRANCH = "pilotage/release-main"
SOURCE = "pyproject.toml [project]"


def pyproject(version: str) -> str:
    return f'[project]\nname = "demo"\nversion = "{version}"\n'


def commit(message: str, number: int = 1) -> Commit:
    return Commit(f"{number:040x}", message)


def world(*messages: str, version: str = "1.2.0", config: Config | None = None) -> Snapshot:
    """Give a repository whose version 1.2.0 is out, with some commits since."""
    return Snapshot(
        repository="acme/demo",
        web_url="https://github.example/acme/demo",
        branch="main",
        head=HEAD,
        today="2026-11-22",
        config=config or Config(tag_format="v{version}"),
        project=Project("demo", version, SOURCE),
        files={"pyproject.toml": pyproject(version), "CHANGELOG.md": "# Changelog\n\n## 1.2.0 (2026-10-01)\n\n* old\n"},
        last_release=LastRelease("1.2.0", OLD, "v1.2.0"),
        commits=tuple(commit(message, number) for number, message in enumerate(messages, start=1)),
    )


def asked(version: str = "1.3.0", *, merged: bool = True, commit: str = HEAD) -> ReleaseCommit:
    """Give a commit that asks for its release."""
    pull = PullRequest(7, f"chore(release): {version}", "", "merged", merge_commit=commit)
    return ReleaseCommit(
        commit,
        version,
        previous_version="1.2.0",
        changelog=f"# Changelog\n\n## {version} (2026-11-22)\n\n### Features\n\n* fly\n\n## 1.2.0\n\n* old\n",
        pull_request=pull if merged else None,
    )


def steps_of(planned: list[Step | Notice]) -> list[Step]:
    return [one for one in planned if not isinstance(one, Notice)]


def notices_of(planned: list[Step | Notice]) -> list[Notice]:
    return [one for one in planned if isinstance(one, Notice)]


def after(snapshot: Snapshot, planned: list[Step | Notice]) -> Snapshot:
    """Give the snapshot that a look would show after the steps."""
    for step in planned:
        snapshot = _after_one(snapshot, step)
    return snapshot


def _after_one(snapshot: Snapshot, step: Step | Notice) -> Snapshot:  # noqa: PLR0911 - one arm a step
    replace = msgspec.structs.replace
    match step:
        case UpdateBranch():
            files = snapshot.files | {edit.path: edit.text for edit in step.files}
            message = f"{step.message}\n\n{TREE_TRAILER}{TREE}"
            made = ReleaseBranch(step.branch, OUR_COMMIT, TREE, (step.base,), message, files)
            return replace(snapshot, release_branch=made)
        case OpenPullRequest():
            return replace(snapshot, pull_request=PullRequest(9, step.title, step.body, "open"))
        case EditPullRequest():
            return replace(snapshot, pull_request=PullRequest(step.number, step.title, step.body, "open"))
        case ClosePullRequest():
            return replace(snapshot, pull_request=None)
        case DeleteBranch():
            return replace(snapshot, release_branch=None)
        case CreateTag() | CreateRelease() | RemoveDraft():
            return replace(snapshot, release_commits=tuple(_released(one, step) for one in snapshot.release_commits))
        case _:
            return snapshot


def _released(one: ReleaseCommit, step: CreateTag | CreateRelease | RemoveDraft) -> ReleaseCommit:
    replace = msgspec.structs.replace
    match step:
        case CreateTag():
            return replace(one, tag_commit=step.commit) if one.commit == step.commit else one
        case CreateRelease():
            made = Release(5, step.tag, step.name, step.body, is_draft=step.is_draft, is_prerelease=step.is_prerelease)
            return replace(one, releases=(*one.releases, made)) if one.commit == step.commit else one
        case RemoveDraft():
            return replace(one, releases=tuple(release for release in one.releases if release.id != step.id))
