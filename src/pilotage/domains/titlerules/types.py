"""T020, T021: the type is one of the configured ones, as it is spelled there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.model.title import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.titlerules.anatomy import Anatomy
    from pilotage.model.config import Config


def check_type(anatomy: Anatomy, config: Config) -> Iterator[Problem]:
    """T020, T021: the type is known, in the case in which it is configured (the default ones: lower)."""
    if not anatomy.has_prefix or anatomy.head[0].text in config.types:
        return
    token = anatomy.head[0]
    if token.text.lower() in {name.lower() for name in config.types}:
        yield Problem("T020", "Write the type in lower case, as it is configured.", token.start, token.end)
    else:
        known = ", ".join(sorted(config.types))
        yield Problem("T021", f"Use a known type: {known}.", token.start, token.end)
