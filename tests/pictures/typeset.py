"""Break words of several looks into lines, and draw them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pictures.svg import width_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pictures.svg import Sheet

_PAD = 4.0
_CODE = 0.9
"""How large the characters of a code span are beside the others."""
SIGNS = {"✅": True, "❌": False}
"""The emoji that are drawn and not written, with whether they are good."""


@dataclass(frozen=True)
class Piece:
    """A part of a line that has one look.

    Args:
        text: Its words.
        is_code: Whether it is a code span.
        is_bold: Whether it is bold.
        is_link: Whether it is a link.
        colour: The colour's name.
        is_break: Whether a new line begins here; there are no words then.
    """

    text: str
    is_code: bool = False
    is_bold: bool = False
    is_link: bool = False
    colour: str = "ink"
    is_break: bool = False

    def width(self, size: float) -> float:
        """Give how wide it is drawn, the padding of a code span left out."""
        if self.is_code:
            return width_of(self.text, size * _CODE, is_mono=True)
        return width_of(self.text, size, is_bold=self.is_bold)

    def with_text(self, text: str) -> Piece:
        """Give the same look with other words."""
        return Piece(text, self.is_code, self.is_bold, self.is_link, self.colour)

    def has_look_of(self, other: Piece) -> bool:
        """Tell whether another piece looks the same."""
        return self.with_text("") == other.with_text("")


def wrap(pieces: Iterable[Piece], *, size: float, width: float) -> list[list[Piece]]:
    """Break pieces into lines that are not wider than `width`."""
    lines: list[list[Piece]] = [[]]
    used = 0.0
    for word in _words(pieces, size=size, width=width):
        goes_on = bool(lines[-1]) and lines[-1][-1].has_look_of(word)
        wide = word.width(size) + (2 * _PAD if word.is_code and not goes_on else 0)
        if word.is_break or (used + wide > width and word.text.strip() and lines[-1]):
            lines.append([])
            used = 0.0
        if word.is_break or (not lines[-1] and not word.text.strip()):
            continue
        used += wide
        if lines[-1] and goes_on:
            lines[-1][-1] = word.with_text(lines[-1][-1].text + word.text)
        else:
            lines[-1].append(word)
    return lines


def _words(pieces: Iterable[Piece], *, size: float, width: float) -> Iterator[Piece]:
    for piece in pieces:
        if piece.is_break:
            yield piece
        for text in re.findall(r"\s+|\S+", piece.text):
            word = piece.with_text(" " if text.isspace() else text)
            most = max(1, int(len(text) * (width - 2 * _PAD) / max(word.width(size), 1)))
            yield from (word.with_text(word.text[start : start + most]) for start in range(0, len(word.text), most))


def draw_lines(sheet: Sheet, lines: list[list[Piece]], *, x: float, y: float, size: float) -> float:
    """Draw lines from the top `y` on, and give where they end."""
    step = size * 1.55
    for line in lines:
        at, baseline = x, y + size * 1.1
        for piece in line:
            at = _draw_piece(sheet, piece, x=at, baseline=baseline, size=size)
        y += step
    return y


def _draw_piece(sheet: Sheet, piece: Piece, *, x: float, baseline: float, size: float) -> float:
    """Draw a piece without its outer blanks, whose width viewers do not agree on."""
    words = piece.with_text(piece.text.strip())
    left = x + piece.with_text(piece.text[: len(piece.text) - len(piece.text.lstrip())]).width(size)
    end = x + piece.width(size) + (2 * _PAD if piece.is_code else 0)
    if words.text in SIGNS:
        sheet.sign(left, baseline, size, is_good=SIGNS[words.text])
    elif words.is_code:
        sheet.box(x, baseline - size, words.width(size) + 2 * _PAD, size * 1.4, fill="shade", radius=4)
        sheet.write(x + _PAD, baseline, words.text, size=size * _CODE, is_mono=True, colour=words.colour)
    elif words.text:
        colour = "link" if words.is_link else words.colour
        sheet.write(left, baseline, words.text, size=size, colour=colour, is_bold=words.is_bold)
    return end


def natural_width(pieces: Iterable[Piece], *, size: float) -> float:
    """Give how wide pieces are on one line."""
    return sum(piece.width(size) + (2 * _PAD if piece.is_code else 0) for piece in pieces)
