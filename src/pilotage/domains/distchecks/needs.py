"""Reading Requires-Dist: a line that somebody wrote to hurt is none, and no crash."""

from __future__ import annotations

from packaging.requirements import InvalidRequirement, Requirement


def read_need(text: str) -> Requirement | None:
    """Read a requirement (PEP 508); None when it is none, or nested deeper than the parser goes."""
    try:
        return Requirement(text)
    except (InvalidRequirement, RecursionError):
        return None
