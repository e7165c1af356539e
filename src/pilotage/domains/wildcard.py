"""Patterns in which `*` stands for any characters: logins, branches."""

from __future__ import annotations


def is_wildcard_match(text: str, pattern: str) -> bool:
    """Hold a text against a pattern in which `*` stands for any characters and all others for themselves.

    Each part is sought at its first place from left to right, so it is linear whatever the pattern.
    """
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *middle, last = rest
    if not (text.startswith(first) and text.endswith(last) and len(first) + len(last) <= len(text)):
        return False
    position, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True
