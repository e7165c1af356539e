"""Tables in Markdown, as the benchmark prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def render_table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Render a table with a heading; numbers with a fraction get three digits."""
    cells = [list(head), *([_spell(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = [f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |" for row in cells]
    lines.insert(1, f"|{'|'.join('-' * (width + 2) for width in widths)}|")
    return "\n".join([f"## {title}", "", *lines, ""])


def _spell(cell: object) -> str:
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)
