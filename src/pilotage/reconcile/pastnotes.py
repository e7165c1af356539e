"""The notes of what was released: of one tag, of the commits between two, of the whole history."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.changelog.style import choose_style
from pilotage.domains.changes import read_changes
from pilotage.domains.notes import render_notes
from pilotage.domains.notes.shaping import shape_notes
from pilotage.errors import UsageError
from pilotage.model.notes import NotesData
from pilotage.model.version import TagFormat
from pilotage.providers.git import Git
from pilotage.reconcile.tree import Tree, find_baseline, read_tree
from pilotage.reconcile.weburl import read_web_url

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pilotage.model.change import Change
    from pilotage.model.commit import Commit
    from pilotage.model.notes import NotesStyle
    from pilotage.model.version import Version


class ReleaseNotes(msgspec.Struct, frozen=True):
    """The notes of one release in a history.

    Args:
        tag: Its tag.
        version: Its version.
        date: The day of its commit, `YYYY-MM-DD` in UTC.
        notes: The text.
    """

    tag: str
    version: str
    date: str
    notes: str


class HistoryNotes(msgspec.Struct, frozen=True):
    """The notes of all releases, the highest version first.

    Args:
        style: Whose style they follow.
        releases: The releases.
    """

    style: str
    releases: tuple[ReleaseNotes, ...]
    format: int = 1

    @property
    def notes(self) -> str:
        """Give the text of all of them."""
        return "\n\n".join(release.notes for release in self.releases)


class RangeNotes(msgspec.Struct, frozen=True):
    """The notes of the commits between two points, as if one release had shipped them.

    Args:
        since: Where it begins; empty for the root.
        until: Where it ends.
        style: Whose style they follow.
        notes: The text.
    """

    since: str
    until: str
    style: str
    notes: str
    format: int = 1


class PastNotesReader:
    """Renders notes of a clone's past under the configuration of its head.

    Args:
        repo: The clone.
        config_path: The configuration's path.
        style: The style that is asked for; "" for the configured one.

    Raises:
        UsageError: There is no repository or no commit.
        ConfigError: The configuration cannot be understood, or the style does not fit the changelog.
    """

    def __init__(self, repo: Path, *, config_path: str = "pyproject.toml", style: str = "") -> None:
        self._git = Git(repo)
        tree, _ = find_baseline(self._git, read_tree(self._git, self._git.head(), config_path=config_path))
        self._tree = tree
        self._style = style_of(tree, style)
        self._format = TagFormat.parse(tree.config.tag_format, name=tree.project.name)
        self._web_url = read_web_url(self._git.remote_url() or "")[0]

    def read_all(self) -> HistoryNotes:
        """Render the notes of every release that the head contains, from its commits, in one pass of git.

        Raises:
            UsageError: This clone is shallow, so a part of the history is missing.
        """
        from pilotage.domains.pastreleases import split_releases  # noqa: PLC0415 - only the whole history needs it
        from pilotage.domains.quickchanges import QuickReader, RawCommit  # noqa: PLC0415 - same
        from pilotage.providers.gitwhole import read_releases, read_whole_log  # noqa: PLC0415 - same

        commits = list(map(RawCommit._make, read_whole_log(self._git, self._tree.commit)))
        releases = split_releases(commits, read_releases(self._git, self._format))
        reader = QuickReader(self._tree.config)
        rows: list[ReleaseNotes] = []
        for release in releases:
            date = time.strftime("%Y-%m-%d", time.gmtime(int(release.commits[0].when)))
            changes = reader.read(release.commits)
            messages = {commit.sha: commit.message for commit in release.commits} if self._keeps_words else {}
            data = self._data(release.version, release.tag, release.previous_tag, date)
            notes = self._render(data, changes, messages)
            rows.append(ReleaseNotes(release.tag, str(release.version), date, notes))
        return HistoryNotes(self._style.value, tuple(rows))

    def read_range(self, since: str, until: str) -> RangeNotes:
        """Render the notes of the commits that one point contains and another does not.

        Args:
            since: A tag, a branch or a commit; "" for the root.
            until: Another one.

        Raises:
            UsageError: There is no such point.
        """
        base = self._resolve(since, "--from") if since else None
        head = self._resolve(until, "--to")
        commits = self._git.read_commits(base, head)
        version = self._format.read(until)
        data = self._data(version or "Unreleased", until, since, self._date(head))
        changes = read_changes(commits, self._tree.config).changes
        notes = self._render(data, changes, self._messages(commits))
        return RangeNotes(since, until, self._style.value, notes)

    def read_release(self, tag: str, version: Version) -> str:
        """Render the notes of one release from its commits, without their heading.

        Raises:
            UsageError: This clone is shallow, so a part of the release is missing.
        """
        from pilotage.domains.notes import render_release_body  # noqa: PLC0415 - as above

        head = self._resolve(tag, "--tag")
        previous = self._find_previous(head, version)
        commits = self._git.read_commits(previous[1] if previous else None, head)
        data = self._data(version, tag, previous[0] if previous else "", self._date(head))
        changes = read_changes(commits, self._tree.config).changes
        whole = msgspec.structs.replace(data, changes=changes, messages=self._messages(commits))
        return render_release_body(shape_notes(whole, self._tree.config.notes), style=self._style)

    @property
    def _keeps_words(self) -> bool:
        from pilotage.model.notes import NotesStyle  # noqa: PLC0415 - as above

        return self._style is NotesStyle.RELEASE_PLEASE

    def _messages(self, commits: Sequence[Commit]) -> dict[str, str]:
        return {commit.sha: commit.message for commit in commits} if self._keeps_words else {}

    def _data(self, version: Version | str, tag: str, previous: str, date: str) -> NotesData:
        return NotesData(str(version), tag, date, previous, self._web_url, types=self._tree.config.types)

    def _render(self, data: NotesData, changes: tuple[Change, ...], messages: dict[str, str]) -> str:
        whole = msgspec.structs.replace(data, changes=changes, messages=messages)
        return render_notes(shape_notes(whole, self._tree.config.notes), style=self._style)

    def _find_previous(self, head: str, version: Version) -> tuple[str, str] | None:
        """Find the release before; before a full version, one that is no pre-release of it."""
        parent = self._git.resolve(f"{head}^")
        while parent is not None:
            found = self._git.nearest_version_tag(parent, self._format)
            if found is None:
                return None
            if version.is_prerelease or not (found[2].is_prerelease and found[2].release == version.release):
                return found[0], found[1]
            parent = self._git.resolve(f"{found[1]}^")
        return None

    def _resolve(self, point: str, option: str) -> str:
        sha = self._git.tag_commit(point) or self._git.resolve(point)
        if sha is None:
            raise UsageError(
                f"{option} {point!r}: no such tag, branch or commit here", hint="Fetch the tags with: git fetch --tags"
            )
        return sha

    def _date(self, sha: str) -> str:
        when = self._git.text("log", "-1", "--format=%ct", "--no-show-signature", "--end-of-options", sha, "--")
        return time.strftime("%Y-%m-%d", time.gmtime(int(when.strip())))


def style_of(tree: Tree, style: str = "") -> NotesStyle:
    """Choose the style of a package's notes: the one that is asked for, else the configured one.

    Raises:
        ConfigError: A Markdown style is asked for in a file of reStructuredText.
    """
    path = tree.config.changelog_path
    rules = tree.config.notes if not style else msgspec.structs.replace(tree.config.notes, style=style)
    return choose_style(rules.style, path=path, text=tree.files.get(path) if path else None)
