"""Downstream: the repositories that use a package, what they ask of it, and what becomes of them after a release."""

from __future__ import annotations

import enum
from typing import Literal

import msgspec

from pilotage.model.project import FileEdit
from pilotage.model.remote import PullRequest, ReleaseBranch, WorkflowRun
from pilotage.model.version import Version


class Wanted(msgspec.Struct, frozen=True):
    """The release that repositories shall follow, as far as reading their files needs it.

    Args:
        package: The package's normalised name (PEP 503).
        version: The released version.
        tag: Its tag.
        tag_prefix: What stands before the version in tags of the package, such as `v`.
        tag_suffix: What stands behind it.
        repository: The released repository with its server, lower case, as in `github.com/acme/demo`.
    """

    package: str
    version: Version
    tag: str
    tag_prefix: str = "v"
    tag_suffix: str = ""
    repository: str = ""


class Standing(enum.StrEnum):
    """What a place that asks for the package means for a version.

    `unpinned`: any version will do · `admits`: a range, or a branch of git, that the version satisfies · `current`:
    exactly this version · `exact`: exactly another, older one · `excludes`: a range that the version does not satisfy
    · `ahead`: it asks for something newer · `argument`: an argument of an image's build holds an older version, which
    a rebuild can be given anew · `kept`: pinned on purpose · `locked`: a lock file that holds another version ·
    `unclear`: it names the package in a way that cannot be read.
    """

    UNPINNED = "unpinned"
    ADMITS = "admits"
    CURRENT = "current"
    EXACT = "exact"
    EXCLUDES = "excludes"
    AHEAD = "ahead"
    ARGUMENT = "argument"
    KEPT = "kept"
    LOCKED = "locked"
    UNCLEAR = "unclear"


class Change(msgspec.Struct, frozen=True):
    """Characters of a file that give way to others.

    Args:
        start: The index of the first one in the file's text.
        end: The index after the last one; `start` for an insertion.
        text: What stands there afterwards.
    """

    start: int
    end: int
    text: str


class Reference(msgspec.Struct, frozen=True):
    """One place of a repository that asks for the package.

    Args:
        path: The file.
        line: The number of its line, from 1.
        standing: What it means for the released version.
        before: What it asks for, as people read it: `==1.2.3`, `>=1,<2`, `v1.2.3`, `1.2.3`; "" for anything.
        holder: What holds it, for people: `[project] dependencies`, `pip install`, `ARG DEMO_VERSION`, `uv.lock`.
        changes: What makes it ask for the released version; empty where nothing is to be done or it cannot be edited.
        why: Why it cannot be edited or read, or who keeps it and where that stands; "" for nothing to say.
    """

    path: str
    line: int
    standing: Standing
    before: str = ""
    holder: str = ""
    changes: tuple[Change, ...] = ()
    why: str = ""

    @property
    def place(self) -> str:
        """Name the place for people."""
        return f"{self.path} line {self.line}"


class Usage(msgspec.Struct, frozen=True):
    """What a repository as a whole asks of the package.

    Args:
        references: All places, by path and line; empty where the package is not used.
        edits: The files that make the repository ask for the released version, sorted by path.
        unread: Files that could not be read, and why: `name: why`.
    """

    references: tuple[Reference, ...] = ()
    edits: tuple[FileEdit, ...] = ()
    unread: tuple[str, ...] = ()


class Found(msgspec.Struct, frozen=True):
    """A repository as the first look shows it.

    Args:
        name: `OWNER/NAME` as GitHub spells it.
        id: Its node id.
        branch: Its default branch, or the one that was asked for; "" when it has none.
        head: The commit that the branch points at; "" when there is none.
        tree: That commit's tree.
        is_archived: Whether it is archived, locked or disabled: nothing in it can be changed.
        problem: Why nothing more is known of it, for people; "" when all is well.
    """

    name: str
    id: str = ""
    branch: str = ""
    head: str = ""
    tree: str = ""
    is_archived: bool = False
    problem: str = ""


class Sight(msgspec.Struct, frozen=True):
    """A repository that may use the package, as it was seen.

    Args:
        found: The repository.
        files: The files that may name the package: path to text.
        modes: Git's mode of each of them.
        unread: Files that could not be read, and why: `name: why`.
        update_branch: Our branch there with its own texts of `files`; None when there is none.
        open_pull: The open pull request from it.
        closed_pull: The last one from it that was closed without a merge; its `head` says which commit was refused.
        closed_message: The message of that commit.
        runs: The runs of the workflow that rebuilds, those that were dispatched, newest first.
    """

    found: Found
    files: dict[str, str] = {}
    modes: dict[str, str] = {}
    unread: tuple[str, ...] = ()
    update_branch: ReleaseBranch | None = None
    open_pull: PullRequest | None = None
    closed_pull: PullRequest | None = None
    closed_message: str = ""
    runs: tuple[WorkflowRun, ...] = ()


How = Literal["dispatch", "pull-request", "respect", "skip"]
"""What is done about a repository."""

State = Literal["planned", "running", "done", "open", "failed", "nothing"]
"""Where that stands: `open` is a pull request that people have to merge; `nothing` is to be done."""


class Row(msgspec.Struct, frozen=True):
    """One repository in the overview.

    Args:
        repository: `OWNER/NAME`.
        before: What it asked for; "" when it does not say, or is not known.
        after: What it asks for once all is done.
        how: What is done about it.
        state: Where that stands.
        reason: Why, one line for people.
        url: The page of the run or pull request; "" for none.
    """

    repository: str
    before: str
    after: str
    how: How
    state: State
    reason: str
    url: str = ""


class Note(msgspec.Struct, frozen=True):
    """A release of the package, for the text of pull requests.

    Args:
        version: Its version.
        body: Its notes, Markdown.
        url: Its page.
    """

    version: Version
    body: str
    url: str


class Rollout(msgspec.Struct, frozen=True, kw_only=True):
    """The release that goes out to the repositories that use it.

    Args:
        wanted: The release as reading needs it.
        package: The package's name as it writes itself.
        repository: The released repository, `OWNER/NAME`.
        web_url: Its page.
        since: When the release was published, ISO 8601, UTC; "" for one that is not published: then nothing is done.
        url: The release's page.
        notes: The published releases up to this one, newest first.
    """

    wanted: Wanted
    package: str
    repository: str
    web_url: str
    since: str = ""
    url: str = ""
    notes: tuple[Note, ...] = ()
