"""How far changes move the version: one look at the one table of types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.model.version import Bump

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotage.model.change import Change
    from pilotage.model.config import Config

__all__ = ["bump_of_change", "decide_bump"]


def bump_of_change(change: Change, config: Config) -> Bump:
    """Decide how far one change moves the version.

    A breaking change is major whatever its type (Conventional Commits 1.0.0, rules 11 to 13); otherwise the table of
    types decides, and a type that is not in it moves nothing.
    """
    return Bump.MAJOR if change.breaking else config.bump_of(change.type)


def decide_bump(changes: Iterable[Change], config: Config) -> Bump:
    """Decide how far the changes together move the version: the farthest of them, none when there are none."""
    return Bump.highest(*(bump_of_change(change, config) for change in changes))
