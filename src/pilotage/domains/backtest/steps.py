"""Past releases in their order: each with the one before it and the commits between."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.domains.backtest.lineage import Lineage
    from pilotage.domains.backtest.releasetags import ReleaseTag


class PastStep(msgspec.Struct, frozen=True):
    """How the history got to one release.

    Args:
        release: The release.
        position: Its commit, by its position in the history.
        previous: The release before it: of a full version the nearest full version, of a pre-release the nearest of
            any kind; None for the first one.
        span: The commits since then, newest first, by position.
        pre_release: The newest pre-release that came in between.
        pre_span: The commits since that one.
    """

    release: ReleaseTag
    position: int
    previous: ReleaseTag | None = None
    span: tuple[int, ...] = ()
    pre_release: ReleaseTag | None = None
    pre_span: tuple[int, ...] = ()


def read_steps(lineage: Lineage, tags: Sequence[ReleaseTag]) -> tuple[PastStep, ...]:
    """Put the releases in the order of the history, newest first; a tag that points at no commit is left out.

    The nearest release is the highest version among those that the commit contains and no other one of these contains.
    Of several releases on one commit each follows the next lower version.
    """
    series: defaultdict[str, list[tuple[int, ReleaseTag]]] = defaultdict(list)
    for tag in tags:
        position = lineage.position_of(tag.sha)
        if position is not None:
            series[tag.component].append((position, tag))
    steps = [step for group in series.values() for step in _read_series(lineage, group)]
    return tuple(sorted(steps, key=lambda step: (step.position, step.release.component, _Descending(step.release))))


def _read_series(lineage: Lineage, group: Sequence[tuple[int, ReleaseTag]]) -> list[PastStep]:
    at: defaultdict[int, list[ReleaseTag]] = defaultdict(list)
    full: defaultdict[int, list[ReleaseTag]] = defaultdict(list)
    for position, tag in sorted(group, key=lambda item: item[1].version):
        at[position].append(tag)
        if not tag.version.is_prerelease:
            full[position].append(tag)
    steps = []
    for position, tag in group:
        if tag.version.is_prerelease:
            previous, span = _nearest(lineage, tag, position, at)
            steps.append(PastStep(tag, position, previous, span))
            continue
        previous, span = _nearest(lineage, tag, position, full)
        pre_release, pre_span = _nearest(lineage, tag, position, at)
        if pre_release is not None and pre_release.version.is_prerelease:
            steps.append(PastStep(tag, position, previous, span, pre_release, pre_span))
        else:
            steps.append(PastStep(tag, position, previous, span))
    return steps


def _nearest(
    lineage: Lineage, tag: ReleaseTag, position: int, tags: dict[int, list[ReleaseTag]]
) -> tuple[ReleaseTag | None, tuple[int, ...]]:
    """Find the nearest release and the commits since then."""
    below = [other for other in tags.get(position, ()) if other.version < tag.version]
    if below:
        return below[-1], ()
    span = lineage.span(position, tags)
    found = [tags[stop][-1] for stop in span.stops]
    if len(found) <= 1:
        return (found[0] if found else None), span.positions
    # After a merge of two lines of releases the higher one is what the next release follows.
    lower = [other for other in found if other.version < tag.version] or found
    nearest = max(lower, key=lambda other: other.version)
    start = next(stop for stop in span.stops if tags[stop][-1] is nearest)
    return nearest, lineage.span(position, {start}).positions


class _Descending:
    """Sort versions downwards."""

    def __init__(self, tag: ReleaseTag) -> None:
        self._version = tag.version

    def __lt__(self, other: _Descending) -> bool:
        return other._version < self._version
