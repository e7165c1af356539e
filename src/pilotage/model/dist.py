"""Built files, and what an index says about them: five answers, of which "unknown" is an error and no value."""

from __future__ import annotations

import enum

import msgspec


class Dist(msgspec.Struct, frozen=True):
    """One built file.

    Args:
        name: The file name.
        sha256: The digest of its content, lower-case hex.
        size: Its size in bytes.
    """

    name: str
    sha256: str
    size: int


class IndexFile(msgspec.Struct, frozen=True):
    """One file of a project on an index.

    Args:
        name: The file name.
        sha256: Its digest, lower-case hex; empty when the index gives none.
        size: Its size in bytes; None when the index gives none.
        yanked: The reason when it is yanked (possibly ""); None when it is not.
        url: Where it can be fetched.
        uploaded_at: When it was uploaded, as the index says; empty when it does not.
    """

    name: str
    sha256: str = ""
    size: int | None = None
    yanked: str | None = None
    url: str = ""
    uploaded_at: str = ""


class IndexProject(msgspec.Struct, frozen=True):
    """What an index says about one project.

    Args:
        name: The normalised name.
        exists: Whether the index knows the project at all.
        files: Its files.
        versions: Every version that the index lists, also those without files (PEP 700).
        status: `active`, `archived`, `quarantined` or `deprecated` (PEP 792).
    """

    name: str
    exists: bool = True
    files: tuple[IndexFile, ...] = ()
    versions: tuple[str, ...] = ()
    status: str = "active"


class Presence(enum.StrEnum):
    """What an index holds under a file's name. That it cannot be known is an error, never a value."""

    SAME = "same"
    DIFFERENT = "different"
    ABSENT = "absent"
    BURNT = "burnt"
