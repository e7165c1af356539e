"""What is decided about one repository, and the words for the places that decided it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.safetext import show
from pilotage.model.downstream import Rollout, Row, Sight, Standing, Usage
from pilotage.model.downstreamrules import DownstreamRepository  # noqa: TC001 - a record's field
from pilotage.model.step import RaiseRequirement, StartRebuild  # noqa: TC001 - a record's fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotage.model.downstream import How, Reference, State

_MOST_NAMED = 3
_LONGEST = 600
_TO_RAISE = frozenset((Standing.EXACT, Standing.EXCLUDES))
_WORKFLOWS = ".github/workflows/"


class Decision(msgspec.Struct, frozen=True):
    """What becomes of a repository.

    Args:
        row: What people are shown of it.
        step: What is to be done; None for nothing.
    """

    row: Row
    step: StartRebuild | RaiseRequirement | None = None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One repository with all that it is decided by.

    Args:
        sight: The repository as it was seen.
        usage: What it asks of the package.
        branch_usage: The same with the texts of our branch there; None when there is no such branch.
        rule: Its rules, all filled in.
        title: The template of a pull request's title.
        rollout: The release.
        retry: Whether a rebuild that failed is started again.
    """

    sight: Sight
    usage: Usage
    branch_usage: Usage | None
    rule: DownstreamRepository
    title: str
    rollout: Rollout
    retry: bool

    @property
    def version(self) -> str:
        """Spell the release's version."""
        return str(self.rollout.wanted.version)

    @property
    def uses(self) -> Uses:
        """Sort the repository's places by what has to happen to them."""
        return sort_out(self.usage)

    @property
    def is_rebuilt(self) -> bool:
        """Tell whether its workflow may be started.

        `dispatch` means it whatever is seen; in `auto` it must be there, or not all files have been read.
        """
        if self.rule.update != "auto":
            return bool(self.rule.workflow) and self.rule.update == "dispatch"
        is_there = f"{_WORKFLOWS}{self.rule.workflow}" in self.sight.files or bool(self.sight.unread)
        return bool(self.rule.workflow) and is_there

    @property
    def before(self) -> str:
        """Say what the repository asks for."""
        return asked_for(self.usage)

    def leave(self, how: How, *, reason: str, state: State = "nothing", url: str = "") -> Decision:
        """Decide to do nothing about it, and say why."""
        return Decision(Row(self.sight.found.name, self.before, self.before, how, state, reason, url))

    def row(self, how: How, *, reason: str, state: State = "planned", url: str = "") -> Row:
        """Make its row where it gets the release."""
        return Row(self.sight.found.name, self.before, self.version, how, state, reason, url)


class Uses(msgspec.Struct, frozen=True):
    """The places of a repository, by what has to happen to them.

    Args:
        raised: Those that keep the release out and decide what the repository gets.
        arguments: Arguments of an image's build: a rebuild can be given the release, an edit writes it down.
        locked: Locks that hold another version.
        elsewhere: Those that keep the release out in a workflow's file, which Pilotage never edits.
        unclear: Those that cannot be read.
        unread: Files that could not be read, and why.
    """

    raised: tuple[Reference, ...] = ()
    arguments: tuple[Reference, ...] = ()
    locked: tuple[Reference, ...] = ()
    elsewhere: tuple[Reference, ...] = ()
    unclear: tuple[Reference, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """Say what is left for people, one line each."""
        return (
            *(f"{describe(one)}: {show(one.why)}" for one in self.locked),
            *(f"{describe(one)} stays: {show(one.why) or 'people must edit it'}" for one in self.elsewhere),
            *(f"{describe(one)} cannot be read: {show(one.why) or 'look at it'}" for one in self.unclear),
            *(f"could not be read: {show(one)}" for one in self.unread),
        )


def sort_out(usage: Usage) -> Uses:
    """Sort the places of a repository by what has to happen to them."""
    kept_out = pick(usage, _TO_RAISE)
    elsewhere = tuple(one for one in kept_out if one.path.startswith(_WORKFLOWS) and not one.changes)
    return Uses(
        raised=tuple(one for one in kept_out if one not in elsewhere),
        arguments=pick(usage, {Standing.ARGUMENT}),
        locked=pick(usage, {Standing.LOCKED}),
        elsewhere=elsewhere,
        unclear=pick(usage, {Standing.UNCLEAR}),
        unread=usage.unread,
    )


def pick(usage: Usage, standings: Iterable[Standing]) -> tuple[Reference, ...]:
    """Give the places that have one of some standings, in their order."""
    wanted = frozenset(standings)
    return tuple(one for one in usage.references if one.standing in wanted)


def describe(reference: Reference) -> str:
    """Name a place and what it asks for, on one line that is safe to show."""
    return f"{show(reference.before, limit=100) or 'any version'} ({show(reference.place)})"


def describe_all(references: Iterable[Reference]) -> str:
    """Name some places; of many the first ones."""
    places = [describe(one) for one in references]
    more = f" and {len(places) - _MOST_NAMED} more" if len(places) > _MOST_NAMED else ""
    return ", ".join(places[:_MOST_NAMED]) + more


def join_reason(*parts: str) -> str:
    """Join what there is to say to one line."""
    text = "; ".join(filter(None, parts))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def asked_for(usage: Usage) -> str:
    """Say what a repository asks for: each text once, locks where nothing else says anything; "" for any version."""
    locks = {Standing.LOCKED}
    for references in (pick(usage, set(Standing) - locks), pick(usage, locks)):
        texts = dict.fromkeys(show(one.before, limit=60) for one in references if one.before)
        if texts:
            more = ", …" if len(texts) > _MOST_NAMED else ""
            return ", ".join(list(texts)[:_MOST_NAMED]) + more
    return ""
