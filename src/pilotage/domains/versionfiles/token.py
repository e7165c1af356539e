"""Versions inside a text: how one is told from a number, a date and a part of a longer name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.model.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = (
    r"(?P<version>(?:[0-9]{1,9}!)?(?P<release>[0-9]{1,20}(?:\.[0-9]{1,20})*)"
    r"(?:[-_.]?(?:alpha|beta|preview|pre|rc|a|b|c)[-_.]?[0-9]{0,20})?(?:[-_.]?(?:post|rev|r)[-_.]?[0-9]{0,20})?"
    r"(?:[-_.]?dev[-_.]?[0-9]{0,20})?(?:\+[0-9a-z]{1,40}(?:[-_.][0-9a-z]{1,40})*)?)"
    r"(?![0-9A-Za-z]|\.[0-9])"
)
"""A PEP 440 version, without the implicit post release `1.0-1`; numbers are bounded, as int() is."""

TOKEN = re.compile(rf"(?<![0-9A-Za-z.])v?{VERSION}", flags=re.IGNORECASE | re.ASCII)
"""A version that stands by itself in a text; `v` in front is no part of it."""

DATE = re.compile(r"(?<![0-9-])(?P<version>[0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9-])", flags=re.ASCII)
"""A day, ISO 8601."""


def is_same(text: str, version: Version) -> bool:
    """Tell whether a text is this version with as many numbers: `1` is not 1.0.0 here, it may mean all of 1.x."""
    found = Version(text)
    return found == version and len(found.release) == len(version.release)


def find_tokens(text: str, start: int, end: int, *, equal_to: Version) -> Iterator[re.Match[str]]:
    """Find where a version stands between two indices of a text; its span is the group `version`."""
    return (match for match in TOKEN.finditer(text, start, end) if is_same(match["version"], equal_to))
