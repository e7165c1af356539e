"""Remember on a release whom it was told to: a hidden line in its body, so that a second run tells nobody twice.

The line is `<!-- pilotage:announced KEY KEY -->`. It counts where it fills a line from the margin on, and of several
the last one does. Strangers' words never stand so: titles follow a bullet, blocks are indented, and what Pilotage
writes of them has its own marks shown as text (`releasebody.disarm_marks`).
"""

from __future__ import annotations

import re
from collections import deque

from pilotage.domains.notes import RELEASE_LIMIT, cut_notes

_START = "<!-- pilotage:announced "
_MARK = re.compile(r"^<!-- pilotage:announced ([^<>\r\n]*) -->[ \t]*+(?=\r?$)", re.MULTILINE)
_KEY = re.compile(r"[^\s<>]{1,100}")


def read_announced(body: str) -> frozenset[str]:
    """Read the keys of the targets that know of the release; empty when nobody was told."""
    mark = _find(body)
    return frozenset(mark[1].split()) if mark else frozenset()


def mark_announced(body: str, key: str, *, link: str = "") -> str:
    """Write into a release's body that a target knows of it; the body itself when it says so already.

    People's text stays as it is, their line ends too. The line moves to the end.

    Args:
        body: The release's body as it is now.
        key: The target's key.
        link: The page of the full notes, for a body that is at GitHub's limit and must give way to the line.

    Raises:
        ValueError: The key has white space or angle brackets in it.
    """
    if not _KEY.fullmatch(key):
        msg = f"a key has no white space and no angle brackets: {key!r}"
        raise ValueError(msg)
    told = read_announced(body)
    if key in told:
        return body
    text = strip_announced(body).rstrip()
    newline = "\r\n" if "\r\n" in body else "\n"
    line = f"{_START}{' '.join(sorted({*told, key}))} -->"
    if not text:
        return line
    room = max(0, RELEASE_LIMIT - len(line) - 2 * len(newline))
    return f"{_cut(text, room, link=link)}{newline}{newline}{line}"


def strip_announced(body: str) -> str:
    """Take the line out of a release's body, for showing the notes."""
    mark = _find(body)
    if mark is None:
        return body
    before, after = body[: mark.start()].rstrip(), body[mark.end() :]
    return f"{before}{after}" if after.strip() else before


def _cut(text: str, room: int, *, link: str) -> str:
    if len(text) <= room:
        return text
    return cut_notes(text, room, link=link) if link else f"{text[: room - 1].rstrip()}…"


def _find(body: str) -> re.Match[str] | None:
    return deque(_MARK.finditer(body), maxlen=1).pop() if _MARK.search(body) else None
