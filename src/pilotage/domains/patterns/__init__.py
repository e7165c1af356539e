"""Configured patterns: regular expressions that cannot hang the check, whatever is written in them.

Python's `re` gives up on no pattern: `(a+)+b` takes it years. A time limit would need another process and would let a
slow machine decide about a title. So patterns are walked by a matcher of our own that never tries the same place of a
pattern at the same place of a text twice, and that counts its steps: the same title has the same verdict everywhere.
Single characters (classes, escapes, case) are left to `re`, so they mean what they mean in Python.
"""

from __future__ import annotations

from functools import lru_cache

from pilotage.domains.patterns.syntax import parse_pattern
from pilotage.domains.patterns.walk import LONGEST_TEXT, walk

__all__ = ["LONGEST_TEXT", "is_match", "is_named", "read_pattern_name"]

_read = lru_cache(maxsize=1024)(parse_pattern)


def is_match(pattern: str, text: str) -> bool:
    """Tell whether a pattern matches the whole of a text; none matches more than 500 characters.

    Raises:
        ConfigError: The pattern cannot be read, or needs too many steps.
    """
    return walk(_read(pattern), text, pattern=pattern)


def read_pattern_name(name: str) -> str:
    """Give the pattern of a name that is written as `/…/`; empty when it is a plain name."""
    return name[1:-1] if len(name) > 2 and name[0] == name[-1] == "/" else ""  # noqa: PLR2004 - two slashes and more


def is_named(text: str, names: tuple[str, ...]) -> bool:
    """Tell whether a text is one of some names, or is matched by one that is a pattern.

    Raises:
        ConfigError: As `is_match`.
    """
    if text in names:
        return True
    return any(is_match(pattern, text) for pattern in map(read_pattern_name, names) if pattern)
