"""What the files of one commit say: the configuration, the package, and everything that a release may write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.settings import read_config
from pilotage.domains.versionfiles.project import more_paths, paths_to_read, read_project
from pilotage.errors import ConfigError
from pilotage.model.config import Config
from pilotage.model.history import Baseline, TagElsewhere
from pilotage.model.version import TagFormat, Version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.model.project import Project
    from pilotage.providers.git import Git

SPELLINGS = ("v{version}", "{version}")
"""How tags are spelled when the configuration does not say: the first one that the repository uses, else the first."""


class Tree(msgspec.Struct, frozen=True):
    """One package's files at one commit.

    Args:
        commit: The commit.
        config: The configuration that holds for it, its paths seen from the repository's root.
        project: The package in them.
        files: The files that a release may write: path to text.
        name: The component's name; None for a repository that is released as one.
        path: Its folder; "." for the root.
    """

    commit: str
    config: Config
    project: Project
    files: dict[str, str]
    name: str | None = None
    path: str = "."


class Start(msgspec.Struct, frozen=True):
    """The files of a commit's root that are read at first, in one go.

    Args:
        commit: The commit.
        config: The configuration in them.
        root_pyproject: The text of `pyproject.toml`; None when there is none.
        contents: What was read, by path.
        asked: What was asked for.
    """

    commit: str
    config: Config
    root_pyproject: str | None
    contents: dict[str, bytes]
    asked: tuple[str, ...]


def read_tree(git: Git, commit: str, *, config_path: str = "pyproject.toml") -> Tree:
    """Read the files of a commit's root as one package.

    Raises:
        ConfigError: The configuration or a version file cannot be understood; the message names the commit's file.
    """
    return finish_tree(git, read_start(git, commit, config_path=config_path))


def read_start(git: Git, commit: str, *, config_path: str = "pyproject.toml") -> Start:
    """Read the configuration of a commit, and along with it what nearly every package needs.

    Raises:
        ConfigError: The configuration cannot be understood.
    """
    # What a configuration may name is read along: then one call of git is enough for nearly all repositories.
    asked = tuple(dict.fromkeys((config_path, "pyproject.toml", *paths_to_read(Config()))))
    contents = git.read_files(commit, asked)
    texts = decode_all(contents, commit, (config_path, "pyproject.toml"))
    config = read_config(texts.get(config_path), path=config_path)
    return Start(commit, config, texts.get("pyproject.toml"), contents, asked)


def finish_tree(git: Git, start: Start) -> Tree:
    """Read what is missing of the package at the root.

    Raises:
        ConfigError: A version file cannot be understood.
    """
    config, commit = start.config, start.commit
    wanted = paths_to_read(config)
    others = tuple(path for path in wanted if path not in start.asked)
    contents = start.contents | (git.read_files(commit, others) if others else {})
    files = decode_all(contents, commit, wanted)
    pointed_at = more_paths(files)
    if pointed_at:
        files |= read_texts(git, commit, pointed_at)
    return Tree(commit, config, read_project(files, config=config), files)


def read_texts(git: Git, commit: str, paths: tuple[str, ...], *, is_strict: bool = True) -> dict[str, str]:
    """Read files of a commit as UTF-8 text, line ends untouched; paths without a file are left out.

    Args:
        git: The repository.
        commit: The commit.
        paths: The files.
        is_strict: Whether a file that is not UTF-8 is an error; else it is left out.

    Raises:
        ConfigError: A file is not UTF-8.
    """
    return decode_all(git.read_files(commit, paths), commit, paths, is_strict=is_strict)


def decode_all(
    contents: Mapping[str, bytes], commit: str, paths: tuple[str, ...], *, is_strict: bool = True
) -> dict[str, str]:
    """Decode the contents of some paths of a commit as UTF-8.

    Raises:
        ConfigError: A file is not UTF-8.
    """
    texts: dict[str, str] = {}
    for path in paths:
        if path not in contents:
            continue
        try:
            texts[path] = contents[path].decode("utf-8")
        except UnicodeDecodeError as error:
            if not is_strict:
                continue
            raise ConfigError(
                f"{path} at {commit[:10]}: not UTF-8 text at byte {error.start}",
                hint="Save the file as UTF-8; Pilotage edits text files only.",
            ) from error
    return texts


def find_baseline(git: Git, tree: Tree) -> tuple[Tree, Baseline | TagElsewhere | None]:
    """Find the last release, and with it the spelling of the tags where the configuration leaves it open.

    Returns:
        The tree with the configuration's tag format filled in, and where the unreleased history begins.
    """
    version = tree.project.version
    spellings = (tree.config.tag_format,) if tree.config.tag_format else SPELLINGS
    tag_format, *others = [TagFormat.parse(spelling, name=tree.project.name) for spelling in spellings]
    baseline = git.baseline(tree.commit, version, tag_format)
    for other in others:
        if _is_last(baseline, version):
            break
        # A tag of the version in the files says more than any other tag; each question costs a call of git.
        if baseline is None or (version is not None and git.tag_commit(other.render(version))):
            found = git.baseline(tree.commit, version, other)
            tag_format, baseline = (other, found) if found is not None else (tag_format, baseline)
    spelling = spellings[0] if len(spellings) == 1 else f"{tag_format.prefix}{{version}}"
    return with_tag_format(tree, spelling), baseline


def _is_last(baseline: Baseline | TagElsewhere | None, version: str | None) -> bool:
    """Tell whether this is the release of the version in the files, so that no other spelling need be tried."""
    if not isinstance(baseline, Baseline):
        return baseline is not None
    return version is None or baseline.version == Version(version)


def with_tag_format(tree: Tree, spelling: str) -> Tree:
    """Give the tree with the configuration's tag format filled in."""
    return msgspec.structs.replace(tree, config=msgspec.structs.replace(tree.config, tag_format=spelling))
