"""python-semantic-release's parser options as rows of the table of types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.patterns import is_match
from pilotage.domains.translation.typetable import BumpName, build_rows, is_type, row_of
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from pilotage.domains.translation.notes import Notes
    from pilotage.domains.translation.table import Table
    from pilotage.model.config import ChangeType

__all__ = ["TypeRules", "read_types"]

_MINOR = ("feat",)
_PATCH = ("fix", "perf")
_OTHER = ("build", "chore", "ci", "docs", "style", "refactor", "test")
_WORDS: dict[str, BumpName] = {
    "no-release": "none",
    "no_release": "none",
    "0": "none",
    "1": "none",
    "patch": "patch",
    "2": "patch",
    "minor": "minor",
    "3": "minor",
    "major": "major",
    "4": "major",
}
"""The levels of version 8 and later, as words and as numbers; 1 is a revision of a pre-release."""

_CONVENTIONAL = (
    *("", "angular", "conventional", "conventional-monorepo"),
    "semantic_release.history.angular_parser",
)
_PREFIXES = ("semantic_release.commit_parser.", "semantic_release.history.parser_angular")
_SQUASHES = 10
_TABLES = 8


_OPTIONS = {
    "other_allowed_tags": "the tool reads the types of allowed_tags only",
    "path_filters": "name the package's folder: `[tool.pilotage.components.NAME]` path",
    "scope_prefix": "commits are told apart by the files that they touch",
}
"""Why an option of the parser has no equivalent."""


class TypeRules(msgspec.Struct, frozen=True):
    """What the parser does with types.

    Args:
        rows: The rows that differ from the default table.
        known: The types that it reads at all.
        reads_squashes: Whether it reads the messages inside a squash commit's body.
    """

    rows: dict[str, ChangeType]
    known: tuple[str, ...]
    reads_squashes: bool


def read_types(table: Table, notes: Notes, *, major: int) -> TypeRules:
    """Read the parser and its options.

    Args:
        table: The tool's own table.
        notes: Where to say what has no equivalent.
        major: The major version of the tool.

    Raises:
        ConfigError: A value cannot be used.
    """
    parser = table.text("commit_parser")
    if parser not in _CONVENTIONAL and not parser.startswith(_PREFIXES):
        notes.add(
            table.name_of("commit_parser"),
            parser,
            "commits are read as Conventional Commits; past releases may have been decided otherwise",
        )
    options = table.table("commit_parser_options") if major >= _TABLES else table
    prefix = "" if major >= _TABLES else "parser_angular_"
    suffix = "tags" if major >= _TABLES else "types"
    minor = options.texts(f"{prefix}minor_{suffix}", _MINOR)
    patch = options.texts(f"{prefix}patch_{suffix}", _PATCH)
    # the tool's own list holds whatever the others say: a type of minor_tags that is not in it is not read
    known = options.texts(f"{prefix}allowed_{suffix}", (*_MINOR, *_PATCH, *_OTHER))
    default = _read_level(options, "default_bump_level" if major >= _TABLES else "parser_angular_default_level_bump")
    excluded = table.table("changelog").texts("exclude_commit_patterns") if major >= _TABLES else None
    rows = {}
    for name in known:
        level: BumpName = "minor" if name in minor else "patch" if name in patch else default
        if is_type(name.lower()):
            hidden = None if excluded is None else _is_excluded(name, excluded)
            rows[name.lower()] = row_of(name.lower(), level, hidden=hidden)
        else:
            notes.add(options.place, name, "no name of a type: letters, digits, _ and - are")
    squashes = options.flag("parse_squash_commits", default=major >= _SQUASHES) if major >= _TABLES else False
    options.raw("ignore_merge_commits")
    if options is not table:
        notes.add_unread(options, _OPTIONS)
    return TypeRules(build_rows(rows), known, squashes)


def _is_excluded(name: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether the notes leave out a type: whether a pattern matches the beginning of its messages."""
    for pattern in patterns:
        bare = pattern.removeprefix("^").removeprefix("\\b")
        try:
            if all(is_match(f"(?:{bare})(?:.|\\n)*", title) for title in (f"{name}: x", f"{name}(x): x")):
                return True
        except ConfigError:
            continue  # a pattern that Python alone can read says nothing here
    return False


def _read_level(options: Table, key: str) -> BumpName:
    text = options.text(key, "no-release").strip().lower()
    level = _WORDS.get(text)
    if level is None:
        raise ConfigError(
            f"{options.name_of(key)} is {options.shown(key)}, expected no-release, patch, minor or major",
            hint="Correct it there, or take it out.",
        )
    return level
