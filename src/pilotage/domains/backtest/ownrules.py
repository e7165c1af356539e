"""Our own configuration at a past commit: its components, or the packages of a workspace."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from pilotage.domains.components.inventory import plan_components, select_packages
from pilotage.domains.components.workspace import find_members, member_globs
from pilotage.domains.settings import read_config
from pilotage.errors import ConfigError
from pilotage.model.project import Project
from pilotage.model.translation import TranslatedComponent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.model.config import Config

__all__ = ["read_own_components"]

_FILE = "pyproject.toml"


def read_own_components(
    files: Mapping[str, str], *, config_path: str = _FILE
) -> tuple[Config, tuple[TranslatedComponent, ...]]:
    """Read `[tool.pilotage]` and the packages that it releases.

    Args:
        files: The texts of the `pyproject.toml` of all folders, by path.
        config_path: Where the table stands.

    Returns:
        The configuration, and one component for each package that is released; one with the name "" for a repository
        that is released as one.

    Raises:
        ConfigError: The configuration, or what it says about packages, cannot be understood.
    """
    config = read_config(files.get(config_path), path=config_path)
    is_workspace = config.workspace == "auto"
    members = find_members(member_globs(files.get(_FILE)), files) if is_workspace else ()
    folders = select_packages(config, members, files)
    projects = {folder: _read_project(files, folder) for folder in folders}
    components = plan_components(config, members=members, projects=projects)
    found = [
        TranslatedComponent(one.name or "", one.path, one.config, one.paths, one.exclude_paths) for one in components
    ]
    return config, tuple(found)


def _read_project(files: Mapping[str, str], folder: str) -> Project:
    """Read the name of a package; its version is what the tags say."""
    path = _FILE if folder == "." else f"{folder}/{_FILE}"
    try:
        data: dict[str, object] = tomllib.loads(files.get(path, ""))
    except (ValueError, RecursionError) as exc:
        raise ConfigError(f"{path}: not TOML: {exc}", hint="Releases from then on are decided.") from exc
    tool = data.get("tool")
    tables = (data.get("project"), tool.get("poetry") if isinstance(tool, dict) else None)
    names = (table.get("name") for table in tables if isinstance(table, dict))
    return Project(next((name for name in names if isinstance(name, str)), ""), None, path)
