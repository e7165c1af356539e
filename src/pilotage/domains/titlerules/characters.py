"""T030 to T034: the characters of a title: blanks, what nobody sees, and how many."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING

from pilotage.domains.message import split_suffix
from pilotage.model.title import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.titlerules.anatomy import Anatomy
    from pilotage.model.config import Config

_DOUBLE = re.compile(r" {2,}")
_HIDDEN_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that are shown as nothing or as a blank."""
_JOINERS = frozenset("\u200c\u200d\ufe0e\ufe0f")
"""What emoji and some scripts are put together with: fine behind a character that is not ASCII."""
_SELECTORS = range(0xE0100, 0xE01F0)


def check_outer_space(anatomy: Anatomy, _config: Config) -> Iterator[Problem]:
    """T030: no blank stands before or after the title."""
    title = anatomy.title
    stripped = len(title) - len(title.lstrip())
    if stripped:
        yield Problem("T030", "Remove the space before the title.", 0, stripped)
    end = len(title.rstrip())
    if stripped <= end < len(title):
        yield Problem("T030", "Remove the space after the title.", end, len(title))


def check_double_space(anatomy: Anatomy, _config: Config) -> Iterator[Problem]:
    """T031: blanks are single; those after the colon and around the title have rules of their own."""
    start = len(anatomy.title) - len(anatomy.title.lstrip())
    if "  " not in anatomy.title:
        return
    for match in _DOUBLE.finditer(anatomy.title, start, len(anatomy.title.rstrip())):
        if match.start() != anatomy.colon + 1 and not _is_in_head(anatomy, match.start()):
            yield Problem("T031", "Put one space here, not several.", match.start(), match.end())


def check_invisible(anatomy: Anatomy, _config: Config) -> Iterator[Problem]:
    """T032: every character is seen: no control, format, direction or private character, and no blank but the space."""
    title = anatomy.title
    if title.isascii() and title.isprintable():
        return
    hidden = (index for index in range(len(title)) if is_hidden(title, index))
    for _, run in groupby(enumerate(hidden), key=lambda pair: pair[1] - pair[0]):
        places = [index for _, index in run]
        names = sorted({f"U+{ord(title[index]):04X}" for index in places})[:5]
        yield Problem("T032", f"Remove what nobody sees: {', '.join(names)}.", places[0], places[-1] + 1)


def check_max_length(anatomy: Anatomy, config: Config) -> Iterator[Problem]:
    """T033: the title is not longer than `max-length` code points, with the suffix that GitHub appends when merging."""
    limit = config.title.max_length
    length = len(anatomy.title) + len(anatomy.suffix)
    if 0 < limit < length:
        extra = f" with{anatomy.suffix}" if anatomy.suffix else ""
        message = f"Shorten the title to {limit} characters{extra}; it has {length}."
        start = max(0, min(limit - len(anatomy.suffix), len(anatomy.title)))
        yield Problem("T033", message, start, len(anatomy.title))


def check_min_length(anatomy: Anatomy, config: Config) -> Iterator[Problem]:
    """T034: the title is not shorter than `min-length` code points, without a pull request's suffix."""
    limit = config.title.min_length
    if limit and (length := len(split_suffix(anatomy.title)[0])) < limit:
        message = f"Say more: at least {limit} characters, not {length}."
        yield Problem("T034", message, len(anatomy.title), len(anatomy.title))


def is_hidden(text: str, index: int) -> bool:
    """Tell whether a character is shown as nothing, or as a blank that is not the space."""
    character = text[index]
    if " " <= character <= "~":
        return False
    if character in _JOINERS:
        return index == 0 or text[index - 1].isascii()
    if character in _FILLERS or ord(character) in _SELECTORS:
        return True
    return character.isspace() or unicodedata.category(character) in _HIDDEN_CATEGORIES


def _is_in_head(anatomy: Anatomy, position: int) -> bool:
    return anatomy.has_prefix and anatomy.head[0].start <= position < anatomy.colon
