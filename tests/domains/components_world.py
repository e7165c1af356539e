"""Components for tests: packages by folder, without a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.components.inventory import plan_components
from pilotage.model.commit import Commit
from pilotage.model.component import Component
from pilotage.model.config import ComponentRules, Config
from pilotage.model.project import Project

if TYPE_CHECKING:
    from collections.abc import Mapping


def project(name: str, version: str | None = "1.0.0") -> Project:
    return Project(name, version, "pyproject.toml [project]")


def plan(config: Config | None = None, /, **packages: str) -> tuple[Component, ...]:
    """Plan the components of packages by name and folder, all of them members of a workspace."""
    folders = {path: project(name) for name, path in packages.items()}
    return plan_components(config or Config(), members=tuple(folders), projects=folders)


def component(name: str, path: str = "", /, **fields: object) -> Component:
    """Make a component in `packages/NAME`."""
    made = Component(name, path or f"packages/{name}", Config(tag_format=f"{name}-v{{version}}"), project(name))
    return msgspec.structs.replace(made, **fields)


def configured(rules: Mapping[str, ComponentRules], **keys: object) -> Config:
    """Make a configuration with components."""
    return msgspec.structs.replace(Config(components=dict(rules)), **keys)


def commit(message: str, *files: str, sha: str = "") -> Commit:
    return Commit(sha or message.encode().hex().ljust(40, "0")[:40], message, files=files)
