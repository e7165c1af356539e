"""Break a list's entry into lines, never where a line could be read as something else than text."""

from __future__ import annotations

import re

_WIDTH = 100
_SAFE_START = re.compile(r"[^\W\d_]{2}|[(\[][^\W_\[\]]*+(?!\])|[(\[`]+[^\W_]|[^\W_]+[^\W\d_.)]")
"""How a word starts that is text on a line of its own in Markdown and in reStructuredText: no marker, no underline."""


def wrap_entry(text: str, *, width: int = _WIDTH, indent: str = "  ") -> str:
    """Wrap one line at blanks; the following lines are indented.

    Args:
        text: One line; runs of blanks count as one.
        width: The most characters of a line, as far as its words allow.
        indent: What the following lines start with.
    """
    lines: list[str] = []
    line: list[str] = []
    length = 0
    for word in text.split():
        if line and length + 1 + len(word) > width and _SAFE_START.match(word):
            lines.append(" ".join(line))
            line, length = [], len(indent) - 1
        line.append(word)
        length += len(word) + (1 if len(line) > 1 or lines else 0)
    lines.append(" ".join(line))
    return f"\n{indent}".join(lines)
