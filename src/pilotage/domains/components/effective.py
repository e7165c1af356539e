"""The configuration that holds for one component: the repository's, its own rules, and paths from the root."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.components.folders import path_below

if TYPE_CHECKING:
    from pilotage.model.config import ComponentRules, Config, VersionFile

DEFAULT_TAG_FORMAT = "{name}-v{version}"
"""How a component's tags are spelled where nobody says otherwise (CONTRACT section 2)."""


def effective_config(config: Config, rules: ComponentRules, *, name: str, path: str) -> Config:
    """Give the configuration of a component, which reads as that of a repository with one package.

    - The changelog and the files of its version are named from its folder; the repository's `changelog-path` holds in
      each folder, its `version-files` for the root's component only.
    - A tag is spelled as the component says; else as the repository says, if `{name}` stands there or this is the
      root's component; else `{name}-v{version}`. The name is filled in.
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
        changelog_path=changelog and path_below(path, changelog),
        tag_format=_tag_format(config, rules, path=path).replace("{name}", name),
        version_files=tuple(_below(path, file) for file in files),
        components={},
        linked_versions=(),
        workspace="off",
    )


def _tag_format(config: Config, rules: ComponentRules, *, path: str) -> str:
    common = config.tag_format if path == "." or "{name}" in config.tag_format else ""
    return rules.tag_format or common or DEFAULT_TAG_FORMAT


def _below(path: str, file: str | VersionFile) -> str | VersionFile:
    if isinstance(file, str):
        return path_below(path, file)
    return msgspec.structs.replace(file, path=path_below(path, file.path))
