"""A component that is moved by another one's release: when it has to follow, and what its next release is then."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from pilotage.domains.proposal import Proposal, propose_release
from pilotage.model.change import Changes  # noqa: TC001 - a record's field
from pilotage.model.component import Component  # noqa: TC001 - a record's field
from pilotage.model.config import ChangeType
from pilotage.model.line import Line  # noqa: TC001 - a record's field
from pilotage.model.snapshot import LastRelease  # noqa: TC001 - a record's field
from pilotage.model.version import Bump, Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.change import Change

__all__ = ["Candidate", "Policy", "has_to_follow", "propose_moved"]

_MOVED = "moved by another component"
"""The type of such changes while the version is decided: with blanks, so that no title and no table has it."""

_CLAUSE = re.compile(r"(<=?|!=)?[ \t]*([0-9][0-9A-Za-z.!+]*)")


Policy: TypeAlias = Literal["needed", "released", "always"]
"""Which requirements follow a release: those that do not admit it, with a pin always; of what is released anyway the
lower bounds too, as changesets have it; or all of them, and so everything that requires it is released."""


class Candidate(msgspec.Struct, frozen=True):
    """A component with what its own changes make of it.

    Args:
        component: The component; one that is skipped is no candidate.
        changes: What its commits since its last release mean.
        proposal: Its next release by these alone.
        last_release: Its last release; None before the first one.
        line: What is known about the branch, as for `propose_release`.
    """

    component: Component
    changes: Changes
    proposal: Proposal
    last_release: LastRelease | None = None
    line: Line | None = None


@lru_cache(maxsize=4096)
def has_to_follow(specifier: str, version: Version, *, is_eager: bool = False) -> bool:
    """Tell whether a requirement must change when what it requires is released.

    A requirement that waits for a version which is still to come, its lower bound being higher, does not.

    Args:
        specifier: The requirement's specifier; "" for none, which every version satisfies.
        version: The version that is released.
        is_eager: Whether a lower bound follows although it admits the version.
    """
    if not specifier:
        return False
    # Only a repository whose packages require each other pays for its import.
    from pilotage.domains.versionfiles.specifier import raise_specifier  # noqa: PLC0415 - see above

    return not _is_ahead(specifier, version) and specifier != raise_specifier(
        specifier, version, policy="always" if is_eager else "needed"
    )


def propose_moved(candidate: Candidate, extra: Sequence[Change], *, bump: Bump) -> Proposal:
    """Propose a component's next release with changes that other releases bring.

    Args:
        candidate: The component.
        extra: The changes, which come behind its own.
        bump: How far each of them moves it, whatever the table of types says.
    """
    config = candidate.component.config
    types = {**config.extend_types, _MOVED: ChangeType(bump.value)}
    line = candidate.line
    if line is not None and line.since_full is not None:
        line = msgspec.structs.replace(line, since_full=_with(line.since_full, extra))
    proposal = propose_release(
        _with(candidate.changes, extra),
        project=candidate.component.project,
        last_release=candidate.last_release,
        config=msgspec.structs.replace(config, extend_types=types),
        line=line,
    )
    shown = len(proposal.changes.changes) - len(extra)
    changes = msgspec.structs.replace(proposal.changes, changes=(*proposal.changes.changes[:shown], *extra))
    return msgspec.structs.replace(proposal, changes=changes)


def _with(changes: Changes, extra: Sequence[Change]) -> Changes:
    moved = (msgspec.structs.replace(change, type=_MOVED) for change in extra)
    return msgspec.structs.replace(changes, changes=(*changes.changes, *moved))


def _is_ahead(specifier: str, version: Version) -> bool:
    try:
        lower = [Version(text.rstrip(".")) for operator, text in _CLAUSE.findall(specifier) if not operator]
    except ValueError:  # as in read_version
        return False
    return bool(lower) and min(lower) > version
