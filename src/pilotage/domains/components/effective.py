"""The configuration that holds for one component: the repository's, its own rules, and paths from the root."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.versionfiles.place import join_path
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from pilotage.model.config import ComponentRules, Config, VersionFile

DEFAULT_TAG_FORMAT = "{name}-v{version}"
"""How a component's tags are spelled where nobody says otherwise (CONTRACT section 2)."""


def effective_config(config: Config, rules: ComponentRules, *, name: str, path: str) -> Config:
    """Give the configuration of a component, which reads as that of a repository with one package.

    - The changelog and the files of its version are named from its folder; the repository's `changelog-path` holds in
      each folder, its `version-files` for the root's component only.
    - A file may lie elsewhere in the repository: `../../README.md`.
    - A tag is spelled as the component says; else as the repository says, if `{name}` stands there or this is the
      root's component; else `{name}-v{version}`. The name is filled in.

    Raises:
        ConfigError: A file lies outside of the repository.
    """
    own = {
        key: value
        for key in ("initial_version", "major_on_zero", "patch_on_zero", "versioning")
        if (value := getattr(rules, key)) is not None
    }
    changelog = config.changelog_path if rules.changelog_path is None else rules.changelog_path
    files = rules.version_files
    if files is None:
        files = config.version_files if path == "." else ()
    return msgspec.structs.replace(
        config,
        **own,
        changelog_path=changelog and _below(path, changelog, name=name, key="changelog-path"),
        tag_format=_tag_format(config, rules, path=path).replace("{name}", name),
        version_files=tuple(_file_below(path, file, name=name) for file in files),
        components={},
        linked_versions=(),
        workspace="off",
    )


def _tag_format(config: Config, rules: ComponentRules, *, path: str) -> str:
    common = config.tag_format if path == "." or "{name}" in config.tag_format else ""
    return rules.tag_format or common or DEFAULT_TAG_FORMAT


def _file_below(path: str, file: str | VersionFile, *, name: str) -> str | VersionFile:
    if isinstance(file, str):
        return _below(path, file, name=name, key="version-files")
    return msgspec.structs.replace(file, path=_below(path, file.path, name=name, key="version-files"))


def _below(path: str, file: str, *, name: str, key: str) -> str:
    """Give the path of a file that is named from a component's folder; it may lie elsewhere in the repository."""
    found = "" if file.startswith("/") else join_path(path, file)
    if not found:
        raise ConfigError(
            f"[tool.pilotage.components.{name}] {key}: {file[:100]!r} lies outside of the repository",
            hint=f"Write the file's path as {path} sees it.",
        )
    return found
