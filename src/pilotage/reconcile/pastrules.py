"""The rules in force at past commits, from the files that the one pass over the history saw."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.backtest.releasecommit import read_hand
from pilotage.domains.backtest.rules import Owners, Rules, has_own_table, is_candidate, named_paths, read_rules
from pilotage.errors import ConfigError
from pilotage.providers.githistorypass import read_contents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotage.domains.backtest.lineage import Lineage
    from pilotage.domains.backtest.steps import PastStep
    from pilotage.providers.git import Git
    from pilotage.providers.githistorypass import PastCommit

_NESTED = "/pyproject.toml"
"""The packages of a workspace, which only our own configuration finds by themselves."""

_MANIFEST = "manifest.json"
_ANY_VERSION = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}[^\"\s,]*+")
"""What release-please's manifest holds for each package."""

_USUAL = ("pyproject.toml", "setup.cfg", "package.json")
_TOOLS = re.compile(r"(?i)release|commitizen|\bcz\b|pilotage")

_VERSIONED = (".toml", ".cfg", ".json")
"""Files that a release writes its version into, which says nothing about its rules."""


def is_wanted(path: str, config_path: str) -> bool:
    """Tell whether a file's contents may decide about releases."""
    return path == config_path or is_candidate(path)


class PastRules:
    """Reads the rules in force at releases; equal files are read once.

    Args:
        git: The clone.
        past: The history, newest first.
        lineage: The same.
        config_path: Where our own configuration stands.
    """

    def __init__(self, git: Git, past: Sequence[PastCommit], lineage: Lineage, *, config_path: str) -> None:
        self._git = git
        self._past = past
        self._lineage = lineage
        self._config_path = config_path
        self._states: dict[int, dict[str, str]] = {}
        self._texts: dict[str, str | None] = {}
        self._known: dict[object, Rules | ConfigError | None] = {}
        self._equal: dict[bytes, Rules] = {}
        self._named: dict[object, tuple[str, ...]] = {}
        self._attributions: dict[int, Owners | None] = {}

    def prepare(self, positions: Sequence[int]) -> None:
        """Read the contents of all files that may hold rules at some commits, with two calls of git."""
        for position in sorted(set(positions), reverse=True):  # the oldest first: each goes on from an older one
            self._states[position] = self._state_at(position)
        ids = {one for position in positions for one in self._states[position].values()}
        self._read(dict.fromkeys(sorted(ids)))
        named = [
            f"{self._lineage.commits[position].sha}:{path}"
            for position in dict.fromkeys(positions)
            for path in self._named_at(position)
            if path not in self._states[position]
        ]
        self._read(dict.fromkeys(named))

    def at(self, position: int, step: PastStep) -> Rules | None:
        """Give the rules in force at a prepared commit; None when nothing says that a tool was in use.

        Raises:
            ConfigError: The configuration cannot be understood.
        """
        files = self._files(position)
        if not has_own_table(files.get(self._config_path)):
            files = {path: text for path, text in files.items() if not path.endswith(_NESTED)}
        sha = self._lineage.commits[position].sha
        for path in self._named_at(position):
            text = self._texts.get(f"{sha}:{path}")
            if text is not None:
                files[path] = text
        hand = read_hand(self._lineage.commits[step.position])
        versions = [step.release.text, *([step.previous.text] if step.previous else [])]
        key = (
            hand,
            tuple(
                (path, _masked(path, text, versions))
                for path, text in sorted(files.items())
                if _says_anything(path, text)
            ),
        )
        if key not in self._known:
            try:
                self._known[key] = self._one_of(read_rules(files, hand=hand, config_path=self._config_path))
            except ConfigError as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, ConfigError):
            raise found
        return found

    def attribution(self, rules: Rules) -> Owners | None:
        """Give what tells the component of a commit under some rules."""
        if id(rules) not in self._attributions:
            self._attributions[id(rules)] = rules.attribution()
        return self._attributions[id(rules)]

    def day_of(self, position: int) -> str:
        """Give the day of a commit, ISO 8601, UTC."""
        return time.strftime("%Y-%m-%d", time.gmtime(self._past[position].date))

    def _one_of(self, rules: Rules | None) -> Rules | None:
        """Give the rules that are equal to these, where there were any: what depends on them is made once."""
        return rules and self._equal.setdefault(msgspec.json.encode(rules), rules)

    def _named_at(self, position: int) -> tuple[str, ...]:
        """Give the further files that hold rules; they are named by files that no release writes into."""
        state = self._states[position]
        key = tuple(sorted(item for item in state.items() if not item[0].endswith(_VERSIONED)))
        if key not in self._named:
            self._named[key] = named_paths(self._files(position))
        return self._named[key]

    def _state_at(self, position: int) -> dict[str, str]:
        """Follow the first parents back to a commit whose files are known, and the changes forth again."""
        chain: list[int] = []
        at: int | None = position
        while at is not None and at not in self._states:
            chain.append(at)
            at = self._lineage.first_parent(at)
        state = dict(self._states[at]) if at is not None else {}
        for one in reversed(chain):
            for path, content in self._past[one].contents:
                if content:
                    state[path] = content
                else:
                    state.pop(path, None)
        return state

    def _read(self, names: Mapping[str, None]) -> None:
        for name, data in read_contents(self._git, names).items():
            self._texts[name] = _decode(data)

    def _files(self, position: int) -> dict[str, str]:
        found = ((path, self._texts.get(content)) for path, content in self._states[position].items())
        return {path: text for path, text in found if text is not None}


def _decode(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None  # no tool of the day could read it either


def _says_anything(path: str, text: str) -> bool:
    """Tell whether a file that most repositories have for other reasons names a release tool at all."""
    is_usual = path in _USUAL or path.startswith(".github/workflows/")
    return not is_usual or _TOOLS.search(text) is not None


def _masked(path: str, text: str, versions: Sequence[str]) -> str:
    """Take out of a text what a release writes into it."""
    if path.endswith(_MANIFEST):
        return _ANY_VERSION.sub("*", text)
    if path.endswith(_VERSIONED):
        for version in versions:
            text = text.replace(version, "*")
    return text
