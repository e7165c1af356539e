"""semantic-release's plugins: the options of those that decide something here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.translation.table import Table

if TYPE_CHECKING:
    from pilotage.domains.translation.notes import Notes

__all__ = ["Plugins", "read_plugins"]

_ANALYZER = "@semantic-release/commit-analyzer"
_NOTES = "@semantic-release/release-notes-generator"
_CHANGELOG = "@semantic-release/changelog"
_GITHUB = "@semantic-release/github"

_REASONS = {
    "@semantic-release/npm": "`pilotage publish` puts the files on the index",
    "@semantic-release/git": "files with the version stand in version-files; the changelog is written by itself",
    "@semantic-release/exec": "put the commands into the workflow",
    "@semantic-release/gitlab": "releases are made on GitHub",
    "@semantic-release/error": "",
    "semantic-release-pypi": "`pilotage publish` puts the files on the index",
    "semantic-release-major-tag": "make moving tags such as v1 in a workflow that runs when a release is published",
    "semantic-release-plugin-update-version-in-files": "name the files in version-files and mark their lines",
    "semantic-release-replace-plugin": "name the files in version-files and mark their lines",
}
_UNKNOWN = "a plugin is code: put what it does into the workflow"


class Plugins(msgspec.Struct, frozen=True):
    """What the plugins' options say.

    Args:
        analyzer: The options of the commit analyzer, by key.
        writer: The options of the notes generator, by key.
        place: Where the plugins are listed.
        changelog_path: The changelog; "" when no plugin writes one.
        is_draft: Whether releases are made as drafts.
    """

    analyzer: dict[str, object]
    writer: dict[str, object]
    place: str
    changelog_path: str = ""
    is_draft: bool = False


def read_plugins(table: Table, notes: Notes) -> Plugins:
    """Read the list of plugins; without one the tool's own four run, which write no changelog."""
    value = table.raw("plugins")
    place = table.name_of("plugins")
    options: dict[str, dict[str, object]] = {}
    for entry in value if isinstance(value, list) else []:
        name, given = _split(entry)
        options[name] = given
        if name not in (_ANALYZER, _NOTES, _CHANGELOG, _GITHUB) and (why := _REASONS.get(name, _UNKNOWN)):
            notes.add(place, name, why)
    changelog = Table(options.get(_CHANGELOG, {}), place)
    github = Table(options.get(_GITHUB, {}), place)
    return Plugins(
        analyzer=options.get(_ANALYZER, {}),
        writer=options.get(_NOTES, {}),
        place=place,
        changelog_path=changelog.text("changelogFile", "CHANGELOG.md") if _CHANGELOG in options else "",
        is_draft=github.flag("draftRelease"),
    )


def _split(entry: object) -> tuple[str, dict[str, object]]:
    if isinstance(entry, list) and entry:
        given = entry[1] if len(entry) > 1 else {}
        return str(entry[0]), given if isinstance(given, dict) else {}
    if isinstance(entry, dict):
        return str(entry.get("path", "")), {key: one for key, one in entry.items() if key != "path"}
    return str(entry), {}
