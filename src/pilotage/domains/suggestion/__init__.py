"""Suggest a title that is ready to paste, by rules alone: the same title always gets the same suggestion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.suggestion.header import repair_header
from pilotage.domains.titlerules import find_problems
from pilotage.domains.titlerules.characters import is_hidden

if TYPE_CHECKING:
    from pilotage.model.config import Config

_LONGEST = 1000
_REVERT = re.compile(r'(Revert|Reapply) "(.*)"((?: \(#[0-9]{1,10}\))*)')


def suggest_title(title: str, config: Config) -> str | None:
    """Give a title without problems that says the same; None when the title has none or no better one is known.

    What is suggested is checked like any title, so it is always accepted and has no suggestion of its own. Titles of
    more than 1000 characters (GitHub allows 256) get none.
    """
    if len(title) > _LONGEST or not find_problems(title, config):
        return None
    text = _clean(title)
    candidate = _repair_revert(text) or repair_header(text, config)
    return candidate if candidate and not find_problems(candidate, config) else None


def _clean(title: str) -> str:
    """Drop what nobody sees and make all blanks single spaces."""
    seen = (
        " " if character.isspace() else "" if is_hidden(title, index) else character
        for index, character in enumerate(title)
    )
    return " ".join("".join(seen).split())


def _repair_revert(text: str) -> str:
    match = _REVERT.fullmatch(text)
    if match is None:
        return ""
    inner = _repair_revert(match[2]) or match[2].strip()
    again = "revert: " if match[1] == "Reapply" else ""
    return f"revert: {again}{inner}{match[3]}"
