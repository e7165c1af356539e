"""Sort texts as JavaScript's `localeCompare` does: the order of Unicode's root collation (CLDR 47, UTS #10).

Release tools written in JavaScript sort their notes by it. What is implemented: three levels (letters, accents, case)
and the order blank, punctuation, symbols, digits, letters. Letters beyond Latin sort by their code points, after Latin;
a symbol that is not in the table sorts after those in it, before the digits.
"""

from __future__ import annotations

import unicodedata

_PUNCTUATION = " _‿-‐‑‒–—―,;:!¡?¿.…·'‘’‚‹›\"“”„«»()[]{}§¶@*/\\&#%‰†‡•`´˜^¯¨°©®+±÷×<=>|¦~¬¤¢$£¥€"  # noqa: RUF001 - they are meant
"""White space, punctuation, symbols and currencies in the order of the root collation (the ones that titles have)."""

_RANK = {character: rank for rank, character in enumerate(_PUNCTUATION, start=1)}
_BLANKS = "\t\n\v\f\r\x85\u2028\u2029\u00a0"
_UNKNOWN, _DIGIT, _LATIN, _OTHER = 0x400, 0x50000, 0x50100, 0x50200
"""From where on the weights of symbols beyond the table, digits, Latin letters and other letters count."""

_SPELLED = {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d"}


def _weigh(character: str) -> int | None:
    """Give what a character weighs; None for one that does not count."""
    if character in _RANK:
        return _RANK[character]
    if character in _BLANKS:
        return 0
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Mn"):
        return None
    if category == "Nd":
        return _DIGIT + unicodedata.digit(character)
    if category[0] != "L":
        return _UNKNOWN + min(ord(character), _DIGIT - _UNKNOWN - 1)
    lower = character.lower()
    return _LATIN + ord(lower) if lower.isascii() else _OTHER + ord(lower[0])


_ASCII = {code: _weigh(chr(code)) or 0 for code in range(0x20, 0x7F)}


def collation_key(text: str) -> tuple[str, str, str]:
    """Give what a text sorts by: its letters, then its accents, then its case, small letters first."""
    if text.isascii() and text.isprintable():
        return text.translate(_ASCII), "", text.swapcase()
    text = unicodedata.normalize("NFD", "".join(_SPELLED.get(character, character) for character in text))
    letters: list[str] = []
    accents: list[str] = []
    kept: list[str] = []
    for character in text:
        weight = _weigh(character)
        if weight is not None:
            letters.append(chr(weight))
            accents.append(" ")
            kept.append(character)
        elif accents and unicodedata.combining(character):
            accents[-1] = character
    return "".join(letters), "".join(accents).rstrip(), "".join(kept).swapcase()
