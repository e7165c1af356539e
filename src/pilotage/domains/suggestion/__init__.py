"""Suggest a title that is ready to paste, by rules alone: the same title always gets the same suggestion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.suggestion.header import repair_header
from pilotage.domains.titlerules import find_problems
from pilotage.domains.titlerules.characters import is_hidden
from pilotage.domains.titlerules.gittitles import find_mark_end

if TYPE_CHECKING:
    from pilotage.model.config import Config
    from pilotage.model.pullcontext import PullContext

_LONGEST = 1000
_REVERT = re.compile(r'(Revert|Reapply) "(.*)"((?: \(#[0-9]{1,10}\))*)')


def suggest_title(context: PullContext, config: Config) -> str | None:
    """Give a title that says the same as one that has a problem, and is accepted; None when none is known.

    What is suggested is checked like any title of this pull request, so it has no error, and no suggestion of its own;
    it can have a warning where nothing better is known. The marks of a draft stay where they are fine. Titles of more
    than 1000 characters (GitHub allows 256) get no suggestion.

    Raises:
        ConfigError: A configured pattern cannot be used.
    """
    title, mark = context.title, find_mark_end(context, config)
    if len(title) > _LONGEST:
        return None
    repaired = _repair(title[mark:], context, config)
    candidate = title[:mark] + repaired
    if not repaired or candidate == title:
        return None
    left = find_problems(msgspec.structs.replace(context, title=candidate), config)
    if any(problem.severity == "error" for problem in left):
        return None
    is_best = not left or _repair(repaired, context, config) == repaired
    return candidate if is_best else None


def _repair(title: str, context: PullContext, config: Config) -> str:
    text = _clean(title)
    return repair_header(_repair_revert(text) or text, config, files=context.files)


def _clean(title: str) -> str:
    """Drop what nobody sees and make all blanks single spaces."""
    if title.isascii() and title.isprintable():
        return " ".join(title.split())
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
