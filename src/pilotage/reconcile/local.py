"""The world as the local clone shows it: nothing remote is asked."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import ConflictError, UsageError
from pilotage.model.version import TagFormat
from pilotage.providers.git import Git
from pilotage.reconcile.forest import read_forest
from pilotage.reconcile.histories import read_histories
from pilotage.reconcile.lines import Target
from pilotage.reconcile.scenes import Place, compose_scene
from pilotage.reconcile.tree import find_baseline, read_tree
from pilotage.reconcile.weburl import read_web_url

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.model.snapshot import Scene


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


def observe_local(repo: Path, *, config_path: str = "pyproject.toml") -> Scene:
    """Look at a clone's own head.

    Raises:
        UsageError: There is no repository or no commit.
        ConfigError: The configuration or a version file cannot be understood.
        ConflictError: The version and the tags contradict each other.
    """
    git = Git(repo)
    forest = read_forest(git, git.head(), config_path=config_path)
    branch = git.current_branch() or "HEAD"
    target = Target(branch, default="", today=today())
    histories = read_histories(git, forest, target)
    for history in histories:
        if history.tag_elsewhere:
            version = history.tree.project.version
            raise ConflictError(
                f"the tag of version {version} is at {history.tag_elsewhere[:10]}, "
                f"which {history.tree.commit[:10]} does not contain",
                hint="Check out the branch that was released, delete the tag if it is a mistake, or set a version "
                f"above {version}.",
            )
    web_url, repository = read_web_url(git.remote_url() or "")
    place = Place(repository, web_url, branch, target.today)
    return compose_scene(forest, histories, place)


def today() -> str:
    """Give the date, ISO 8601, UTC."""
    return time.strftime("%Y-%m-%d", time.gmtime())


def read_past_notes(repo: Path, tag: str, *, config_path: str = "pyproject.toml", style: str = "") -> PastNotes:
    """Read the notes of a past release: the section of the changelog at its tag, else rendered from its commits.

    Args:
        repo: The clone.
        tag: The tag.
        config_path: The configuration's path.
        style: The style in which they shall be rendered from the commits; "" takes what was written down.

    Raises:
        UsageError: There is no such tag, or it is not a release's.
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
    section = read_section(text, version) if text is not None and not style else None
    if section is None:
        from pilotage.reconcile.pastnotes import PastNotesReader  # noqa: PLC0415 - as above

        section = PastNotesReader(repo, config_path=config_path, style=style).read_release(tag, version)
    return PastNotes(tag, str(version), section)
