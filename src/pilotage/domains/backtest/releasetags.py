"""Which tags are past releases: component, version and commit of each, read from the tags' names alone."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import msgspec

from pilotage.model.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NUMBER = re.compile(r"(?<![0-9])[0-9]")
_PREFIX = re.compile(r"(.*?)(?:[-/_@]|==)?v?")
_SEMVER = re.compile(r"([0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9})-[0-9A-Za-z.-]{1,100}(?:\+[0-9A-Za-z.-]{1,100})?")
_NO_COMPONENT = frozenset({"", "release", "releases", "rel", "version", "ver"})
_USUAL_PARTS = 3
_LONGEST = 250


class ReleaseTag(msgspec.Struct, frozen=True):
    """A tag that names a past release.

    Args:
        name: The tag's whole name.
        component: What stands before the version: `pkg` in `pkg-v1.2.0`, `pkg/v1.2.0` and `pkg==1.2.0`; "" for none.
        text: The version as it is written.
        version: The same by PEP 440; of a pre-release that only semver can spell, the first one that PEP 440 can.
        sha: The commit.
    """

    name: str
    component: str
    text: str
    version: Version
    sha: str


def read_release_tags(tags: Mapping[str, str]) -> tuple[ReleaseTag, ...]:
    """Read which tags are releases, sorted by component and version.

    Left out are tags without a version, tags that move along with others (`v1` and `v1.2` beside `v1.2.3`), and
    second spellings of a release (`1.2.3` beside `v1.2.3` on one commit).

    Args:
        tags: The tags by name, each with the commit that it points at.
    """
    series: defaultdict[str, list[ReleaseTag]] = defaultdict(list)
    for name, sha in sorted(tags.items()):
        tag = _read_tag(name, sha)
        if tag is not None:
            series[tag.component].append(tag)
    kept = [tag for _, group in sorted(series.items()) for tag in _without_moving(group)]
    return tuple(sorted(kept, key=lambda tag: (tag.component, tag.version, tag.name)))


def _read_tag(name: str, sha: str) -> ReleaseTag | None:
    """Read the first place in a name from which on it is a version."""
    for match in _NUMBER.finditer(name[:_LONGEST]):
        prefix = _PREFIX.fullmatch(name[: match.start()])
        text = name[match.start() :]
        version = _read_version(text)
        if version is not None and prefix is not None and _is_boundary(name[: match.start()], prefix[1]):
            component = prefix[1]
            return ReleaseTag(name, "" if component.lower() in _NO_COMPONENT else component, text, version, sha)
    return None


def _is_boundary(before: str, component: str) -> bool:
    """Tell whether something parts the component from the version, so that `py3.11` is none."""
    return before != component or not component


def _read_version(text: str) -> Version | None:
    try:
        return Version(text)
    except ValueError:
        match = _SEMVER.fullmatch(text)
        return Version(f"{match[1]}.dev0") if match else None


def _without_moving(tags: Iterable[ReleaseTag]) -> list[ReleaseTag]:
    """Leave out the tags of one series that only point at a release."""
    group = list(tags)
    counts = Counter(len(tag.version.release) for tag in group)
    usual = max(counts, key=lambda parts: (counts[parts], parts))
    by_commit: defaultdict[str, list[ReleaseTag]] = defaultdict(list)
    for tag in group:
        by_commit[tag.sha].append(tag)
    kept = []
    for tag in group:
        length = len(tag.version.release)
        others = [other for other in by_commit[tag.sha] if other is not tag]
        if length == 1 and usual >= _USUAL_PARTS:
            continue
        if any(_lengthens(other.version, tag.version) for other in others):
            continue
        if any(other.version == tag.version and _spelling(other) > _spelling(tag) for other in others):
            continue
        kept.append(tag)
    return kept


def _lengthens(longer: Version, version: Version) -> bool:
    length = len(version.release)
    return len(longer.release) > length and longer.release[:length] == version.release


def _spelling(tag: ReleaseTag) -> tuple[int, str]:
    """Rank the spellings of one version: the one with the most characters says the most."""
    return len(tag.name), tag.name
