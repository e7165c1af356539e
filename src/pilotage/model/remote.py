"""What GitHub shows: branches, pull requests and releases."""

from __future__ import annotations

import re
from typing import Literal

import msgspec


class ReleaseBranch(msgspec.Struct, frozen=True):
    """The branch behind the release pull request.

    Args:
        name: Its name without `refs/heads/`.
        head: The commit it points at.
        tree: That commit's tree.
        parents: That commit's parents.
        message: That commit's message.
        files: The files that a release may write, as they are on it: path to text.
        base: The target branch's head when it holds that; else empty.
        is_spent: Whether a merged pull request ended with exactly this commit: nothing on it is still to be merged.
    """

    name: str
    head: str
    tree: str
    parents: tuple[str, ...]
    message: str
    files: dict[str, str] = {}
    base: str = ""
    is_spent: bool = False


class PullRequest(msgspec.Struct, frozen=True):
    """A pull request of the release branch.

    Args:
        number: Its number.
        title: Its title.
        body: Its body with LF line ends.
        state: Where it stands.
        url: Its page.
        merge_commit: The commit on the target branch that merged it; empty while it is not merged.
        head: The last commit of its own branch; empty when unknown.
    """

    number: int
    title: str
    body: str
    state: Literal["open", "closed", "merged"]
    url: str = ""
    merge_commit: str = ""
    head: str = ""


_ODD = re.compile(r"[^A-Za-z0-9._+@-]")


def spell_asset(name: str) -> str:
    """Spell a file's name as GitHub does when it is attached to a release: what it does not take becomes a dot.

    Names of built files stay as they are, but for the `!` of a version's epoch.
    """
    return _ODD.sub(".", name).strip(".")


class Asset(msgspec.Struct, frozen=True):
    """A file attached to a release (https://docs.github.com/rest/releases/assets).

    Args:
        id: Its number in the REST API.
        name: Its name.
        size: Its size in bytes.
        sha256: Its digest, lower-case hex; empty when GitHub does not say.
        is_whole: Whether its upload was completed; one that broke off must be deleted before it is sent again.
    """

    id: int
    name: str
    size: int
    sha256: str = ""
    is_whole: bool = True


class Release(msgspec.Struct, frozen=True):
    """A release on GitHub (https://docs.github.com/rest/releases/releases).

    Args:
        id: Its number in the REST API.
        tag: The tag's name; a draft may name a tag that does not exist.
        name: Its title.
        body: Its notes with LF line ends.
        is_draft: Whether only people who may write see it.
        is_prerelease: Whether it is marked as a pre-release.
        url: Its page.
        assets: How many files are attached to it.
        files: Those files, where they were asked for.
        is_immutable: Whether its files and its tag can no longer be changed; its title and notes still can.
        upload_url: Where files are sent to, without the template at its end; empty when unknown.
        published_at: When it was published, ISO 8601, UTC; empty for a draft.
    """

    id: int
    tag: str
    name: str
    body: str
    is_draft: bool
    is_prerelease: bool = False
    url: str = ""
    assets: int = 0
    files: tuple[Asset, ...] = ()
    is_immutable: bool = False
    upload_url: str = ""
    published_at: str = ""


class WorkflowRun(msgspec.Struct, frozen=True):
    """A run of a workflow (https://docs.github.com/rest/actions/workflow-runs).

    Args:
        id: Its number.
        event: What started it: `push`, `workflow_dispatch`, …
        ref: The branch or tag that it runs on.
        commit: The commit that it runs on.
        is_done: Whether it has ended.
        conclusion: How it ended: `success`, `failure`, `cancelled`, …; empty while it has not.
        url: Its page.
        created_at: When it was started, ISO 8601, UTC.
        node_id: Its node id in GraphQL, by which many runs are watched in one request; empty when unknown.
    """

    id: int
    event: str
    ref: str
    commit: str
    is_done: bool
    conclusion: str = ""
    url: str = ""
    created_at: str = ""
    node_id: str = ""
