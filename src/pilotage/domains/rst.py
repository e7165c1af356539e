"""Foreign text in our reStructuredText: it keeps its words and its code, and loses its power (docutils 0.21)."""

from __future__ import annotations

import re
import unicodedata

from pilotage.domains.markdown import clean_line

_CODE = re.compile(r"`([^`\s]|[^`\s][^`]*[^`\s])`")
_POWER = re.compile(r"[\\*`|]|_(?![^\W_])|(?<![^\W_])_")
_START = re.compile(r"(?:[-+•‣\u2043:>|(]|\.\.|(?:[0-9]+|[A-Za-z]|[IVXLCDMivxlcdm]+|#)[.)](?: |$)|__|/|[^\w\s]+$)")
_TARGET = re.compile(r"^\.\. _([^:\n`]+): (https?://[^\s()<>]+)$", re.MULTILINE)
_EXPLICIT = re.compile(r"\.\.(?: |$)")
_UNDERLINE = re.compile(r"(?:={2,}|-{2,}|~{2,}|\^{2,}|\"{2,})")
_LEVELS = {"=": 2, "-": 3}
_GAPS = re.compile(r"\n{3,}")
_INLINE = re.compile(
    r"``(?P<code>[^`]+)``|`(?P<name>[\w#.:/ -]+)`__?(?!\w)|\\(?P<escape>[ !-/:-@\[-`{-~])"
    r"|(?P<html>[<>&])|(?P<mention>(?<!\w)@(?=[A-Za-z0-9]))|(?P<special>`|[\[\]])"
)
"""What reStructuredText and Markdown write differently, and what only Markdown would act on."""

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


def convert_rst(text: str) -> str:
    """Write a changelog's section of reStructuredText as Markdown, for a page that takes nothing else.

    Titles, lists, code, references with a target in the text and escapes are converted; the targets go. What else
    Markdown would give a power to loses it.
    """
    targets = dict(_TARGET.findall(text))
    lines = text.split("\n")
    converted: list[str] = []
    for place, line in enumerate(lines):
        below = lines[place + 1] if place + 1 < len(lines) else ""
        if _EXPLICIT.match(line) or (_UNDERLINE.fullmatch(line) and place and lines[place - 1].strip()):
            continue
        plain = _INLINE.sub(lambda found: _convert_inline(found, targets), line)
        level = _LEVELS.get(below[:1], 4) if line.strip() and _UNDERLINE.fullmatch(below) else 0
        converted.append(f"{'#' * level} {plain}" if level else plain)
    return _GAPS.sub("\n\n", "\n".join(converted)).strip("\n")


def _convert_inline(found: re.Match[str], targets: dict[str, str]) -> str:
    token = found[0]
    match found.lastgroup:
        case "code":
            return f"`{found['code']}`"
        case "name":
            name = found["name"]
            return f"[{name}]({targets[name]})" if name in targets else name
        case "escape":
            return "" if found["escape"] == " " else token
        case "html":
            return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}[token]
        case "mention":
            return "@&#8203;"
        case _:
            return f"\\{token}"


def underline(title: str, mark: str) -> str:
    """Give the underline of a title: as wide as docutils counts it."""
    wide = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in title)
    return mark * max(wide, 1)
