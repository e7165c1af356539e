"""commitizen's configuration, translated (versions 1 to 4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.translation.commitizen.bumps import read_bumps
from pilotage.domains.translation.commitizen.reasons import REASONS
from pilotage.domains.translation.gathering import without_workspace
from pilotage.domains.translation.notes import Notes
from pilotage.domains.translation.sources import join_path, read_ini, read_json, read_toml, read_yaml
from pilotage.domains.translation.table import Table, shown
from pilotage.errors import ConfigError
from pilotage.model.config import Config
from pilotage.model.translation import Quirks, TranslatedComponent, Translation
from pilotage.model.version import TagFormat

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FILES", "TOOL", "find_table", "translate"]

TOOL = "commitizen"
FILES = (
    "pyproject.toml",
    ".cz.toml",
    "cz.toml",
    ".cz.json",
    "cz.json",
    ".cz.yaml",
    "cz.yaml",
    ".cz.yml",
    "setup.cfg",
    ".cz",
)
_KNOWN_FILES = ("pyproject.toml", "setup.cfg", "setup.py", "uv.lock", "poetry.lock")
_PROVIDERS = ("", "commitizen", "pep621", "poetry", "uv", "scm")
_PLACEHOLDER = re.compile(r"\$(?:version\b|\{version\})")
_PARTS = re.compile(
    r"\$(?:major\b|\{major\})\.\$(?:minor\b|\{minor\})\.\$(?:patch\b|\{patch\})"
    r"(?:\$(?:prerelease\b|\{prerelease\}))?(?:\$(?:devrelease\b|\{devrelease\}))?"
)


def find_table(files: Mapping[str, str], folder: str = ".") -> Table | None:
    """Find the tool's own table, in the order in which it looks for one; None when there is none.

    Raises:
        ConfigError: A file that may hold it cannot be understood.
    """
    for name in FILES:
        path = join_path(folder, name)
        text = files.get(path)
        if text is None or "commitizen" not in text:
            continue
        if name.endswith(".toml"):
            tool = read_toml(text, path).table("tool")
            found = tool.table("commitizen", place=f"{path}: [tool.commitizen]") if "commitizen" in tool else None
        elif name.endswith((".json", ".yaml", ".yml")):
            whole = read_json(text, path) if name.endswith(".json") else read_yaml(text, path)
            found = whole.table("commitizen") if "commitizen" in whole else None
        else:
            section = read_ini(text, path).get("commitizen")
            found = Table(dict(section), f"{path}: [commitizen]") if section is not None else None
        if found is not None:
            return found
    return None


def translate(files: Mapping[str, str], folder: str = ".") -> Translation:
    """Translate the configuration that commitizen finds in a folder.

    Args:
        files: The texts by path.
        folder: Where the tool is run.

    Raises:
        ConfigError: There is none, a file cannot be understood, or a value cannot be used.
    """
    table = find_table(files, folder)
    if table is None:
        raise ConfigError(
            f"no configuration of {TOOL}: looked for [tool.commitizen] in {', '.join(FILES)}",
            hint="Run the command in the repository that commitizen releases.",
        )
    notes = Notes()
    bumps = read_bumps(table, notes)
    config = Config(
        changelog_path=join_path(
            folder, table.text("changelog_file") or "CHANGELOG.md", place=table.name_of("changelog_file")
        ),
        tag_format=_read_tag_format(table),
        initial_version="0.1.0",
        major_on_zero=bumps.major_on_zero,
        patch_on_zero=bumps.patch_on_zero,
        release="published",
        version_files=_read_version_files(table, folder, notes),
        extend_types=bumps.rows,
        reverts="count",
    )
    config = without_workspace(config, files)
    _note_versions(table, notes)
    notes.add_unread(table, REASONS)
    quirks = Quirks(breaking_bump=bumps.breaking, exact_case=True, messages="every-line")
    source = table.place.partition(":")[0]
    component = TranslatedComponent("", ".", config, paths=("**",), quirks=quirks)
    return Translation(TOOL, source, config, (component,), notes.list())


def _note_versions(table: Table, notes: Notes) -> None:
    scheme, provider = table.text("version_scheme"), table.text("version_provider")
    if scheme not in ("", "pep440"):
        notes.add(table.name_of("version_scheme"), scheme, "versions follow PEP 440: 1.0.0-rc.1 is written 1.0.0rc1")
    if provider not in _PROVIDERS:
        notes.add(table.name_of("version_provider"), provider, "the version is read from Python's own files and tags")


def _read_tag_format(table: Table) -> str:
    text = table.text("tag_format", "$version") or "$version"
    tag_format = _PARTS.sub("{version}", _PLACEHOLDER.sub("{version}", text))
    try:
        TagFormat.parse(tag_format if "$" not in tag_format else "")
    except ConfigError as exc:
        raise ConfigError(
            f"{table.name_of('tag_format')}: {shown(text)} does not make a git tag",
            hint="It holds $version once, or $major.$minor.$patch$prerelease.",
        ) from exc
    return tag_format


def _read_version_files(table: Table, folder: str, notes: Notes) -> tuple[str, ...]:
    """Translate `version_files`; its older name is `files`."""
    found: list[str] = []
    for key in ("version_files", "files"):
        for entry in _entries(table, key):
            path, _, pattern = entry.partition(":")
            path = join_path(folder, path.strip(), place=table.name_of(key))
            if path.rpartition("/")[2] in _KNOWN_FILES or path in found:
                continue
            found.append(path)
            if pattern:
                notes.add(table.name_of(key), entry, f"mark the line in {path} with the comment x-pilotage-version")
    return tuple(found)


def _entries(table: Table, key: str) -> tuple[str, ...]:
    """Read a list, which an INI file holds as text: as JSON or with one entry a line."""
    value = table.raw(key)
    if not isinstance(value, str):
        return table.texts(key)
    return tuple(
        part.strip(" \t\"'") for part in value.strip().strip("[]").replace("\n", ",").split(",") if part.strip()
    )
