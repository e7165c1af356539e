"""commitizen's maps from patterns to bumps, as rows of the table of types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.patterns import is_match
from pilotage.domains.translation.typetable import BumpName, build_rows, is_type, row_of
from pilotage.errors import ConfigError
from pilotage.model.config import DEFAULT_TYPES, ChangeType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.domains.translation.notes import Notes
    from pilotage.domains.translation.table import Table

__all__ = ["Bumps", "read_bumps"]

_PATTERN = r"^((BREAKING[\-\ ]CHANGE|\w+)(\(.+\))?!?):"
_MAP = {
    r"^.+!$": "MAJOR",
    r"^BREAKING[\-\ ]CHANGE": "MAJOR",
    r"^feat": "MINOR",
    r"^fix": "PATCH",
    r"^refactor": "PATCH",
    r"^perf": "PATCH",
}
_RULES = ("", "cz_conventional_commits", "cz_customize")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")
_BUMPS: dict[str, BumpName] = {"MAJOR": "major", "MINOR": "minor", "PATCH": "patch"}
_BREAKING = ("feat!", "BREAKING CHANGE")


class Bumps(msgspec.Struct, frozen=True):
    """What the maps say.

    Args:
        rows: The rows that differ from the default table.
        breaking: How far a breaking change moves a version from 1.0.0 on.
        major_on_zero: Whether one makes 1.0.0 out of a 0.x version.
        patch_on_zero: Whether a feature moves only the patch number of a 0.x version.
    """

    rows: dict[str, ChangeType]
    breaking: BumpName
    major_on_zero: bool
    patch_on_zero: bool


def read_bumps(table: Table, notes: Notes) -> Bumps:
    """Read the rules of the plugin that `name` names.

    Args:
        table: The tool's own table.
        notes: Where to say what has no equivalent.

    Raises:
        ConfigError: A value cannot be used.
    """
    name = table.text("name", "cz_conventional_commits")
    if name not in _RULES:
        notes.add(
            table.name_of("name"),
            name,
            "the rules of this plugin are in its code: commitizen's own conventional ones are translated",
        )
    custom = table.table("customize")
    is_custom = name == "cz_customize"
    usual = _read_map(custom, "bump_map") if is_custom else {}
    on_zero = _read_map(custom, "bump_map_major_version_zero") if is_custom else {}
    pattern = custom.text("bump_pattern") if is_custom else ""
    if pattern not in ("", _PATTERN):
        notes.add(custom.name_of("bump_pattern"), pattern, "commits are read as `type(scope): subject` only")
    usual = usual or _MAP
    is_zero = table.flag("major_version_zero")
    zero = (on_zero or _lowered(usual)) if is_zero else usual
    patterns = [*usual, *([pattern] if is_custom else [])]
    names = [*DEFAULT_TYPES, *(word for key in patterns for word in _WORD.findall(key))]
    rows = {}
    for one in dict.fromkeys(name.lower() for name in names if is_type(name.lower())):
        level = _bump_of(one, usual, custom, notes)
        if one in DEFAULT_TYPES or level != "none":
            rows[one] = row_of(one, level, hidden=level == "none")
    breaking, zero_breaking = (_breaking_of(bumps, custom, notes) for bumps in (usual, zero))
    if breaking != "major":
        notes.add(custom.name_of("bump_map"), breaking, "a breaking change is major here, whatever its type")
    if is_custom:
        notes.add_unread(custom, _CUSTOM)
    return Bumps(
        rows=build_rows(rows),
        breaking=breaking,
        major_on_zero=zero_breaking == "major",
        patch_on_zero=_bump_of("feat", zero, custom, notes) == "patch" and rows["feat"].bump == "minor",
    )


_CUSTOM = {
    "bump_map_major_version_zero": "",
    "change_type_map": "headings of the notes stand in extend-types, as section",
    "change_type_order": "sections stand in the order of the table of types",
    "changelog_pattern": "every type is in the notes, or hidden by its row in extend-types",
    "commit_parser": "commits are read as Conventional Commits only",
    "example": "",
    "info": "",
    "info_path": "",
    "message_template": "messages are written by hand; `pilotage title` checks them",
    "questions": "messages are written by hand; `pilotage title` checks them",
    "schema": "`pilotage title` checks Conventional Commits",
    "schema_pattern": "`pilotage title` checks Conventional Commits: `[tool.pilotage.title]` has further rules",
}


def _read_map(custom: Table, key: str) -> dict[str, str]:
    """Read a map of patterns; a pattern whose bump is false or empty moves nothing."""
    if key not in custom:
        return {}
    table = custom.table(key)
    found = {pattern: table.text(pattern).upper() if table.raw(pattern) else "" for pattern in table}
    for pattern, bump in found.items():
        if bump and bump not in _BUMPS:
            raise ConfigError(
                f"{table.name_of(pattern)} is {table.shown(pattern)}, expected MAJOR, MINOR or PATCH",
                hint="Correct it there, or take it out.",
            )
    return found


def _lowered(bumps: Mapping[str, str]) -> dict[str, str]:
    return {pattern: "MINOR" if bump == "MAJOR" else bump for pattern, bump in bumps.items()}


def _bump_of(keyword: str, bumps: Mapping[str, str], custom: Table, notes: Notes) -> BumpName:
    """Say what the first pattern that matches the beginning of a keyword asks for."""
    for pattern, bump in bumps.items():
        bare = pattern.removeprefix("^")
        try:
            if is_match(bare if bare.endswith("$") else f"(?:{bare})(?:.|\\n)*", keyword):
                return _BUMPS.get(bump, "none")
        except ConfigError as exc:
            notes.add(custom.name_of("bump_map"), pattern, f"the pattern cannot be read: {exc.message}")
    return "none"


def _breaking_of(bumps: Mapping[str, str], custom: Table, notes: Notes) -> BumpName:
    levels = [_bump_of(keyword, bumps, custom, notes) for keyword in _BREAKING]
    order: list[BumpName] = ["none", "patch", "minor", "major"]
    return max(levels, key=order.index)
