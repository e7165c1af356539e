"""The address of a repository's pages, from the URL of its remote."""

from __future__ import annotations

import re

_REMOTE = re.compile(r"(?:https?://(?:[^@/]*@)?|(?:ssh://)?git@)([^/:]+(?::[0-9]+)?)[/:]([^/]+/[^/]+?)(?:\.git)?/?")


def read_web_url(remote: str) -> tuple[str, str]:
    """Read the repository's page and its `owner/name` out of a remote's URL; empty when it is on no server."""
    found = _REMOTE.fullmatch(remote)
    return (f"https://{found[1]}/{found[2]}", found[2]) if found else ("", "")
