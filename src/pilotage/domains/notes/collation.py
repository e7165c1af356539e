"""Sort texts as JavaScript's `localeCompare` does: the order of Unicode's root collation (CLDR 47, UTS #10).

Release tools written in JavaScript sort their notes by it. What is implemented: three levels (letters, accents, case)
and the order blank, punctuation, symbols, digits, letters. Letters beyond Latin sort by their code points, after Latin;
a symbol that is not in the table sorts after those in it, before the digits.
"""

from __future__ import annotations

import functools
import unicodedata

_PUNCTUATION = " _‿-‐‑‒–—―,;:!¡?¿.…·'‘’‚‹›\"“”„«»()[]{}§¶@*/\\&#%‰†‡•`´˜^¯¨°©®+±÷×<=>|¦~¬¤¢$£¥€"  # noqa: RUF001 - they are meant
"""White space, punctuation, symbols and currencies in the order of the root collation (the ones that titles have)."""

_RANK = {character: rank for rank, character in enumerate(_PUNCTUATION, start=1)}
_BLANKS = "\t\n\v\f\r\x85\u2028\u2029\u00a0"
_UNKNOWN, _DIGIT, _LATIN, _OTHER = 1_000, 3_000_000, 4_000_000, 5_000_000
_SPELLED = {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d"}
_Key = tuple[tuple[int, ...], tuple[int, ...], tuple[bool, ...]]


@functools.lru_cache(maxsize=4096)
def _read_character(character: str) -> tuple[int, bool] | None:
    """Give what a character weighs and whether it is a capital; None for one that does not count."""
    if character in _RANK:
        return _RANK[character], False
    if character in _BLANKS:
        return 0, False
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Mn"):
        return None
    if category == "Nd":
        return _DIGIT + unicodedata.digit(character), False
    if category[0] != "L":
        return _UNKNOWN + ord(character), False
    lower = character.lower()
    weight = _LATIN + ord(lower) if lower.isascii() else _OTHER + ord(lower[0])
    return weight, lower != character


def collation_key(text: str) -> _Key:
    """Give what a text sorts by: its letters, then its accents, then its case, small letters first."""
    letters: list[int] = []
    accents: list[int] = []
    capitals: list[bool] = []
    if not text.isascii():
        text = unicodedata.normalize("NFD", "".join(_SPELLED.get(character, character) for character in text))
    for character in text:
        read = _read_character(character)
        if read is not None:
            letters.append(read[0])
            accents.append(0)
            capitals.append(read[1])
        elif accents and unicodedata.combining(character):
            accents[-1] = ord(character)
    return tuple(letters), tuple(accents), tuple(capitals)
