"""Pinned on purpose: the comment `pilotage: keep`."""

from __future__ import annotations

import re

from pilotage.domains.safetext import show

_COMMENT = re.compile(r"#[ \t]*pilotage[ \t]*:[ \t]*keep(?![\w-])(?P<reason>.*)", flags=re.IGNORECASE)
_AROUND = " \t\r():;,-\N{EN DASH}\N{EM DASH}"
_REACH = 4000
_LONGEST = 100


def keep_reason(text: str, start: int) -> str:
    """Say who keeps a place as it is, `pilotage: keep (until the new API is adopted)`; "" when nobody does.

    What counts is a `#` that `pilotage: keep` follows, in any case, with any blanks: behind the place on its own line,
    or anywhere on the line directly above when that is a comment as a whole. What stands behind the words is the
    reason. The words without a `#` right before them, as in a string, do not count; nor does a comment that is
    thousands of characters away from the place.

    Args:
        text: The file's text.
        start: The index where the place begins.

    Returns:
        At most 120 characters, safe to show.
    """
    match = _COMMENT.search(_line_from(text, start)) or _COMMENT.search(_comment_above(text, start))
    if match is None:
        return ""
    reason = show(match["reason"].strip(_AROUND), limit=_LONGEST)
    shortened = reason if len(reason) <= _LONGEST + 1 else f"{reason[:_LONGEST]}…"
    return f"pilotage: keep ({shortened})" if shortened else "pilotage: keep"


def _line_from(text: str, start: int) -> str:
    return text[start : start + _REACH].partition("\n")[0]


def _comment_above(text: str, start: int) -> str:
    """Give the line above the one that holds a place, when it is a comment; else ""."""
    end = text.rfind("\n", max(start - _REACH, 0), start)
    furthest = max(end - _REACH, 0)
    begin = text.rfind("\n", furthest, max(end, 0)) + 1
    above = text[begin : max(end, 0)].strip() if begin or not furthest else ""
    return above if above.startswith("#") else ""
