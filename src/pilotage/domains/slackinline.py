"""Write one line of Markdown in Slack's markup: words, code, emphasis and links."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from html.entities import html5
from typing import NamedTuple
from urllib.parse import urlsplit

from pilotage.domains.markdown import strip_invisible

__all__ = ["escape_text", "render_inline", "render_link"]

_NOWHERE = "\u200b"
_LABEL = 300
_RUN = re.compile(r"`+")
_TOKEN = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<code>`+)"
    r"|(?P<auto><https?://[^\s<>]{1,2000}>)"
    r"|(?P<url>https?://[^\s<>\"'`()\[\]\\]{0,2000}[^\s<>\"'`()\[\]\\.,;:!?*_~&#@-])"
    r"|(?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<open>!?\[)"
    r"|(?P<close>\])"
    r"|(?P<mark>\*+|_+|~+)"
    r"|(?P<at>@)"
)
_DESTINATION = re.compile(
    r"\([ ]{0,3}<?([^\s<>()]{0,2000}+(?:\([^\s<>()]{0,500}+\)[^\s<>()]{0,500}+){0,3}+)>?"
    r"(?:[ ]{1,3}(?:\"[^\"]{0,300}\"|'[^']{0,300}'))?[ ]{0,3}\)"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_UNSAFE = re.compile(r"[\x00-\x20\x7f<>|\"`\\]")
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,10}[^\W\d_]{2,63}")
_WRITTEN = {"*": "_", "_": "_", "**": "*", "__": "*", "~": "~", "~~": "~"}


class _Piece(NamedTuple):
    """A part of the line: as mrkdwn, and as the plain text that it shows."""

    written: str
    plain: str


class _Mark(NamedTuple):
    """A mark that may open emphasis, or a bracket that may open a link: where it stands among the pieces."""

    text: str
    place: int
    is_bound: bool = True


def escape_text(text: str) -> str:
    """Write a text as it is: the three characters that mean something to Slack as entities, no invisible ones."""
    rest = text.lstrip(" ")
    blanks = text[: len(text) - len(rest)]
    return blanks + _encode(strip_invisible(rest))


def render_inline(text: str, *, is_bold: bool = False) -> str:
    """Write one line of Markdown as mrkdwn.

    Args:
        text: The line.
        is_bold: Whether it stands in bold, as headings do: bold in it says nothing then.
    """
    return _Line(strip_invisible(text), is_bold=is_bold).render()


def render_link(url: str, label: str) -> str:
    """Write a link, or the bare label where the address is none of https. A label cannot look like another address.

    Args:
        url: The address.
        label: The text that is shown, plain.
    """
    address = _read_address(url)
    label = " ".join(label.split())
    shown = _encode(label if len(label) <= _LABEL else f"{label[: _LABEL - 1]}…")
    if not address:
        return f"{shown} ({_encode(url)})" if url.startswith("http://") and shown != _encode(url) else shown
    if not shown or label == url:
        return f"<{address}>"
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    named = {name.casefold().removeprefix("www.") for name in _HOST.findall(label if "." in label else "")}
    return f"{shown} (<{address}>)" if named - {host} else f"<{address}|{shown}>"


class _Line:
    """One line while it is written."""

    def __init__(self, text: str, *, is_bold: bool) -> None:
        self._text = text
        self._is_bold = is_bold
        self._pieces: list[_Piece] = []
        self._marks: dict[str, list[_Mark]] = {}
        self._brackets: list[_Mark] = []
        self._runs: dict[int, list[int]] = {}
        for run in _RUN.finditer(text):
            self._runs.setdefault(len(run[0]), []).append(run.start())

    def render(self) -> str:
        """Write the line."""
        position = 0
        while match := _TOKEN.search(self._text, position):
            self._add(self._text[position : match.start()])
            position = self._take(match)
        self._add(self._text[position:])
        return "".join(piece.written for piece in self._pieces)

    def _take(self, match: re.Match[str]) -> int:
        """Write one token; give where the text goes on."""
        token = match[0]
        match match.lastgroup:
            case "escape":
                self._literal(token[1], match.start() - 1, match.end())
            case "entity":
                self._literal(_decode(token), match.start() - 1, match.end())
            case "code":
                return self._take_code(match)
            case "auto":
                self._pieces.append(_Piece(render_link(token[1:-1], token[1:-1]), token[1:-1]))
            case "url":
                self._pieces.append(_Piece(render_link(_unescape(token), _unescape(token)), token))
            case "open":
                self._brackets.append(_Mark(token, len(self._pieces)))
                self._add(token)
            case "close":
                return self._close_bracket(match)
            case "mark":
                self._take_mark(match)
            case _:
                self._literal(token, match.start() - 1, match.end())
        return match.end()

    def _add(self, text: str) -> None:
        if text:
            self._pieces.append(_Piece(_encode(text), text))

    def _literal(self, text: str, before: int, after: int) -> None:
        """Write characters that are text, also where Slack would read a mark."""
        if not text:
            return
        left = self._text[before : before + 1] if before >= 0 else ""
        right = self._text[after : after + 1]
        written = _encode(text)
        is_within, is_alone = left.isalnum() and right.isalnum(), not (left.strip() or right.strip())
        if text[0] == "`" or (text[0] in "*_~" and not is_within and not is_alone):
            written = f"{_NOWHERE}{_NOWHERE.join(written)}{_NOWHERE}"
        elif text == "@" and right.strip() and not left.isalnum():
            written = f"@{_NOWHERE}"
        self._pieces.append(_Piece(written, text))

    def _take_code(self, match: re.Match[str]) -> int:
        width, start = len(match[0]), match.end()
        closers = self._runs.get(width, [])  # an escape may have taken a part of the run
        place = bisect_left(closers, start)
        code = self._text[start : closers[place]].strip(" ") if place < len(closers) else ""
        if not code:
            self._literal(match[0], match.start() - 1, match.end())
            return start
        shown = code.replace("`", "\u02cb")
        self._pieces.append(_Piece(f"`{_encode(shown)}`", code))
        return closers[place] + width

    def _close_bracket(self, match: re.Match[str]) -> int:
        """Write the link that ends here, or a bracket."""
        opener = self._brackets.pop() if self._brackets else None
        target = _DESTINATION.match(self._text, match.end()) if opener else None
        if opener is None or target is None:
            self._add("]")
            return match.end()
        url = _unescape(target[1])
        if _read_address(url) or url.startswith("http://"):
            label = "".join(piece.plain for piece in self._pieces[opener.place + 1 :])[:_LABEL]
            del self._pieces[opener.place :]
            self._forget_marks(opener.place - 1)
            self._pieces.append(_Piece(render_link(url, label or url), label))
        else:
            self._pieces[opener.place] = _Piece("", "")
        if opener.text == "[":
            self._brackets.clear()  # a link stands in no other link, but an image may
        return target.end()

    def _take_mark(self, match: re.Match[str]) -> None:
        """Close emphasis, or write the marks as text until what closes them is found."""
        token = match[0]
        before = self._text[match.start() - 1 : match.start()] if match.start() else ""
        after = self._text[match.end() : match.end() + 1]
        is_word = token[0] == "_"
        closes = bool(before.strip()) and not (is_word and after.isalnum())
        opens = bool(after.strip()) and not (is_word and before.isalnum())
        parts = (token[2:], token[:2]) if len(token) == len("***") else (token,)
        left = [text for text in parts if not (closes and self._close_mark(text, is_bound=not after.isalnum()))]
        for text in reversed(left):
            if opens and text in _WRITTEN:
                self._marks.setdefault(text, []).append(_Mark(text, len(self._pieces), not before.isalnum()))
            self._literal(text, match.start() - 1, match.end())

    def _close_mark(self, text: str, *, is_bound: bool) -> bool:
        """Turn the last mark of this kind and this one into emphasis; say whether there was one.

        Slack knows emphasis of whole words only, so within a word the marks just go.
        """
        openers = self._marks.get(text)
        if not openers or openers[-1].place == len(self._pieces) - 1:
            return False
        opener = openers.pop()
        written = _WRITTEN[text]
        if not (is_bound and opener.is_bound) or (self._is_bold and written == "*"):
            written = ""
        self._pieces[opener.place] = _Piece(written, "")
        self._pieces.append(_Piece(written, ""))
        self._forget_marks(opener.place)
        return True

    def _forget_marks(self, place: int) -> None:
        """Forget the marks that stand behind a place: they close nothing any more."""
        for openers in self._marks.values():
            while openers and openers[-1].place > place:
                openers.pop()


def _encode(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unescape(url: str) -> str:
    return _ENTITY.sub(lambda found: _decode(found[0]), url)


def _decode(entity: str) -> str:
    """Give the character that an entity stands for; itself where it stands for none, nothing for an invisible one."""
    text = html.unescape(entity) if entity[1] == "#" else html5.get(entity[1:], entity)
    return text if text == _NOWHERE else " " if text.isspace() else strip_invisible(text)


def _read_address(url: str) -> str:
    """Give an address as it may stand in a link of Slack; "" when it is none of https, or hides its host."""
    try:
        parts = urlsplit(url)
        is_plain = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", url).replace("&", "&amp;") if is_plain else ""
