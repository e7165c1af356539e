"""What the notes of one version are made of."""

from __future__ import annotations

import msgspec

from pilotage.model.change import Change
from pilotage.model.config import DEFAULT_TYPES, ChangeType


class NotesData(msgspec.Struct, frozen=True):
    """The facts that notes are rendered from.

    Args:
        version: The version, as PEP 440 spells it.
        tag: Its tag.
        date: The day of the release, `YYYY-MM-DD` in UTC.
        previous_tag: The tag of the release before; empty for a first release.
        repository_url: The repository's web address without a slash at its end, `https://github.com/owner/name`;
            empty when it is unknown, then nothing is linked.
        changes: What the version ships, in any order.
        types: The one table of types (`Config.types`), in the order of the sections.
    """

    version: str
    tag: str
    date: str
    previous_tag: str = ""
    repository_url: str = ""
    changes: tuple[Change, ...] = ()
    types: dict[str, ChangeType] = msgspec.field(default_factory=lambda: dict(DEFAULT_TYPES))
