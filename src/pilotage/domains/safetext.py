"""Showing text that strangers wrote: it stays data wherever it is shown."""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
_COMMAND = re.compile(r"(?:^|(?<=[\r\n]))([^\S\r\n]*+):(?=:)")


def show(text: str, *, limit: int = 200) -> str:
    """Give a text for one line of a log: invisible characters are spelled out, length is bounded.

    It cannot start a workflow command: the runner takes `::` after any white space at the start of a line, and `##[`
    anywhere in it (https://github.com/actions/runner, ActionCommand.cs), so both are spelled out too.
    """
    shown = "".join(_spell(character) for character in text[:limit]).replace("##[", f"##{_spell_out('[')}")
    shown = shown + "…" if len(text) > limit else shown
    words = shown.lstrip()
    return f"{_spell_out(':')}{words[1:]}" if words.startswith("::") else shown


def disarm(text: str) -> str:
    """Give lines of a log in which no line is a command to the runner, wherever a stranger broke one of them.

    For what consists of our own words with strangers' in it; a stranger's text by itself is `show`n.
    """
    return _COMMAND.sub(rf"\1{_spell_out(':')}", text).replace("##[", f"##{_spell_out('[')}")


def _spell(character: str) -> str:
    if unicodedata.category(character) in _HIDDEN:
        return _spell_out(character)
    return character


def _spell_out(character: str) -> str:
    return f"⟨U+{ord(character):04X}⟩"


def code_span(text: str, *, limit: int = 200) -> str:
    """Give a text as a Markdown code span on one line, fenced longer than any run of backticks in it."""
    shown = show(text, limit=limit)
    longest = run = 0
    for character in shown:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    fence = "`" * (longest + 1)
    return f"{fence} {shown} {fence}" if longest else f"`{shown}`"
