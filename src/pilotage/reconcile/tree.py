"""What the files of one commit say: the configuration, the package, and everything that a release may write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.settings import read_config
from pilotage.domains.versionfiles.project import paths_to_read, read_project
from pilotage.errors import ConfigError
from pilotage.model.version import TagFormat

if TYPE_CHECKING:
    from pilotage.model.config import Config
    from pilotage.model.history import Baseline, TagElsewhere
    from pilotage.model.project import Project
    from pilotage.providers.git import Git

SPELLINGS = ("v{version}", "{version}")
"""How tags are spelled when the configuration does not say: the first one that the repository uses, else the first."""


class Tree(msgspec.Struct, frozen=True):
    """One commit's files.

    Args:
        commit: The commit.
        config: The configuration in them.
        project: The package in them.
        files: The files that a release may write: path to text.
    """

    commit: str
    config: Config
    project: Project
    files: dict[str, str]


def read_tree(git: Git, commit: str, *, config_path: str = "pyproject.toml") -> Tree:
    """Read the files of a commit.

    Raises:
        ConfigError: The configuration or a version file cannot be understood; the message names the commit's file.
    """
    texts = read_texts(git, commit, (config_path, "pyproject.toml", "setup.cfg"))
    config = read_config(texts.get(config_path), path=config_path)
    wanted = paths_to_read(config)
    texts |= read_texts(git, commit, tuple(path for path in wanted if path not in texts))
    files = {path: texts[path] for path in wanted if path in texts}
    return Tree(commit, config, read_project(files, config=config), files)


def read_texts(git: Git, commit: str, paths: tuple[str, ...]) -> dict[str, str]:
    """Read files of a commit as UTF-8 text, line ends untouched; paths without a file are left out.

    Raises:
        ConfigError: A file is not UTF-8.
    """
    texts: dict[str, str] = {}
    for path, content in git.read_files(commit, paths).items():
        try:
            texts[path] = content.decode("utf-8")
        except UnicodeDecodeError as error:
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
    formats = [TagFormat.parse(spelling, name=tree.project.name) for spelling in spellings]
    if version is not None and len(formats) > 1:
        known = [tag_format for tag_format in formats if git.tag_commit(tag_format.render(version))]
        formats = known[:1] or formats
    found = [(tag_format, git.baseline(tree.commit, version, tag_format)) for tag_format in formats]
    tag_format, baseline = next((pair for pair in found if pair[1] is not None), found[0])
    spelling = spellings[0] if len(spellings) == 1 else f"{tag_format.prefix}{{version}}"
    return with_tag_format(tree, spelling), baseline


def with_tag_format(tree: Tree, spelling: str) -> Tree:
    """Give the tree with the configuration's tag format filled in."""
    return msgspec.structs.replace(tree, config=msgspec.structs.replace(tree.config, tag_format=spelling))
