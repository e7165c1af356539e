"""Where release-please's configuration stands: the manifest's files, a workflow's inputs, or the GitHub app's file."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.translation.sources import join_path, read_json, read_yaml
from pilotage.domains.translation.table import Table, shown
from pilotage.domains.translation.workflows import Use, find_uses
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.domains.translation.notes import Notes

__all__ = ["APP_PATHS", "CONFIG", "MANIFEST", "Package", "Setup", "find_action", "find_named", "read_setup"]

CONFIG = "release-please-config.json"
MANIFEST = ".release-please-manifest.json"
APP_PATHS = (".github/release-please.yml", ".github/release-please.yaml")

_CONFIGURING = ("release-type", "config-file", "manifest-file")

_RENAMED = {
    "changelog-types": "changelog-sections",
    "versioning-strategy": "versioning",
    "monorepo-tags": "include-component-in-tag",
    "default-branch": "target-branch",
    "primary-branch": "target-branch",
    "manifest-config": "config-file",
}
"""Older spellings, and those of the action's inputs and of the app's file."""


class Package(msgspec.Struct, frozen=True):
    """One package.

    Args:
        path: Its folder, "." for the root.
        options: Its own options, and after them those that hold for all packages.
        version: What the manifest says; "" when it says nothing.
        component: Its name: as the options say, else for Node as its package.json says; "" for none.
    """

    path: str
    options: tuple[Table, ...]
    version: str = ""
    component: str = ""


class Setup(msgspec.Struct, frozen=True):
    """The configuration as release-please reads it.

    Args:
        source: The file that holds it.
        shared: The options that hold for all packages.
        packages: The packages, in their order.
        tags_by_component: Whether a tag names its component where nothing is said about it.
    """

    source: str
    shared: Table
    packages: tuple[Package, ...]
    tags_by_component: bool


def find_action(files: Mapping[str, str]) -> Use | None:
    """Find the step that runs release-please; of several, one that configures it."""
    uses = list(find_uses(files, "release-please"))
    configured = (use for use in uses if any(f"{key}:" in use.step for key in _CONFIGURING))
    return next(configured, uses[0] if uses else None)


def find_named(files: Mapping[str, str]) -> tuple[str, ...]:
    """Give the paths of the configuration and of the manifest.

    Raises:
        ConfigError: What names them cannot be understood, or they lie outside of the repository.
    """
    action = find_action(files)
    options = _rename(action.read_inputs()) if action else _read_app(files)
    config, manifest = options.get("config-file"), options.get("manifest-file")
    place = action.path if action else APP_PATHS[0]
    return (
        join_path(".", config if isinstance(config, str) and config else CONFIG, place=f"{place} config-file"),
        join_path(
            ".", manifest if isinstance(manifest, str) and manifest else MANIFEST, place=f"{place} manifest-file"
        ),
    )


def read_setup(files: Mapping[str, str], notes: Notes) -> Setup:
    """Read the configuration that is in force.

    An input `release-type` makes the action pass over the configuration files, and so does the app's own file where
    it does not name the manifest.

    Raises:
        ConfigError: There is none, or a file cannot be understood.
    """
    action = find_action(files)
    inputs = _rename(action.read_inputs()) if action else {}
    if action and inputs.get("release-type"):
        return _from_options(inputs, f"{action.path} line {action.line}:")
    config, manifest = find_named(files)
    app = _read_app(files)
    path = next((path for path in APP_PATHS if path in files), None)
    is_left_out = config not in files or (not action and app.get("release-type"))
    if path is not None and is_left_out and not app.get("manifest"):
        app.setdefault("release-type", _guess_type(files))
        return _from_options(app, f"{path}:")
    if config in files:
        return _from_manifest(files, config, manifest)
    if action or path is not None or manifest in files:
        notes.add(config, "missing", "the file is named and not there: release-please's defaults are translated")
        return _from_manifest({**files, config: _guess_config(files)}, config, manifest)
    raise ConfigError(
        f"no configuration of release-please: looked for {config}, for {APP_PATHS[0]} and for a workflow that runs "
        "googleapis/release-please-action",
        hint="Run the command in the repository that release-please releases.",
    )


_NO_FOLDER = re.compile(r"[*?\[\0\\]|^[A-Za-z]:|^~")


def _from_manifest(files: Mapping[str, str], config: str, manifest: str) -> Setup:
    shared = read_json(files[config], config)
    versions = read_json(files[manifest], manifest) if manifest in files else Table({}, f"{manifest}:")
    packages = shared.table("packages")
    paths = list(packages) or list(versions) or ["."]
    found: list[Package] = []
    for path in paths:
        own = packages.table(path, place=f"{packages.place}[{shown(path)}]")
        version = versions.text(path)
        folder = _read_folder(path, packages.place)
        if any(one.path == folder for one in found):
            raise ConfigError(f"{packages.place}: {folder!r} is there twice", hint="Name each folder once.")
        found.append(Package(folder, (own, shared), version, _read_component(own, shared, files, folder)))
    return Setup(config, shared, tuple(found), tags_by_component=True)


def _from_options(options: Mapping[str, object], place: str) -> Setup:
    values = {key: _read_input(key, value, place) for key, value in options.items()}
    shared = Table(values, place)
    path = _read_folder(shared.text("path", "."), place)
    package = Package(path, (shared,), component=_read_component(shared, shared, {}, path))
    return Setup(place.partition(" line ")[0].rstrip(":"), shared, (package,), tags_by_component=False)


def _read_component(own: Table, shared: Table, files: Mapping[str, str], folder: str) -> str:
    """Read the name that stands in a package's tags, as the strategy of its language finds it."""
    keys = ("component", "package-name")
    name = next(filter(None, [table.text(key) for table in (own, shared) for key in keys]), "")
    is_node = (own.text("release-type") or shared.text("release-type", "node")) == "node"
    path = join_path(folder, "package.json")
    if not name and is_node and path in files:
        name = read_json(files[path], path).text("name")
    return name.rpartition("/")[2] if is_node and name.startswith("@") else name


def _read_input(key: str, value: object, place: str) -> object:
    """Read an input that holds a structure as text."""
    if key == "changelog-sections" and isinstance(value, str):
        try:
            return json.loads(value)
        except (ValueError, RecursionError) as exc:
            raise ConfigError(f"{place} changelog-types: not JSON: {exc}", hint="Correct it there.") from exc
    if key == "extra-files" and isinstance(value, str):
        return [line.strip() for line in value.splitlines() if line.strip()]
    return value


def _read_app(files: Mapping[str, str]) -> dict[str, object]:
    """Read the file of the GitHub app, its keys spelled as release-please spells them."""
    path = next((path for path in APP_PATHS if path in files), None)
    if path is None:
        return {}
    table = read_yaml(files[path], path)
    return _rename({_kebab(key): table.raw(key) for key in table})


def _kebab(key: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", key).lower()


def _rename(options: Mapping[str, object]) -> dict[str, object]:
    return {_RENAMED.get(key, key): value for key, value in options.items()}


def _read_folder(path: str, place: str) -> str:
    folder = join_path(".", path, place=place)
    if _NO_FOLDER.search(folder):
        raise ConfigError(f"{place}: {path[:100]!r} is no folder", hint="Write it with / and without * ? [ and \\.")
    return folder


def _guess_config(files: Mapping[str, str]) -> str:
    """Build what stands for a configuration that is not there: every package of the manifest, of one language."""
    return json.dumps({"release-type": _guess_type(files)})


def _guess_type(files: Mapping[str, str]) -> str:
    return "node" if "package.json" in files and "pyproject.toml" not in files else "python"
