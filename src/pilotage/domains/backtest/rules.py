"""The rules in force at one commit: our own configuration, another tool's translated, or those of a release by hand."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains import translation
from pilotage.domains.backtest.ownrules import read_own_components
from pilotage.domains.components.attribution import Attribution
from pilotage.errors import ConfigError
from pilotage.model.component import Component
from pilotage.model.config import ChangeType, Config
from pilotage.model.project import Project
from pilotage.model.translation import Quirks, TranslatedComponent
from pilotage.model.version import TagFormat

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotage.domains.backtest.releasecommit import Hand
    from pilotage.domains.backtest.releasetags import ReleaseTag
    from pilotage.model.commit import Commit

__all__ = [
    "BY_HAND",
    "GIT_CHANGELOG",
    "Owners",
    "Rules",
    "find_component",
    "find_doubtful",
    "has_own_table",
    "is_candidate",
    "named_paths",
    "read_rules",
]

_OWN_TABLE = re.compile(r"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*[\"']?pilotage[\"']?[ \t]*[.\]]", re.MULTILINE)
_NAMED = re.compile(r"git[-_]changelog")
_GIT_CHANGELOG = re.compile(r"(?:^|/)(?:\.?git-changelog\.toml|duties\.py)$")
_BARE = {
    "release-please": {"release-please-config.json": '{"release-type": "python"}'},
    "python-semantic-release": {"pyproject.toml": "[tool.semantic_release]\n"},
    "commitizen": {"pyproject.toml": "[tool.commitizen]\n"},
    "semantic-release": {".releaserc.json": "{}"},
}
"""What stands for the configuration of a tool whose hand shows in a release commit, and which has none."""


class Rules(msgspec.Struct, frozen=True):
    """What decides versions at one commit.

    Args:
        tool: Whose rules they are: `pilotage`, the name of another tool, or `by hand`.
        components: The packages; one with the name "" for a repository that is released as one.
        linked: Groups of names that always have the same version.
        is_guessed: Whether only a release commit's title or body speaks for the tool, and no configuration.
    """

    tool: str
    components: tuple[TranslatedComponent, ...]
    linked: tuple[tuple[str, ...], ...] = ()
    is_guessed: bool = False

    def attribution(self) -> Owners | None:
        """Give what tells the components of a commit; None when every commit is the only one's."""
        if len(self.components) == 1 and _takes_all(self.components[0]):
            return None
        return Owners(Attribution([_as_component(one) for one in self.components]))

    def linked_with(self, index: int) -> frozenset[int]:
        """Give the components whose commits decide a component's version: its own, and those of its group."""
        name = self.components[index].name
        names = {one for group in self.linked if name in group for one in group}
        return frozenset({index, *(at for at, one in enumerate(self.components) if one.name in names)})


class Owners:
    """Tells which components a commit belongs to, and remembers it: releases of several components share commits.

    Args:
        attribution: What tells it.
    """

    def __init__(self, attribution: Attribution) -> None:
        self._attribution = attribution
        self._known: dict[str, frozenset[int]] = {}

    def of(self, commit: Commit) -> frozenset[int]:
        """Give the components of a commit by their index."""
        known = self._known.get(commit.sha)
        if known is None:
            known = self._known[commit.sha] = self._attribution.of_commit(commit)
        return known


def _takes_all(one: TranslatedComponent) -> bool:
    return one.path == "." and not one.exclude_paths and not one.config.exclude_paths


def _as_component(one: TranslatedComponent) -> Component:
    excluded = (*one.exclude_paths, *one.config.exclude_paths)
    return Component(one.name, one.path, one.config, Project("", None, ""), paths=one.paths, exclude_paths=excluded)


_ANY_COMMIT = (TranslatedComponent("", ".", Config(), quirks=Quirks(any_commit=True)),)

GIT_CHANGELOG = Rules("git-changelog", _ANY_COMMIT)
"""A tool that is recognised and not translated: it moves a version as our defaults do, by a patch at least."""

BY_HAND = Rules("by hand", _ANY_COMMIT)
"""Where no tool was ever in use: our defaults. A release was made, so it is a patch at least."""


