"""Several updates of one dependency become one change: `bump x from 1 to 2` and `from 2 to 3` are `from 1 to 3`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.change import Change

_UPDATE = re.compile(
    r"(?P<lead>(?:bump|update|upgrade) (?:dependency |module |plugin )?)(?P<name>[^\s,]+)"
    r"(?P<kind> requirement| action| digest| docker tag| docker digest| monorepo)?"
    r"(?: from (?P<old>\S+))? to (?P<new>\S+)(?P<rest>(?: in .*)?)",
    flags=re.IGNORECASE,
)
"""The subjects of dependabot (`bump x from 1 to 2 in /docs`) and renovate (`update dependency x to v2`)."""


class _Update(NamedTuple):
    """What an update says; versions without `v`, as renovate writes them."""

    place: int
    change: Change
    match: re.Match[str]

    @property
    def old(self) -> str:
        return (self.match["old"] or "").removeprefix("v")

    @property
    def new(self) -> str:
        return self.match["new"].removeprefix("v")


def fold_dependencies(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Fold the updates of each dependency into one change, which names the others' pull requests as references.

    Only a chain is folded, where each update starts at the version that the one before reached; updates that name no
    start always follow. The newest stands for all. A change that breaks users is never folded.

    Args:
        changes: The changes, newest first.
    """
    chains: dict[tuple[object, ...], list[_Update]] = {}
    for place, change in enumerate(changes):
        match = _UPDATE.fullmatch(change.subject)
        if match and not change.breaking:
            kind = (match["lead"] + (match["kind"] or "") + match["rest"]).casefold()
            key = (change.type, change.scope, match["name"].casefold(), kind, match["old"] is None)
            chains.setdefault(key, []).append(_Update(place, change, match))
    folded: dict[int, Change | None] = {}
    for updates in chains.values():
        if len(updates) > 1:
            folded.update(_fold_chain(updates))
    kept = (folded.get(place, change) for place, change in enumerate(changes))
    return tuple(change for change in kept if change is not None)


def _fold_chain(updates: list[_Update]) -> dict[int, Change | None]:
    """Fold the links of a chain, newest first, wherever one meets the next."""
    folded: dict[int, Change | None] = {}
    link: list[_Update] = []
    for update in updates:
        if link and link[-1].old != update.new and update.match["old"] is not None:
            folded.update(_fold_link(link))
            link = []
        link.append(update)
    return folded | _fold_link(link)


def _fold_link(link: list[_Update]) -> dict[int, Change | None]:
    first, last = link[0], link[-1]
    if len(link) == 1 or last.old == first.new:
        return {}
    subject = first.change.subject
    if last.match["old"] is not None:
        subject = subject[: first.match.start("old")] + last.match["old"] + subject[first.match.end("old") :]
    numbers = [update.change.pull_request for update in link[1:] if update.change.pull_request is not None]
    references = dict.fromkeys([*first.change.references, *numbers])
    whole = msgspec.structs.replace(first.change, subject=subject, references=tuple(references))
    return {update.place: None for update in link[1:]} | {first.place: whole}
