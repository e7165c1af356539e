"""semantic-release's configuration (the npm tool), translated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.translation.gathering import without_workspace
from pilotage.domains.translation.notes import Notes
from pilotage.domains.translation.semanticrelease.branches import read_branches
from pilotage.domains.translation.semanticrelease.plugins import read_plugins
from pilotage.domains.translation.semanticrelease.rules import read_rules
from pilotage.domains.translation.sources import read_json, read_structured
from pilotage.domains.translation.table import Table, shown
from pilotage.errors import ConfigError
from pilotage.model.config import Config
from pilotage.model.translation import Quirks, TranslatedComponent, Translation
from pilotage.model.version import TagFormat

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CODE_FILES", "FILES", "TOOL", "find_table", "translate"]

TOOL = "semantic-release"
FILES = (".releaserc", ".releaserc.json", ".releaserc.yaml", ".releaserc.yml", "package.json")
CODE_FILES = tuple(
    f"{stem}.{ending}" for stem in ("release.config", ".releaserc") for ending in ("js", "cjs", "mjs", "ts")
)
_REASONS = {
    "$schema": "",
    "branch": "the workflow runs on the branch that releases",
    "ci": "",
    "debug": "",
    "dryRun": "`pilotage plan` changes nothing",
    "repositoryUrl": "releases are made on GitHub, in the repository of the workflow",
    "npmPublish": "`pilotage publish` puts the files on the index",
    "verifyConditions": "Pilotage verifies what it needs by itself",
    "verifyRelease": "put the step into the workflow",
    "generateNotes": "notes are written as `[tool.pilotage.notes]` says: style, or a template of your own",
    "prepare": "put the step into the workflow; files with the version stand in version-files",
    "publish": "put the step into a workflow that runs when the release is published",
    "success": "put the step into a workflow that runs when the release is published",
    "fail": "put the step into the workflow",
    "getLastRelease": "the last release is read from the project's own files and tags",
    "fallbackTags": "",
    "parserOpts": "commits are read as Conventional Commits only",
    "writerOpts": "notes are written as `[tool.pilotage.notes]` says: style, or a template of your own",
    "presetConfig": "headings of the notes stand in extend-types, as section",
    "analyzeCommits": "commits are read as Conventional Commits only",
}


def find_table(files: Mapping[str, str]) -> Table | None:
    """Find the tool's own table; None when there is none, be it because it is written as code.

    Raises:
        ConfigError: A file that may hold it cannot be understood.
    """
    for path in FILES[:-1]:
        if path in files:
            return read_structured(files[path], path)
    if '"release"' not in files.get("package.json", ""):
        return None
    package = read_json(files["package.json"], "package.json")
    return package.table("release") if isinstance(package.raw("release"), dict) else None


def is_named(files: Mapping[str, str]) -> bool:
    """Tell whether package.json names the tool, which then runs by its defaults."""
    return '"semantic-release"' in files.get("package.json", "")


def translate(files: Mapping[str, str]) -> Translation:
    """Translate the configuration that semantic-release finds in a repository.

    Args:
        files: The texts by path.

    Raises:
        ConfigError: There is none, a file cannot be understood, or a value cannot be used.
    """
    notes = Notes()
    table = find_table(files)
    code = next((path for path in CODE_FILES if path in files), None)
    if table is None and code is not None:
        notes.add(code, "code", "it is a program, which is not run: semantic-release's defaults are translated")
        table = Table({}, f"{code}:")
    if table is None and is_named(files):
        table = Table({}, "package.json:")
    if table is None:
        raise ConfigError(
            f"no configuration of {TOOL}: looked for {', '.join((*FILES, CODE_FILES[0]))}",
            hint="Run the command in the repository that semantic-release releases.",
        )
    plugins = read_plugins(table, notes)
    rules = read_rules(table, plugins, notes)
    for name in table.texts("extends") if "extends" in table else ():
        notes.add(table.name_of("extends"), name, "a shared configuration is a package: what it says is not translated")
    config = Config(
        changelog_path=plugins.changelog_path,
        tag_format=_read_tag_format(table),
        initial_version="1.0.0",
        major_on_zero=True,
        release="draft" if plugins.is_draft else "published",
        extend_types=rules.rows,
        channels=read_branches(table, notes),
    )
    config = without_workspace(config, files)
    notes.add_unread(table, _REASONS)
    quirks = Quirks(
        breaking_bump=rules.breaking,
        reads_mark=rules.reads_mark,
        tame_types=rules.tame,
        exact_case=True,
        messages="first-line",
    )
    source = table.place.partition(":")[0]
    return Translation(TOOL, source, config, (TranslatedComponent("", ".", config, quirks=quirks),), notes.list())


def _read_tag_format(table: Table) -> str:
    text = table.text("tagFormat", "v${version}")
    tag_format = text.replace("${version}", "{version}").replace("<%= version %>", "{version}")
    try:
        TagFormat.parse(tag_format)
    except ConfigError as exc:
        raise ConfigError(
            f"{table.name_of('tagFormat')}: {shown(text)} does not make a git tag", hint="It holds ${version} once."
        ) from exc
    return tag_format
