"""python-semantic-release's configuration, translated (versions 7 to 10)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.translation.gathering import without_workspace
from pilotage.domains.translation.notes import Notes
from pilotage.domains.translation.pythonsemanticrelease.branches import read_branches
from pilotage.domains.translation.pythonsemanticrelease.major import find_major
from pilotage.domains.translation.pythonsemanticrelease.parser import TypeRules, read_types
from pilotage.domains.translation.pythonsemanticrelease.places import read_version_files
from pilotage.domains.translation.pythonsemanticrelease.reasons import REASONS
from pilotage.domains.translation.sources import join_path, read_ini, read_json, read_toml
from pilotage.domains.translation.table import Table, shown
from pilotage.errors import ConfigError
from pilotage.model.config import Config
from pilotage.model.translation import Quirks, TranslatedComponent, Translation
from pilotage.model.version import TagFormat

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FILES", "TOOL", "find_table", "translate"]

TOOL = "python-semantic-release"
FILES = ("pyproject.toml", "setup.cfg", "releaserc.toml", "semantic_release.toml", "releaserc.json")
_SECTION = "semantic_release"
_NEWEST = 10
_LEAVES_ZERO = 10
_SQUASHES = 10
_TABLES = 8


def find_table(files: Mapping[str, str], folder: str = ".") -> Table | None:
    """Find the tool's own table; None when there is none.

    Raises:
        ConfigError: A file that may hold it cannot be understood.
    """
    path = join_path(folder, "setup.cfg")
    ini: dict[str, object] = {}
    if f"[{_SECTION}]" in files.get(path, ""):
        ini = dict(read_ini(files[path], path).get(_SECTION, {}))
    for name in ("pyproject.toml", "semantic_release.toml", "releaserc.toml"):
        toml = join_path(folder, name)
        if _SECTION not in files.get(toml, ""):
            continue
        tool = read_toml(files[toml], toml).table("tool") if name == "pyproject.toml" else read_toml(files[toml], toml)
        if _SECTION in tool:
            table = tool.table(_SECTION)
            return Table({**ini, **{key: table.raw(key) for key in table}}, f"{toml}: [tool.{_SECTION}]")
    json_path = join_path(folder, "releaserc.json")
    if f'"{_SECTION}"' in files.get(json_path, ""):
        return read_json(files[json_path], json_path).table(_SECTION)
    return Table(ini, f"{path}: [{_SECTION}]") if ini else None


def translate(files: Mapping[str, str], folder: str = ".") -> Translation:
    """Translate the configuration that python-semantic-release finds in a folder.

    Args:
        files: The texts by path.
        folder: Where the tool is run.

    Raises:
        ConfigError: There is none, a file cannot be understood, or a value cannot be used.
    """
    table = find_table(files, folder)
    if table is None:
        raise ConfigError(
            f"no configuration of {TOOL}: looked for [tool.{_SECTION}] in {join_path(folder, 'pyproject.toml')} and "
            f"for [{_SECTION}] in {join_path(folder, 'setup.cfg')}",
            hint="Run the command in the repository that python-semantic-release releases.",
        )
    notes = Notes()
    found, origin = find_major(files, list(table))
    if found is None:
        notes.add(f"{TOOL} version", "unknown", f"nothing pins {TOOL}: its rules since version 8 are translated")
    elif origin == "the keys of its table":
        notes.add(
            f"{TOOL} version", str(found), f"no pin of {TOOL} was found: its version is told by the keys of its table"
        )
    major = found or _NEWEST
    types = read_types(table, notes, major=major)
    leaves_zero = not table.flag("allow_zero_version", default=found is None or major < _LEAVES_ZERO)
    config = _read_config(table, types, folder, notes, major=major)
    if leaves_zero:
        config = msgspec.structs.replace(config, initial_version="1.0.0")
    if leaves_zero and not _is_past_zero(files, folder):
        notes.add(
            table.name_of("allow_zero_version"),
            "false",
            "a 0.x version stays 0.x here: to leave it, write `Release-As: 1.0.0` in a commit's message",
        )
    notes.add_unread(table, REASONS)
    quirks = Quirks(
        leaves_zero=leaves_zero,
        any_commit=major < _TABLES and table.flag("patch_without_tag"),
        only_types=types.known,
        exact_case=True,
        messages="paragraphs" if types.reads_squashes else "first-line",
    )
    config = without_workspace(config, files)
    paths = () if _is_of_folder(table) else ("**",)
    component = TranslatedComponent("", ".", config, paths=paths, quirks=quirks)
    return Translation(TOOL, table.place.partition(":")[0], config, (component,), notes.list())


def _is_of_folder(table: Table) -> bool:
    """Tell whether only commits that touch the folder count (version 7's option, version 10's parser)."""
    return table.flag("use_only_cwd_commits") or table.text("commit_parser").endswith("-monorepo")


def _is_past_zero(files: Mapping[str, str], folder: str) -> bool:
    """Tell whether pyproject.toml says that the version is 1.0.0 or more."""
    path = join_path(folder, "pyproject.toml")
    written = re.search(r"^version[ \t]*=[ \t]*[\"']([0-9]{1,9})[.\"']", files.get(path, ""), re.MULTILINE)
    return written is not None and int(written[1]) > 0


def _read_config(table: Table, types: TypeRules, folder: str, notes: Notes, *, major: int) -> Config:
    changelog = table.table("changelog") if major >= _TABLES else Table({}, table.place)
    templates = changelog.table("default_templates")
    name = table.text("changelog_file") or changelog.text("changelog_file") or templates.text("changelog_file")
    notes.add_unread(changelog, REASONS)
    return Config(
        changelog_path=join_path(folder, name or "CHANGELOG.md", place=f"{table.place} changelog_file"),
        tag_format=_read_tag_format(table),
        major_on_zero=table.flag("major_on_zero", default=True),
        release="published",
        version_files=read_version_files(table, folder, notes),
        extend_types=types.rows,
        reverts="count",
        channels=read_branches(table, notes) if major >= _TABLES else {},
    )


def _read_tag_format(table: Table) -> str:
    tag_format = table.text("tag_format", "v{version}")
    try:
        TagFormat.parse(tag_format)
    except ConfigError as exc:
        raise ConfigError(
            f"{table.name_of('tag_format')}: {shown(tag_format)} does not make a git tag",
            hint="It holds {version} once.",
        ) from exc
    return tag_format
