"""Foreign text in our Markdown: it keeps its words and loses its power.

A line (a title, a name) is shown as plain text with code spans; a block (an upgrade path) stays Markdown without HTML,
headings that compete with ours, and link definitions. In both nobody is notified: a mention is written `@&#8203;name`.
The entity is a zero-width space. GitHub looks for mentions in the rendered text, so a backslash does not stop them;
an entity, unlike the bare character, can be seen in the source, and the reader of the page sees a plain `@name`.

Rules: CommonMark 0.31.2 and GitHub Flavored Markdown 0.29. Every function is linear in the length of its text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["clean_line", "defuse_block", "escape_line", "escape_start", "strip_invisible", "write_plain"]

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Control, bidirectional and invisible characters, and halves of pairs. Joiners stay: emoji and Persian need them."""

_RUN = re.compile(r"`+")
_ESCAPE_OR_RUN = re.compile(r"\\[!-/:-@\[-`{-~]|`+")

_UNKEPT_CODE = re.compile(r"<!--|-->|</?script", re.IGNORECASE)
"""What is not even kept in a code span: somebody who reads the text without a parser could take it for the real one."""

_NOWHERE = "&#8203;"

_URL = r"https?://[^\s<>\"'`()\[\]\\]*[^\s<>\"'`()\[\]\\.,;:!?*_~&#@-]"

_LINE_TOKEN = re.compile(
    rf"(?P<url>{_URL})"
    r"|(?P<issue>(?<![\w/&#])#[1-9][0-9]{0,9}(?!\w))"
    r"|(?P<nowhere>(?<=\w)#(?=[0-9])|(?<![A-Za-z0-9])@(?=[A-Za-z0-9]))"
    r"|(?P<kept>(?<=[^\W_])_+(?=[^\W_]))"
    r"|(?P<html>[<>&])"
    r"|(?P<special>[\\`*_\[\]~]|!(?=#))"
)
"""`kept` are underscores inside a word, which never start emphasis; `!` before a link would make it an image."""

_HARMLESS = re.compile(r"[A-Za-z][A-Za-z0-9 ,.;:'\"/()%=^$?{}|-]*+")
"""Most titles: nothing in them could have a power."""

_SPELLED = re.compile(r"&(?=#|commat;|num;)")
"""The start of an entity that spells `@`, `#` or a letter."""

_BLOCK_TOKEN = re.compile(
    rf"(?P<url>{_URL})"
    r"|(?P<nowhere>(?<=\w)\\?#(?=[0-9])|(?<![A-Za-z0-9])@(?=[A-Za-z0-9]))"
    r"|(?P<kept>\\[!-/:-;=-?\[-`{-~])"
    rf"|(?P<html>\\?<|{_SPELLED.pattern})"
    r"|(?P<special>`|~(?=~~)|(?<=~~)~|:(?<=\]:))"
)
"""`:` after `]` could define a link or a footnote for the whole page; three `~` could open a fence."""

_PLAIN_TOKEN = re.compile(
    r"(?P<html>[<>])|(?P<link>\][(\[:])|(?P<mention>(?<!\w)@(?=[A-Z]|[a-z0-9][A-Za-z0-9-]{0,38}(?:[A-Z/])))"
)
"""What a line that keeps its Markdown must not hold: HTML, the joint of a link, and a mention that stays one."""

_TAME = re.compile(r"[^<>@`\]\x00-\x1f\x7f-\U0010ffff]*+")
"""Most titles, where Markdown may stay: nothing in them is taken away."""

_OPENERS = ("```", "~~~", "* ", "+ ")

_HTML = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}

_LINE_START = re.compile(r"(?:#{1,6}(?=[ ]|$)|[-+](?=[ ]|$)|-(?=[- ]*$))")
_LIST_NUMBER = re.compile(r"([0-9]{1,9})([.)](?=[ ]|$))")

_CONTAINERS = r"(?:[ ]*(?:>|[-*+](?=[ ])|[0-9]{1,9}[.)](?=[ ])))*[ ]*"
_HEADING = re.compile(rf"({_CONTAINERS})(#{{1,6}})(?=[ ]|$)")
_UNDERLINE = re.compile(rf"({_CONTAINERS})(=+|-+)$")
_FENCE = re.compile(r"([ ]{0,3})(`{3,}(?=[^`]*$)|~{3,})(.*)")
_DEMOTED_BY = 3


def clean_line(text: str) -> str:
    """Make one line of a text: white space becomes single blanks; control and invisible characters go."""
    return " ".join(_INVISIBLE.sub("", text).split())


def escape_line(text: str, *, repository_url: str = "") -> str:
    """Write foreign text as one line of Markdown that shows it as plain text.

    Balanced code spans stay code, web addresses become links, `#123` a link when the repository's URL is known.
    Nothing else works: no HTML, emphasis, link, image, list, heading, and nobody is notified.

    Args:
        text: Any text.
        repository_url: The web address of the repository that `#123` means; "" leaves it as it is.
    """
    if _HARMLESS.fullmatch(text) and "  " not in text and "://" not in text and text[-1] != " ":
        return text

    def written(match: re.Match[str]) -> str:
        token = match[0]
        match match.lastgroup:
            case "url":
                return f"<{token}>"
            case "issue":
                return f"[{token}]({repository_url}/issues/{token[1:]})" if repository_url else token
            case "nowhere":
                return token + _NOWHERE
            case "kept":
                return token
            case "html":
                return _HTML[token]
            case _:
                return f"\\{token}"

    pieces = _split_code(clean_line(text), _RUN)
    line = "".join(piece if is_code else _LINE_TOKEN.sub(written, piece) for is_code, piece in pieces)
    if _LINE_START.match(line):
        return f"\\{line}"
    return _LIST_NUMBER.sub(r"\1\\\2", line, count=1) if _LIST_NUMBER.match(line) else line


