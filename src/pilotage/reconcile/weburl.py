"""The address of a repository's pages, from the URL of its remote."""

from __future__ import annotations

import re

_REMOTE = re.compile(
    r"(?:https?://(?:[^@/]*@)?([^/:]+(?::[0-9]+)?)/|ssh://git@([^/:]+)(?::[0-9]+)?/|git@([^/:]+):)"
    r"([^/]+/[^/]+?)(?:\.git)?/?"
)
"""A port of SSH is none of the pages'."""


def read_web_url(remote: str) -> tuple[str, str]:
    """Read the repository's page and its `owner/name` out of a remote's URL; empty when it is on no server."""
    found = _REMOTE.fullmatch(remote)
    if found is None:
        return "", ""
    return f"https://{found[1] or found[2] or found[3]}/{found[4]}", found[4]
