"""The world as the local clone shows it: nothing remote is asked."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import ConflictError, UsageError
from pilotage.providers.git import Git
from pilotage.reconcile.forest import find_release, read_forest
from pilotage.reconcile.histories import read_histories
from pilotage.reconcile.lines import Target
from pilotage.reconcile.scenes import Place, compose_scene
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


def read_past_notes(
    repo: Path, tag: str, *, config_path: str = "pyproject.toml", style: str = "", component: str | None = None
) -> PastNotes:
    """Read the notes of a past release: the section of the changelog at its tag, else rendered from its commits.

    Args:
        repo: The clone.
        tag: The tag.
        config_path: The configuration's path.
        component: Whose tag it must be; None for anybody's.
        style: The style in which they shall be rendered from the commits; "" takes what was written down.

    Raises:
        UsageError: There is no such tag, or it is not a release's.
    """
    from pilotage.domains.changelog import read_section  # noqa: PLC0415 - `pilotage next` shall not pay for it

    git = Git(repo)
    commit = git.tag_commit(tag)
    if commit is None:
        raise UsageError(f"--tag {tag!r}: no such tag here", hint="Fetch the tags with: git fetch --tags")
    tree, version = find_release(read_forest(git, commit, config_path=config_path), tag)
    if tree is None or version is None or component not in (None, tree.name):
        whose = f"of {component}" if component else "of a package here"
        raise UsageError(
            f"--tag {tag!r}: not the tag of a release {whose}, as [tool.pilotage] tag-format spells it",
            hint="Name a tag of a release; `git tag --list` shows them.",
        )
    text = tree.files.get(tree.config.changelog_path)
    section = read_section(text, version) if text is not None and not style else None
    if section is None:
        if tree.name is not None:
            raise UsageError(
                f"--tag {tag!r}: {tree.config.changelog_path or 'no changelog'} holds no section for {version}",
                hint="Of several packages only notes that were written down can be shown.",
            )
        from pilotage.reconcile.pastnotes import PastNotesReader  # noqa: PLC0415 - as above

        section = PastNotesReader(repo, config_path=config_path, style=style).read_release(tag, version)
    return PastNotes(tag, str(version), section)
