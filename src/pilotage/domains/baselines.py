"""Which versions exist, and which of those that a branch contains its unreleased changes follow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotage.model.history import Baseline
    from pilotage.model.version import TagFormat, Version

__all__ = ["Baselines", "choose_baselines", "is_full", "read_known", "read_releases"]

_FIRST_NUMBER = re.compile(r"(?:([0-9]{1,9})!)?([0-9]{1,9})(?![0-9!])")


class Baselines(msgspec.Struct, frozen=True):
    """What the commits of a branch follow.

    Args:
        last: Its last release of any kind: what comes after it is new.
        full: Its last full release: what comes after it decides the numbers of a pre-release's target.
    """

    last: Baseline | None = None
    full: Baseline | None = None


def is_full(version: Version) -> bool:
    """Tell whether a version is a full release: neither a pre-release nor a developmental one."""
    return not version.is_prerelease


def choose_baselines(reached: Iterable[Baseline]) -> Baselines:
    """Choose what a branch's commits follow: the highest release that it contains, and the highest full one.

    Args:
        reached: Tags that the branch contains, in any order: at least the nearest full release and all tags of the
            commits after it. Tags that spell no version are passed over; of equal versions the first is taken.
    """
    last: Baseline | None = None
    full: Baseline | None = None
    for one in reached:
        if one.version is None:
            continue
        if last is None or last.version is None or one.version > last.version:
            last = one
        if is_full(one.version) and (full is None or full.version is None or one.version > full.version):
            full = one
    return Baselines(last, full)


def read_releases(tags: Iterable[str], tag_format: TagFormat, *, least: Version | None = None) -> dict[Version, str]:
    """Read the versions that exist, rising, each with its tag as it is written: `v2026.04.0` is that of 2026.4.0.

    Args:
        tags: The names of all tags; foreign ones are passed over.
        tag_format: How a version is spelled as a tag.
        least: Leave out versions whose epoch and first number are below those of this one: they can neither be
            reached nor be taken again, and tens of thousands of tags are not parsed for nothing.

    Returns:
        Of several tags of one version the longest, so that `v1.4`, which may move, does not stand for `v1.4.0`.
    """
    start = len(tag_format.prefix)
    found: dict[Version, str] = {}
    for tag in tags:
        first = _FIRST_NUMBER.match(tag, start)
        if first is None or (least and (int(first[1] or 0), int(first[2])) < (least.epoch, least.major)):
            continue
        version = tag_format.read(tag)
        if version is not None and len(found.get(version, "")) < len(tag):
            found.pop(version, None)  # the key is the version as the chosen tag spells it
            found[version] = tag
    return dict(sorted(found.items()))


def read_known(tags: Iterable[str], tag_format: TagFormat, *, least: Version | None = None) -> tuple[Version, ...]:
    """Read the versions that exist, rising, each once; the arguments are those of `read_releases`."""
    return tuple(read_releases(tags, tag_format, least=least))
