"""Which branches release what: `[tool.pilotage.channels]`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.maintenance import read_range
from pilotage.domains.wildcard import is_wildcard_match
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from pilotage.model.config import Config
    from pilotage.model.line import Channel

__all__ = ["check_channels", "find_channel"]

_TABLE = "[tool.pilotage.channels]"
_NOT_IN_A_NAME = re.compile(r"[\x00-\x20\x7f~^:?\[\\]|\.\.|@\{|//|^[/.-]|/\.|\.lock(?:/|$)|[/.]$")


def find_channel(branch: str, config: Config, *, default_branch: str = "") -> Channel:
    """Find what a branch releases; "" for the default branch and for one that the table does not name.

    A name counts before a pattern. In a pattern `*` stands for any characters, `/` too. No pattern takes in the
    default branch.

    Raises:
        ConfigError: Patterns of different meanings match the branch, or the default branch is named in the table.
    """
    named = config.channels.get(branch)
    if branch == default_branch:
        if named is not None:
            raise ConfigError(
                f"{_TABLE} {branch} = {named!r}: {branch} is the default branch, which makes the full releases",
                hint="Take the row out, or make another branch the default one.",
            )
        return ""
    if named is not None:
        return named
    found = {
        pattern: value
        for pattern, value in config.channels.items()
        if "*" in pattern and is_wildcard_match(branch, pattern)
    }
    if len(set(found.values())) > 1:
        rows = ", ".join(f"{pattern[:50]!r} = {value!r}" for pattern, value in found.items())
        raise ConfigError(
            f"{_TABLE}: several patterns match {branch[:100]!r} and do not agree: {rows}",
            hint=f"Add a row for {branch[:100]!r} itself, or make the patterns narrower.",
        )
    return next(iter(found.values()), "")


def check_channels(config: Config, path: str) -> None:
    """Check the branches' names in the table.

    Raises:
        ConfigError: A name is no branch's, a pattern is everybody's, a maintenance branch does not tell its versions,
            or one branch has two meanings.
    """
    seen: dict[str, str] = {}
    for name, value in config.channels.items():
        place = f"{path}: {_TABLE} {name[:100]!r}"
        if not name or _NOT_IN_A_NAME.search(name):
            raise ConfigError(
                f"{place} is not the name of a branch", hint="Write the name as git has it; * stands for any."
            )
        if not name.strip("*/"):
            raise ConfigError(f"{place} matches every branch", hint="Name the branches, or a part that they share.")
        bare = name.removeprefix("refs/heads/")
        if bare != name:
            raise ConfigError(f"{place} is the name of a ref", hint=f"Write the branch alone: {bare[:100]!r}.")
        if seen.setdefault(name.lower(), value) != value:
            raise ConfigError(
                f"{place} has two meanings: {seen[name.lower()]!r} and {value!r}, apart only by case",
                hint="Keep one of the rows.",
            )
        if value == "maintenance" and "*" not in name and read_range(name) is None:
            raise ConfigError(
                f"{place} does not tell which versions it maintains",
                hint='Name the branch after its line: "1.x", "1.4.x" or "release/1.4.x".',
            )
