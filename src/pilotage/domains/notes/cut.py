"""How much of the notes a page of GitHub takes."""

from __future__ import annotations

PULL_REQUEST_LIMIT = 65_536
"""The longest body of a pull request or a comment that GitHub takes, in characters."""

RELEASE_LIMIT = 125_000
"""The longest body of a release that GitHub takes, in characters."""


def cut_notes(text: str, limit: int, *, link: str) -> str:
    """Shorten notes to what a page takes, at the end of a line, with a link to the whole.

    Args:
        text: The notes.
        limit: The most characters (code points) of the answer: `PULL_REQUEST_LIMIT`, `RELEASE_LIMIT`.
        link: The address of the full notes.

    Returns:
        The text itself when it fits; never more than `limit` characters.
    """
    if len(text) <= limit:
        return text
    tail = f"… [Full notes]({link})"
    # the tail stands at the margin, so it also ends a nested block (and its fence) that is cut in two
    end = text.rfind("\n", 0, max(0, limit - len(tail) - 1))
    return f"{text[:end].rstrip()}\n\n{tail}" if end > 0 else tail[:limit]
