"""Part what follows a header into its body and its footers (Conventional Commits 1.0.0, rules 6 to 12 and 16)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.model.change import Footer
from pilotage.model.config import DEFAULT_TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

_BREAKING = re.compile(r"(BREAKING[ -]CHANGE):(?: (.*))?")
"""Rules 12 and 16: upper case, a colon, a space; the text may begin on the next line."""

_FOOTER = re.compile(r"([^\W_][\w-]*+)(?:: +| (?=#))(\S.*)")
"""Rules 8 and 9: a token of one word, then `: ` or ` #`; the `#` is kept with the value."""

_SEPARATOR = re.compile(r"-{3,}\s*")
"""The line that GitHub puts between a squashed body and its co-authors."""

_BULLET = re.compile(rf"\* (?:{'|'.join(DEFAULT_TYPES)})(?:\([^()]*+\))?!?: .*")
"""A commit's title in the list that GitHub makes of a squashed branch."""


def split_body(lines: Sequence[str]) -> tuple[str, tuple[Footer, ...]]:
    r"""Part the lines after a header into the body and the footers.

    Where the rules leave room:

    - Footers are the paragraphs at the end that begin with a token (rule 8), so prose such as `Note: …` in the middle
      of a body stays prose. GitHub's `---------` line between them does not end them.
    - `BREAKING CHANGE: ` and `BREAKING-CHANGE: ` open a footer wherever a line starts with them, also in the middle of
      a paragraph or right under the header: nobody's break is lost to a missing blank line. From there on, every token
      at the start of a line opens the next footer (rule 10).
    - Only these two spellings count (rule 12): not lower case, not the plural, not ` #`, not behind a bullet or `#`.
    - A value goes on over blank lines (rule 10) until the next token, GitHub's separator line or a bullet of its
      squash list. What then stands before the next token is body.
    - A break needs a text (rule 12), on its line or on the next: a template's empty `BREAKING CHANGE:` says nothing.
    """
    start = _find_start(lines)
    body = list(lines[:start])
    footers: list[Footer] = []
    open_lines: list[str] = []
    token = ""
    for line in lines[start:]:
        opening = _BREAKING.fullmatch(line) or _FOOTER.fullmatch(line)
        if opening or _SEPARATOR.fullmatch(line) or _BULLET.fullmatch(line):
            _close(token, open_lines, footers=footers, body=body)
            token = opening[1] if opening else ""
            open_lines = [opening[2] or ""] if opening else [line]
        else:
            open_lines.append(line)
    _close(token, open_lines, footers=footers, body=body)
    return "\n".join(body).strip("\n"), tuple(footers)


def _close(token: str, lines: list[str], *, footers: list[Footer], body: list[str]) -> None:
    if token and any(line.strip() for line in lines[:2]):
        footers.append(Footer(token, "\n".join(lines).strip()))
    elif token:
        body.extend([f"{token}:", *lines[1:]])
    else:
        body.extend(lines)


def _find_start(lines: Sequence[str]) -> int:
    start = index = len(lines)
    while index:
        while index and not lines[index - 1].strip():
            index -= 1
        while index and lines[index - 1].strip():
            index -= 1
        if _FOOTER.fullmatch(lines[index]) or _BREAKING.fullmatch(lines[index]):
            start = index
        elif not _SEPARATOR.fullmatch(lines[index]):
            break
    return next((i for i in range(start) if _BREAKING.fullmatch(lines[i])), start)
