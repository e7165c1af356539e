"""T050 to T052: what follows the colon, as far as it is configured."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.message import split_suffix
from pilotage.domains.patterns import is_match
from pilotage.model.title import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.titlerules.anatomy import Anatomy
    from pilotage.model.config import Config

_PLACEHOLDER = re.compile(r"\{(subject|title)\}")
_WORD = re.compile(r"[^\W\d_]+")
_NAME_GOES_ON = re.compile(r"[\w(\[{/:]|\.\w")
_LONGEST_QUOTE = 300


def check_subject_pattern(anatomy: Anatomy, config: Config) -> Iterator[Problem]:
    """T050: the subject matches the configured pattern as a whole."""
    pattern = config.title.subject_pattern
    if pattern and (subject := read_subject(anatomy)) and not is_match(pattern, subject):
        text = config.title.subject_pattern_message or f"Write the subject so that all of it matches {pattern[:200]}"
        values = {"subject": subject[:_LONGEST_QUOTE], "title": anatomy.title[:_LONGEST_QUOTE]}
        message = _PLACEHOLDER.sub(lambda match: values[match[1]], text)
        yield Problem("T050", message, anatomy.subject_start, anatomy.subject_start + len(subject))


def check_subject_case(anatomy: Anatomy, config: Config) -> Iterator[Problem]:
    """T051: the subject's first word begins in lower case, or in upper case, when one is configured."""
    wanted = config.title.subject_case
    if wanted != "any" and recase(subject := read_subject(anatomy), wanted) != subject:
        message = f"Begin the subject in {'lower' if wanted == 'lower' else 'upper'} case."
        yield Problem("T051", message, anatomy.subject_start, anatomy.subject_start + 1)


def check_full_stop(anatomy: Anatomy, config: Config) -> Iterator[Problem]:
    """T052: the subject does not end with a full stop; an ellipsis is none."""
    if config.title.full_stop and remove_full_stop(subject := read_subject(anatomy)) != subject:
        end = anatomy.subject_start + len(subject)
        yield Problem("T052", "Remove the full stop at the end.", end - 1, end)


def read_subject(anatomy: Anatomy) -> str:
    """Give the subject of a title with a prefix, without a pull request's suffix."""
    return split_suffix(anatomy.subject)[0]


def recase(subject: str, wanted: str) -> str:
    """Give a subject whose first letter is lower (`lower`) or upper (`sentence`), where that is a matter of taste.

    The first word is left alone where it is a name and not a word: `API`, `I`, `GitHub`, `User.hasLiked`, `x86`.
    """
    match = _WORD.match(subject)
    if match is None or _NAME_GOES_ON.match(subject, match.end()):
        return subject
    first, rest = match[0][:1], match[0][1:]
    if rest and not rest.islower():
        return subject
    if wanted == "lower":
        return first.lower() + subject[1:] if rest and first.isupper() else subject
    return first.upper() + subject[1:] if first.islower() else subject


def remove_full_stop(subject: str) -> str:
    """Give a subject without the full stop at its end."""
    return subject[:-1] if subject.endswith(".") and not subject.endswith("..") else subject
