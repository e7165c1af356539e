"""Where the unreleased history begins."""

from __future__ import annotations

import msgspec

from pilotage.model.version import Version


class Baseline(msgspec.Struct, frozen=True):
    """The last release, as its tag says: the commits after it are unreleased.

    Args:
        tag: The tag's name, as it is written.
        sha: The commit that it points at; None when the tag is known by its name only.
        version: The version that it spells; None when it does not spell one.
    """

    tag: str
    sha: str | None
    version: Version | None


class TagElsewhere(msgspec.Struct, frozen=True):
    """The tag of the version in the files is there, but the release branch does not contain it.

    Args:
        tag: The tag's name.
        sha: The commit that it points at.
        head: The commit that does not contain it.
    """

    tag: str
    sha: str
    head: str
