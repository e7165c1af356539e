"""The world as the local clone shows it: nothing remote is asked."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import ConflictError, UsageError
from pilotage.model.snapshot import Snapshot
from pilotage.model.version import TagFormat
from pilotage.providers.git import Git
from pilotage.reconcile.history import read_history
from pilotage.reconcile.tree import find_baseline, read_tree
from pilotage.reconcile.weburl import read_web_url

if TYPE_CHECKING:
    from pathlib import Path


class PastNotes(msgspec.Struct, frozen=True):
    """The notes of one past release.

    Args:
        tag: Its tag.
        version: Its version.
        notes: The Markdown.
    """

    tag: str
    version: str
    notes: str
    format: int = 1


def observe_local(repo: Path, *, config_path: str = "pyproject.toml") -> Snapshot:
    """Look at a clone's own head.

    Raises:
        UsageError: There is no repository or no commit.
        ConfigError: The configuration or a version file cannot be understood.
        ConflictError: The version and the tags contradict each other.
    """
    git = Git(repo)
    history = read_history(git, read_tree(git, git.head(), config_path=config_path))
    if history.tag_elsewhere:
        version = history.tree.project.version
        raise ConflictError(
            f"the tag of version {version} is at {history.tag_elsewhere[:10]}, "
            f"which {history.tree.commit[:10]} does not contain",
            hint=f"Check out the branch that was released, delete the tag if it is a mistake, or set a version above "
            f"{version}.",
        )
    web_url, repository = read_web_url(git.remote_url() or "")
    return Snapshot(
        repository=repository,
        web_url=web_url,
        branch=git.current_branch() or "HEAD",
        head=history.tree.commit,
        today=today(),
        config=history.tree.config,
        project=history.tree.project,
        files=history.tree.files,
        last_release=history.base,
        commits=history.commits,
    )


def today() -> str:
    """Give the date, ISO 8601, UTC."""
    return time.strftime("%Y-%m-%d", time.gmtime())


def read_past_notes(repo: Path, tag: str, *, config_path: str = "pyproject.toml") -> PastNotes:
    """Read the notes of a past release: the section of the changelog at its tag.

    Raises:
        UsageError: There is no such tag, or no section for its version.
    """
    from pilotage.domains.changelog import read_section  # noqa: PLC0415 - `pilotage next` shall not pay for it

    git = Git(repo)
    commit = git.tag_commit(tag)
    if commit is None:
        raise UsageError(f"--tag {tag!r}: no such tag here", hint="Fetch the tags with: git fetch --tags")
    tree, _ = find_baseline(git, read_tree(git, commit, config_path=config_path))
    version = TagFormat.parse(tree.config.tag_format, name=tree.project.name).read(tag)
    if version is None:
        raise UsageError(
            f"--tag {tag!r}: not spelled as [tool.pilotage] tag-format says ({tree.config.tag_format})",
            hint="Name a tag of a release.",
        )
    text = tree.files.get(tree.config.changelog_path)
    section = read_section(text, version) if text is not None else None
    if section is None:
        raise UsageError(
            f"{tree.config.changelog_path or 'the changelog'} at {tag}: no section for {version}",
            hint="Only notes that were written down can be shown.",
        )
    return PastNotes(tag, str(version), section)
