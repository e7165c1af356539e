"""Foreign text in our reStructuredText: it keeps its words and its code, and loses its power (docutils 0.21)."""

from __future__ import annotations

import re
import unicodedata

from pilotage.domains.markdown import clean_line

_CODE = re.compile(r"`([^`\s]|[^`\s][^`]*[^`\s])`")
_POWER = re.compile(r"[\\*`|]|_(?![^\W_])|(?<![^\W_])_")
_START = re.compile(r"(?:[-+•‣\u2043:>|(]|\.\.|(?:[0-9]+|[A-Za-z]|[IVXLCDMivxlcdm]+|#)[.)](?: |$)|__|/|[^\w\s]+$)")
_END = re.compile(r"::$")


def escape_rst(text: str) -> str:
    """Write foreign text as one line that shows it as plain text; `` `code` `` stays code.

    Nothing else works: no role, reference, emphasis, substitution, directive or list.
    """
    pieces: list[str] = []
    end = 0
    line = clean_line(text)
    for code in _CODE.finditer(line):
        before, after = line[: code.start()][-1:], line[code.end() : code.end() + 1]
        pieces.append(_POWER.sub(r"\\\g<0>", line[end : code.start()]))
        # an inline literal starts and ends at a blank; `\ ` is one that does not show
        pieces.append(("" if before in {"", " "} else r"\ ") + f"``{code[1]}``" + ("" if after in {"", " "} else r"\ "))
        end = code.end()
    pieces.append(_POWER.sub(r"\\\g<0>", line[end:]))
    escaped = _END.sub(r":\\:", "".join(pieces))
    return f"\\{escaped}" if _START.match(escaped) else escaped


def underline(title: str, mark: str) -> str:
    """Give the underline of a title: as wide as docutils counts it."""
    wide = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in title)
    return mark * max(wide, 1)