def strip_invisible(text: str) -> str:
    """Take control and invisible characters out of a text; each line end and tab becomes a blank."""
    return " ".join(_INVISIBLE.sub("", text).replace("\t", " ").splitlines()).strip()


def write_plain(text: str) -> str:
    """Write foreign text as one line of Markdown that keeps its own marks, for styles that escape nothing.

    Emphasis, code spans and bare addresses work as written, and blanks stay. HTML is shown as text; links and images
    of its own, link definitions and the mentions that a name with capitals or a slash would make lose their power.
    """
    if _TAME.fullmatch(text):
        return text.strip()
    pieces = _split_code(strip_invisible(text), _RUN)
    return "".join(piece if is_code else _PLAIN_TOKEN.sub(_write_plain_token, piece) for is_code, piece in pieces)


def _write_plain_token(match: re.Match[str]) -> str:
    token = match[0]
    if match.lastgroup == "html":
        return _HTML[token]
    return f"{token}{_NOWHERE}" if match.lastgroup == "mention" else f"{token[0]}\\{token[1:]}"


def escape_start(line: str) -> str:
    """Keep the start of a line of Markdown from opening a heading, a list, a quote or a fence."""
    if _LINE_START.match(line) or line.startswith(_OPENERS):
        return f"\\{line}"
    return _LIST_NUMBER.sub(r"\1\\\2", line, count=1) if _LIST_NUMBER.match(line) else line


def defuse_block(text: str) -> str:
    """Keep a person's Markdown block, but for what would reach beyond it.

    HTML is shown as text, headings sink by three levels, underlined headings become paragraphs with a line, link
    definitions lose their effect, mentions notify nobody, an open fence is closed. Code in fences and in spans on one
    line stays as it is. A fence is one that starts at most three blanks in, or in a list item's first column; what
    stands deeper is treated as text, so that a fence that is none cannot hide HTML.
    """
    lines: list[str] = []
    margin, fence = "", ""
    for raw in text.expandtabs(4).splitlines():
        line = _INVISIBLE.sub("", raw).rstrip()
        if fence:
            if line.strip(" ").strip(fence[0]) == "" and len(line.strip(" ")) >= len(fence):
                line, fence = line.strip(" "), ""
            lines.append(_in_fence(line, margin))
        elif opening := _FENCE.fullmatch(line):
            margin, fence = opening[1], opening[2]
            lines.append(_in_fence(line, margin))
        else:
            lines.append(_defuse_line(line))
    if fence:
        lines.append(margin + fence)
    return "\n".join(lines).strip("\n")


def _in_fence(line: str, margin: str) -> str:
    """Keep a line of code inside its fence: a lesser margin would end the list item that the fence stands in."""
    kept = line.replace("<!--", "&lt;!--").replace("-->", "--&gt;")
    return kept if not kept or kept.startswith(margin) else margin + kept.lstrip(" ")


def _defuse_line(line: str) -> str:
    """Defuse one line outside of fences."""
    if heading := _HEADING.match(line):
        marks = "#" * min(6, len(heading[2]) + _DEMOTED_BY)
        line = heading[1] + marks + line[heading.end() :]
    elif underline := _UNDERLINE.fullmatch(line):
        is_rule = underline[2].startswith("---")
        return underline[1] + ("***" if is_rule else f"\\{underline[2]}")

    def written(match: re.Match[str]) -> str:
        token = match[0]
        match match.lastgroup:
            case "url":
                # the same address, and no mention where it becomes no link
                return _SPELLED.sub("&amp;", token.replace("@", "%40"))
            case "nowhere":
                return token + _NOWHERE
            case "html":
                return _HTML[token[-1]]
            case "special":
                return f"\\{token}"
            case _:
                return token

    pieces = _split_code(line, _ESCAPE_OR_RUN, is_table=True)
    return "".join(piece if is_code else _BLOCK_TOKEN.sub(written, piece) for is_code, piece in pieces)


def _split_code(text: str, token: re.Pattern[str], *, is_table: bool = False) -> Iterator[tuple[bool, str]]:
    """Split a line into code spans (with their backticks) and what stands between them.

    Args:
        text: One line.
        token: What to look for: runs of backticks, and backslash escapes where they count.
        is_table: Whether a `|` may cut a span in two, which would set free what it hides.
    """
    runs: dict[int, list[int]] = {}
    for run in _RUN.finditer(text):
        runs.setdefault(len(run[0]), []).append(run.start())
    start = position = 0
    while match := token.search(text, position):
        position = match.end()
        width = len(match[0])
        closers = runs.get(width, []) if match[0][0] == "`" else []
        index = bisect_left(closers, position)
        if index == len(closers):
            continue
        end = closers[index] + width
        span = text[match.start() : end]
        if _UNKEPT_CODE.search(span) or (is_table and "|" in span):
            continue
        yield False, text[start : match.start()]
        yield True, span
        start = position = end
    yield False, text[start:]