def is_candidate(path: str) -> bool:
    """Tell whether a file may hold rules: a known tool's, or the packages of a workspace."""
    is_package = path == "pyproject.toml" or path.endswith("/pyproject.toml")
    return is_package or translation.is_candidate(path) or _GIT_CHANGELOG.search(path) is not None


def named_paths(files: Mapping[str, str]) -> tuple[str, ...]:
    """Give the further files that the files themselves name as holding rules; none where they cannot be understood."""
    try:
        return translation.find_named_paths(files)
    except ConfigError:
        return ()  # reading the rules meets the same error, and tells it


def has_own_table(text: str | None) -> bool:
    """Tell whether a text has a table `[tool.pilotage]`."""
    return text is not None and _OWN_TABLE.search(text) is not None


def read_rules(files: Mapping[str, str], *, hand: Hand, config_path: str = "pyproject.toml") -> Rules | None:
    """Read the rules in force.

    Args:
        files: The texts of the files that may hold rules, by path.
        hand: Whose hand the release commit shows.
        config_path: Where our own configuration stands.

    Returns:
        The rules; None when nothing says that a tool was in use.

    Raises:
        ConfigError: The configuration cannot be understood.
    """
    if has_own_table(files.get(config_path)):
        config, components = read_own_components(files, config_path=config_path)
        return Rules("pilotage", components, config.linked_versions)
    tools = translation.detect_tools(files)
    if hand.tool in tools or (tools and not hand.is_sure):
        tool = hand.tool if hand.tool in tools else tools[0]
        found = translation.translate(tool, files)
        return Rules(tool, _adjusted(tool, found.components), found.config.linked_versions)
    if hand.tool:
        # Its configuration is elsewhere, or it has none: what it does by itself is known all the same.
        bare = translation.translate(hand.tool, _BARE[hand.tool])
        return Rules(hand.tool, _adjusted(hand.tool, bare.components), is_guessed=True)
    is_git_changelog = any(_NAMED.search(text) for path, text in files.items() if _GIT_CHANGELOG.search(path))
    return GIT_CHANGELOG if is_git_changelog else None


def find_doubtful(found: Sequence[Rules | None]) -> frozenset[str]:
    """Find the tools that are guessed in fewer than half of a repository's releases and configured in none.

    People write `chore: release 1.2.3` by hand too: one such title makes no release tool.
    """
    sure = {rules.tool for rules in found if rules and not rules.is_guessed}
    guessed = Counter(rules.tool for rules in found if rules and rules.is_guessed)
    return frozenset(tool for tool, count in guessed.items() if tool not in sure and count * 2 < len(found))


def _adjusted(tool: str, components: tuple[TranslatedComponent, ...]) -> tuple[TranslatedComponent, ...]:
    """Put right what the translation leaves to the reader of past commits.

    - semantic-release takes back only what a commit reverts word by word: reverts count.
    - release-please bumps for `feature` as for `feat` also where no section shows it.
    """
    components = tuple(msgspec.structs.replace(one, version="") for one in components)  # the tags say it
    if tool == "semantic-release":
        return tuple(_with(one, reverts="count") for one in components)
    if tool == "release-please":
        return tuple(
            one
            if "feature" in one.config.types
            else _with(one, extend_types={**one.config.extend_types, "feature": ChangeType("minor", hidden=True)})
            for one in components
        )
    return components


def _with(one: TranslatedComponent, **values: object) -> TranslatedComponent:
    return msgspec.structs.replace(one, config=msgspec.structs.replace(one.config, **values))


def find_component(rules: Rules, tag: ReleaseTag) -> int | None:
    """Find the component that a tag belongs to, by its spelling, else by its name; None when there is none."""
    if len(rules.components) == 1 and rules.components[0].name == "":
        return 0
    for index, one in enumerate(rules.components):
        if _spells(one, tag.name):
            return index
    wanted = _plain(tag.component)
    names = [one.name for one in rules.components] + [one.path.rpartition("/")[2] for one in rules.components]
    found = [index for index, name in enumerate(names) if wanted and _plain(name) == wanted]
    return found[0] % len(rules.components) if found else None


def _spells(one: TranslatedComponent, tag: str) -> bool:
    try:
        form = TagFormat.parse(one.config.tag_format, name=one.name)
    except ConfigError:
        return False
    return form.read(tag) is not None


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
