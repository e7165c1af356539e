"""semantic-release's rules of releases as rows of the table of types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.translation.table import Table, shown
from pilotage.domains.translation.typetable import BumpName, build_rows, is_type, row_of
from pilotage.model.config import DEFAULT_TYPES, ChangeType

if TYPE_CHECKING:
    from pilotage.domains.translation.notes import Notes
    from pilotage.domains.translation.semanticrelease.plugins import Plugins

__all__ = ["Rules", "read_rules"]

_DEFAULTS: dict[str, BumpName] = {"feat": "minor", "fix": "patch", "perf": "patch", "revert": "patch"}
_LEVELS: dict[str, BumpName] = {
    "major": "major",
    "premajor": "major",
    "minor": "minor",
    "preminor": "minor",
    "patch": "patch",
    "prepatch": "patch",
    "prerelease": "patch",
}
_MARKED = ("conventionalcommits",)
"""The presets that read `!` as a break; that of Angular does not read such a message at all."""


class Rules(msgspec.Struct, frozen=True):
    """What the rules say.

    Args:
        rows: The rows that differ from the default table.
        breaking: How far a breaking change moves the version.
        reads_mark: Whether `!` announces one.
        tame: The types whose breaking changes move the version only as far as the type's row says.
    """

    rows: dict[str, ChangeType]
    breaking: BumpName
    reads_mark: bool
    tame: tuple[str, ...]


def read_rules(table: Table, plugins: Plugins, notes: Notes) -> Rules:
    """Read the preset and `releaseRules`.

    The rules of a configuration come before the tool's own: a commit that one of them matches is not held against the
    others, so that a rule for a type decides about its breaking changes too.
    """
    options = Table(
        {**{key: table.raw(key) for key in ("preset", "releaseRules", "config")}, **plugins.analyzer}, table.place
    )
    preset = options.text("preset", "angular")
    if preset not in ("angular", *_MARKED):
        notes.add(options.name_of("preset"), preset, "commits are read as Conventional Commits only")
    bumps = dict(_DEFAULTS)
    breaking: BumpName = "major"
    own: list[str] = []
    is_breaking_ruled = False
    value = options.raw("releaseRules")
    if isinstance(value, str):
        notes.add(options.name_of("releaseRules"), value, "the rules are code: the tool's own are translated")
    for rule in options.tables("releaseRules") if isinstance(value, list) else ():
        level = _LEVELS.get(rule.text("release").lower(), "none") if rule.raw("release") else "none"
        if rule.raw("breaking") is True and not rule.text("type") and not rule.text("scope"):
            breaking, is_breaking_ruled = level, True
        elif set(rule) <= {"type", "release"} and is_type(rule.text("type").lower()):
            bumps[rule.text("type").lower()] = level
            own.append(rule.text("type").lower())
        else:
            rule_shown = shown({key: rule.raw(key) for key in rule})
            notes.add(rule.place, rule_shown, "rules here are for types only, whatever the scope or the subject")
    tame = () if is_breaking_ruled else tuple(dict.fromkeys(own))
    if breaking != "major":
        notes.add(options.name_of("releaseRules"), breaking, "a breaking change is major here, whatever its type")
    if tame:
        why = "a rule for a type decides about its breaking changes there too; here they are major"
        notes.add(options.name_of("releaseRules"), ", ".join(tame), why)
    levels: dict[str, BumpName] = {**dict.fromkeys(DEFAULT_TYPES, "none"), **bumps}
    rows = {name: row_of(name, level, hidden=level == "none") for name, level in levels.items()}
    return Rules(build_rows(rows), breaking, preset in _MARKED, tame)
