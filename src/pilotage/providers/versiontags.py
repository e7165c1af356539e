"""Which tags of a repository are releases: the listing of its refs read as text, versions parsed only when met."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pilotage.model.version import TagFormat, Version

_USUAL_PARTS = 3


class VersionTags:
    """The tags of one format, by the commit that they point at.

    A tag counts as a release when its version has a usual number of release parts: as many as most tags have,
    or up to three; one number alone (`v1`) only where most look like that or none has three. So `v1` and
    `v2024.1.2.3` are out beside `v1.2.3`. A shorter tag such as `v1.2` counts, unless it turns out to move along
    with `v1.2.3` (see `is_moving`).

    Args:
        listing: The output of `git show-ref --tags --dereference`.
        tag_format: How a version is spelled as a tag.
    """

    def __init__(self, listing: bytes, tag_format: TagFormat) -> None:
        self._format = tag_format
        self._listing = listing
        # Tens of thousands of tags are no rarity, and a walk meets one or two of them: names are looked at when met.
        self._pointed_at = set(listing.split()[::2])
        prefix, suffix = (
            re.escape(part.encode("utf-8", "surrogateescape")) for part in (tag_format.prefix, tag_format.suffix)
        )
        # No name of a ref has a `^`, so peeled lines are passed over. The possessive `++` keeps it linear.
        number = rb"[0-9]+" if tag_format.suffix[:1] in {".", *"0123456789"} else rb"[0-9]++"
        spelled = rb"(?m) refs/tags/%b(?:[0-9]++!)?(%b(?:\.%b)*)[^\n^]*%b$" % (prefix, number, number, suffix)
        self._releases: list[bytes] = re.findall(spelled, listing)
        self._least, self._most = _usual_parts(self._releases)

    def __len__(self) -> int:
        """Count the tags that may be of the format."""
        return len(self._releases)

    def at(self, sha: bytes) -> list[tuple[Version, str]]:
        """Give the releases at a commit, the highest version first; equal ones by name."""
        return sorted(self._read(sha), reverse=True)

    def has_longer(self, version: Version) -> bool:
        """Tell whether a tag lengthens this version's release (`1.2` by `1.2.3`), so that this one may move."""
        start = ".".join(map(str, version.release)).encode() + b"."
        return any(release.startswith(start) for release in self._releases)

    def _read(self, sha: bytes) -> Iterator[tuple[Version, str]]:
        if sha not in self._pointed_at:
            return
        for name in re.findall(rb"%b refs/tags/([^\n^]+)" % sha, self._listing):
            text = name.decode("utf-8", "surrogateescape")
            version = self._format.read(text)
            if version is not None and self._least <= len(version.release) <= self._most:
                yield version, text


def is_moving(version: Version, beneath: Version) -> bool:
    """Tell whether a tag of a short version stands on or above one that lengthens it: `1.2` above `1.2.3`."""
    length = len(version.release)
    return len(beneath.release) > length and beneath.release[:length] == version.release and beneath > version


def _usual_parts(releases: Iterable[bytes]) -> tuple[int, int]:
    """Give the least and the greatest number of release parts that a release of this repository has."""
    counts = Counter(release.count(b".") + 1 for release in releases)
    # Of two lengths equally frequent the longer one is the version, the shorter one moves along.
    usual = max(counts, key=lambda parts: (counts[parts], parts <= _USUAL_PARTS, parts), default=_USUAL_PARTS)
    is_single = max(counts, default=0) < _USUAL_PARTS or counts[1] * 2 > counts.total()
    return 1 if is_single else 2, max(usual, _USUAL_PARTS)
