"""What the files of one commit say about every package in it: one for most repositories, many for a workspace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.versionfiles.project import more_paths, paths_to_read, paths_to_write, read_project
from pilotage.errors import ConfigError
from pilotage.model.config import Config
from pilotage.model.version import TagFormat, Version
from pilotage.reconcile.tree import SPELLINGS, Tree, finish_tree, read_start, read_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.model.component import Component
    from pilotage.providers.git import Git
    from pilotage.reconcile.tree import Start


class Forest(msgspec.Struct, frozen=True):
    """Every package at one commit.

    Args:
        commit: The commit.
        config: `[tool.pilotage]` as it stands.
        trees: The packages that are released, in the order of their folders; one without a name for a repository that
            is released as one.
        components: All components, those too that are never released, for their files are nobody else's; empty for a
            repository that is released as one.
        templates: The texts of the templates that the configuration names, by path.
    """

    commit: str
    config: Config
    trees: tuple[Tree, ...]
    components: tuple[Component, ...] = ()
    templates: dict[str, str] = {}


def read_forest(git: Git, commit: str, *, config_path: str = "pyproject.toml") -> Forest:
    """Read the packages of a commit: with one call of git or two, with five where there are several packages.

    Raises:
        ConfigError: The configuration or a version file cannot be understood; the message names the commit's file.
    """
    start = read_start(git, commit, config_path=config_path)
    if has_components(start):
        forest = _read_components(git, start)
        if forest.components:
            return forest
    tree = finish_tree(git, start)
    return Forest(commit, tree.config, (tree,))


def has_components(start: Start) -> bool:
    """Tell whether the root may name several packages: by configuration, or as a uv or poetry workspace."""
    if start.config.components or start.config.workspace == "off":
        return bool(start.config.components)
    # A word tells most repositories apart without a second reading of the TOML.
    text = start.root_pyproject or ""
    return (
        "[tool.uv.workspace" in text or ("[tool.uv" in text and "workspace" in text) or _PATH.search(text) is not None
    )


_PATH = re.compile(r"\bpath\s*=\s*[\"']")


def _read_components(git: Git, start: Start) -> Forest:
    # Most repositories hold one package and shall not wait for what follows.
    from pilotage.domains.components.inventory import (  # noqa: PLC0415 - see above
        folders_to_read,
        plan_components,
        select_packages,
    )
    from pilotage.domains.components.workspace import find_members, member_globs  # noqa: PLC0415 - see above

    config, commit = start.config, start.commit
    workspace = member_globs(start.root_pyproject if config.workspace == "auto" else None)
    if not workspace.kind and not config.components:
        return Forest(commit, config, ())
    files = [path for path in git.list_paths(commit) if path.endswith("pyproject.toml")] if workspace.kind else []
    members = find_members(workspace, files)
    texts = _read_group(git, commit, {f: _declaring(f) for f in folders_to_read(config, members)})
    packages = select_packages(
        config, members, {path: text for group in texts.values() for path, text in group.items()}
    )
    projects = {folder: read_project(texts[folder], path=folder) for folder in packages if texts.get(folder)}
    components = plan_components(config, members=members, projects=projects)
    if [component.name for component in components] == [None]:
        return Forest(commit, config, ())
    released = [component for component in components if not component.skip]
    texts = _read_group(git, commit, {c.path: paths_to_read(c.config, path=c.path) for c in released})
    pointed_at = {c.path: more_paths(texts[c.path], path=c.path) for c in released}
    if any(pointed_at.values()):
        more = _read_group(git, commit, pointed_at)
        texts = {path: files | more[path] for path, files in texts.items()}
    trees = tuple(_plant(commit, component, texts[component.path]) for component in released)
    return Forest(commit, config, trees, components)


def _plant(commit: str, component: Component, files: dict[str, str]) -> Tree:
    project = read_project(files, config=component.config, path=component.path)
    return Tree(commit, component.config, project, files, component.name, component.path)


def _declaring(folder: str) -> tuple[str, ...]:
    """List the files that may declare a package in a folder."""
    return paths_to_read(Config(changelog_path=""), path=folder)


def _read_group(
    git: Git, commit: str, wanted: Mapping[str, tuple[str, ...]], *, is_strict: bool = True
) -> dict[str, dict[str, str]]:
    """Read files for each of several folders, with one call of git; what nobody named may be no text."""
    paths = tuple(dict.fromkeys(path for group in wanted.values() for path in group))
    texts = read_texts(git, commit, paths, is_strict=is_strict)
    return {folder: {path: texts[path] for path in group if path in texts} for folder, group in wanted.items()}


def choose_tree(forest: Forest, name: str | None) -> Tree:
    """Give the package of a name; without one the only package.

    Raises:
        ConfigError: There is no such component, or no name was given and there are several.
    """
    found = [tree for tree in forest.trees if name is None or tree.name == name]
    if len(found) == 1:
        return found[0]
    names = ", ".join(sorted(tree.name for tree in forest.trees if tree.name))
    if name is None:
        raise ConfigError("there are several packages here", hint=f"Name one of them: {names}.")
    hint = f"Known here: {names}." if names else "Leave the name out: the repository is released as one."
    raise ConfigError(f"{name!r}: this repository has no such component", hint=hint)


def read_all_files(git: Git, forest: Forest) -> Forest:
    """Read what a release may write beside the files that its decision needs, with one call of git.

    They are locks, modules with `__version__`, the README and the like; for packages that follow others, the files in
    which requirements stand. One that is not UTF-8 stays as it is.

    Raises:
        ConfigError: A template is missing or cannot be parsed.
    """
    wanted = {t.path: paths_to_write(t.files, project=t.project, path=t.path) for t in forest.trees}
    if forest.components:
        first = forest.trees[0].path
        wanted[first] += _paths_with_requirements(git, forest)
    found = _read_group(git, forest.commit, wanted, is_strict=False)
    trees = tuple(msgspec.structs.replace(tree, files=tree.files | found[tree.path]) for tree in forest.trees)
    return msgspec.structs.replace(forest, trees=trees, templates=read_templates(git, forest))


_REQUIREMENTS = re.compile(r"(?:[^/]*requirements[^/]*|requirements/[^/]*)\.(?:txt|in)|pyproject\.toml|setup\.cfg")


def _paths_with_requirements(git: Git, forest: Forest) -> tuple[str, ...]:
    """List the files in which components, those too that are never released, say what they require."""
    folders = {"" if component.path == "." else f"{component.path}/" for component in forest.components}
    known = {path for tree in forest.trees for path in tree.files}
    paths = (path for path in git.list_paths(forest.commit) if path not in known)
    return tuple(path for path in paths if any(_is_in(path, folder) for folder in _folders_above(path) & folders))


def _folders_above(path: str) -> set[str]:
    folder = path.rpartition("/")[0]
    above = {folder, folder.rpartition("/")[0]}
    return {f"{one}/" if one else "" for one in above}


def _is_in(path: str, folder: str) -> bool:
    return _REQUIREMENTS.fullmatch(path, len(folder)) is not None


def read_templates(git: Git, forest: Forest) -> dict[str, str]:
    """Read the templates of a commit and check that they can be parsed.

    Raises:
        ConfigError: One is missing, is not UTF-8, or its syntax is wrong.
    """
    rules = forest.config.notes
    if not (rules.template or rules.pull_request_template or rules.pull_request_title or rules.release_title):
        return {}
    from pilotage.domains.template import check_templates, template_paths  # noqa: PLC0415 - few repositories have any

    texts = read_texts(git, forest.commit, template_paths(forest.config))
    check_templates(forest.config, texts)
    return texts


def find_release(forest: Forest, tag: str) -> tuple[Tree | None, Version | None]:
    """Find which package a tag is a release of, and the version that it spells."""
    found = ((tree, _version_of(tree, tag)) for tree in forest.trees)
    return next((row for row in found if row[1] is not None), (None, None))


def _version_of(tree: Tree, tag: str) -> Version | None:
    spellings = (tree.config.tag_format,) if tree.config.tag_format else SPELLINGS
    found = (TagFormat.parse(spelling, name=tree.project.name).read(tag) for spelling in spellings)
    return next((version for version in found if version is not None), None)
