"""Showing text that strangers wrote: it stays data wherever it is shown."""

from __future__ import annotations

import unicodedata

_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))


def show(text: str, *, limit: int = 200) -> str:
    """Give a text for one line of a log: invisible characters are spelled out, length is bounded.

    A leading `::` or `##[` cannot start a workflow command, because the shown text is set off by a caller's own words
    or, at the start of a line, by a zero-effect space.
    """
    shown = "".join(_spell(character) for character in text[:limit])
    shown = shown + "…" if len(text) > limit else shown
    return f" {shown}" if shown.startswith(("::", "##[")) else shown


def _spell(character: str) -> str:
    if unicodedata.category(character) in _HIDDEN:
        return f"⟨U+{ord(character):04X}⟩"
    return character


def code_span(text: str) -> str:
    """Give a text as a Markdown code span on one line, fenced longer than any run of backticks in it."""
    shown = show(text)
    longest = run = 0
    for character in shown:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    fence = "`" * (longest + 1)
    return f"{fence} {shown} {fence}" if longest else f"`{shown}`"
