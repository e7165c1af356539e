"""T020, T021: the type is one of the configured ones, as it is spelled there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.patterns import is_named, read_pattern_name
from pilotage.model.title import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.titlerules.anatomy import Anatomy
    from pilotage.model.config import Config


def check_type(anatomy: Anatomy, config: Config) -> Iterator[Problem]:
    """T020, T021: the type is known, in the case in which it is configured (the default ones: lower)."""
    if is_known_type(anatomy.head[0].text, config):
        return
    token = anatomy.head[0]
    if token.text.lower() in {name.lower() for name in read_type_names(config)}:
        yield Problem("T020", "Write the type in lower case, as it is configured.", token.start, token.end)
    else:
        yield Problem("T021", f"Use a known type: {list_types(config)}.", token.start, token.end)


def is_known_type(word: str, config: Config) -> bool:
    """Tell whether a title may have a type: one of `[tool.pilotage.title] types`, or else of the table."""
    return is_named(word, config.title.types) if config.title.types else word in config.types


def read_type_names(config: Config) -> tuple[str, ...]:
    """Give the types that a title may have, without patterns."""
    return tuple(name for name in config.title.types or config.types if not read_pattern_name(name))


def list_types(config: Config) -> str:
    """List the types that a title may have, for a message."""
    return ", ".join(sorted(config.title.types or config.types))
