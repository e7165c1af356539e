"""Draw the Markdown that the program writes as GitHub shows it: what is used, and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from pictures.typeset import Piece, draw_lines, natural_width, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pictures.svg import Sheet

SIZE = 14.0
_GAP = 10.0
_HEADINGS = {"h2": 20.0, "h3": 16.5}
_PADDING = 10.0


class UnknownMarkdownError(ValueError):
    """The program writes Markdown that the pictures cannot draw yet."""


def draw_markdown(sheet: Sheet, text: str, *, x: float, y: float, width: float) -> float:
    """Draw Markdown from the top `y` on, and give where it ends.

    Raises:
        UnknownMarkdownError: It holds an element that is not drawn here.
    """
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(text))
    return _draw_blocks(sheet, tree, x=x, y=y, width=width)


def _draw_blocks(sheet: Sheet, parent: SyntaxTreeNode, *, x: float, y: float, width: float) -> float:
    for node in parent.children:
        drawn = _draw_block(sheet, node, x=x, y=y, width=width)
        y = drawn + _GAP if drawn > y else y
    return y


def _draw_block(sheet: Sheet, node: SyntaxTreeNode, *, x: float, y: float, width: float) -> float:
    match node.type:
        case "paragraph" | "inline":
            return _draw_pieces(sheet, list(_pieces(node)), x=x, y=y, width=width)
        case "heading":
            pieces = [Piece(piece.text, is_bold=True) for piece in _pieces(node)]
            return _draw_pieces(sheet, pieces, x=x, y=y, width=width, size=_HEADINGS[node.tag])
        case "bullet_list":
            return _draw_list(sheet, node, x=x, y=y, width=width)
        case "blockquote":
            end = _draw_blocks(sheet, node, x=x + 16, y=y, width=width - 16) - _GAP
            sheet.rule(x + 2, y, end)
            return end
        case "table":
            return _draw_table(sheet, node, x=x, y=y, width=width)
        case "html_block" if re.fullmatch(r"<!-- [a-z:-]+ -->\s*", node.content.split("\n")[0] + "\n"):
            rest = node.content.partition("\n")[2].strip()
            return draw_markdown(sheet, rest, x=x, y=y, width=width) - _GAP if rest else y
        case unknown:
            raise UnknownMarkdownError(unknown)


def _draw_pieces(sheet: Sheet, pieces: list[Piece], *, x: float, y: float, width: float, size: float = SIZE) -> float:
    return draw_lines(sheet, wrap(pieces, size=size, width=width), x=x, y=y, size=size)


def _draw_list(sheet: Sheet, node: SyntaxTreeNode, *, x: float, y: float, width: float) -> float:
    for item in node.children:
        sheet.write(x + 6, y + SIZE * 1.1, "•", size=SIZE)
        y = _draw_blocks(sheet, item, x=x + 20, y=y, width=width - 20) - _GAP + 2
    return y


def _draw_table(sheet: Sheet, node: SyntaxTreeNode, *, x: float, y: float, width: float) -> float:
    rows = [(row, section.type == "thead") for section in node.children for row in section.children]
    cells = [[[_as_head(p) if is_head else p for p in _pieces(cell)] for cell in row.children] for row, is_head in rows]
    wanted = [max(natural_width(row[i], size=SIZE) for row in cells) + 2 * _PADDING + 2 for i in range(len(cells[0]))]
    wanted[0] = min(wanted[0], width - sum(wanted[1:]))
    for row in cells:
        lines = [wrap(cell, size=SIZE, width=w - 2 * _PADDING) for cell, w in zip(row, wanted, strict=True)]
        height = max(map(len, lines)) * SIZE * 1.55 + 10
        left = x
        for shown, wide in zip(lines, wanted, strict=True):
            sheet.box(left, y, wide, height, edge="line", radius=0)
            draw_lines(sheet, shown, x=left + _PADDING, y=y + 4, size=SIZE)
            left += wide
        y += height
    return y


def _as_head(piece: Piece) -> Piece:
    return Piece(piece.text, is_bold=True)


def _pieces(node: SyntaxTreeNode, *, is_bold: bool = False, is_link: bool = False) -> Iterator[Piece]:
    for child in node.children:
        match child.type:
            case "inline":
                yield from _pieces(child)
            case "strong":
                yield from _pieces(child, is_bold=True, is_link=is_link)
            case "link":
                yield from _pieces(child, is_bold=is_bold, is_link=True)
            case "text":
                # GitHub makes links of addresses
                for part in re.split(r"(https?://\S+|[✅❌])", child.content):
                    yield Piece(part, is_bold=is_bold, is_link=is_link or "://" in part)
            case "code_inline":
                yield Piece(child.content, is_code=True)
            case "softbreak":
                yield Piece("", is_break=True)
            case unknown:
                raise UnknownMarkdownError(unknown)
