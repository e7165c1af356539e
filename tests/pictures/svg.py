"""A sheet of SVG: text whose width is fixed whatever font shows it, boxes, and colours for light and dark."""

from __future__ import annotations

from xml.sax.saxutils import escape

LIGHT = {
    "ground": "#ffffff",
    "ink": "#1f2328",
    "quiet": "#59636e",
    "line": "#d1d9e0",
    "shade": "#f0f2f4",
    "link": "#0550ae",
    "good": "#116329",
    "bad": "#a40e26",
}
DARK = {
    "ground": "#0d1117",
    "ink": "#f0f6fc",
    "quiet": "#9198a1",
    "line": "#3d444d",
    "shade": "#212830",
    "link": "#4493f8",
    "good": "#3fb950",
    "bad": "#ff7b72",
}
"""The colours by their names; each text has a contrast of 4.5 and more on `ground` and on `shade`."""

MONO = 0.602
"""How wide a character of a monospaced font is, in ems."""
_NARROW, _SLIM, _WIDE = "ijl|.,:;'`!", "ftr()[]{}/I -*\u2022", "mwMW@%→—"
_SANS = "-apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif"
_FIXED = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def width_of(text: str, size: float, *, is_mono: bool = False, is_bold: bool = False) -> float:
    """Give how wide a text is drawn, in pixels."""
    if is_mono:
        return size * MONO * len(text)
    return size * sum(map(_advance, text)) * (1.06 if is_bold else 1.0)


def _advance(character: str) -> float:
    for characters, width in ((_NARROW, 0.26), (_SLIM, 0.34), (_WIDE, 0.88)):
        if character in characters:
            return width
    if character in "✅❌":
        return 1.3
    return 0.67 if character.isupper() else 0.55


class Sheet:
    """A drawing that grows downwards.

    Args:
        width: Its width in pixels.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self._parts: list[str] = []

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        colour: str = "ink",
        is_mono: bool = False,
        is_bold: bool = False,
    ) -> float:
        """Write a text with its baseline at `y`, and give where it ends."""
        width = width_of(text, size, is_mono=is_mono, is_bold=is_bold)
        classes = " ".join([f"i-{colour}", *(["m"] if is_mono else []), *(["b"] if is_bold else [])])
        place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" textLength="{width:.1f}"'
        self._parts.append(f'<text class="{classes}" {place}>{escape(text)}</text>')
        return x + width

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "ground",
        edge: str = "",
        radius: int = 6,
        below: int | None = None,
    ) -> None:
        """Draw a box; below what was drawn since `mark` when that is given."""
        edges = f" e-{edge}" if edge else ""
        place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius}"'
        drawn = f'<rect class="f-{fill}{edges}" {place}/>'
        self._parts.insert(len(self._parts) if below is None else below, drawn)

    def sign(self, x: float, baseline: float, size: float, *, is_good: bool) -> None:
        """Draw a tick or a cross where the text has an emoji, which not every machine has a font for."""
        left, top, colour = x + size * 0.1, baseline - size * 0.85, "good" if is_good else "bad"
        if is_good:
            self.box(left, top, size, size, fill="good", radius=3)
            drawn, colour = f"M{left + size * 0.22:.1f} {top + size * 0.52:.1f}l3 3.5 5-6.5", "ground"
        else:
            arm = f"{size - 2:.1f}"
            drawn = f"M{left + 1:.1f} {top + 1:.1f}l{arm} {arm}m0-{arm}l-{arm} {arm}"
        self._parts.append(f'<path class="e-{colour} w" d="{drawn}"/>')

    def dot(self, x: float, y: float, radius: float, *, fill: str, edge: str) -> None:
        """Draw a dot."""
        self._parts.append(f'<circle class="f-{fill} e-{edge} w" cx="{x:g}" cy="{y:.1f}" r="{radius:g}"/>')

    def rule(self, x: float, top: float, bottom: float, *, below: int | None = None) -> None:
        """Draw a line downwards."""
        drawn = f'<path class="e-line w" d="M{x:g} {top:.1f}V{bottom:.1f}"/>'
        self._parts.insert(len(self._parts) if below is None else below, drawn)

    def mark(self) -> int:
        """Give the place in the drawing for what must lie below what comes next."""
        return len(self._parts)

    def render(self, height: float, *, title: str, description: str) -> str:
        """Give the whole picture."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {height:.0f}" width="{self.width}" '
            f'height="{height:.0f}" role="img" aria-labelledby="title desc">'
        )
        names = f'<title id="title">{escape(title)}</title>\n<desc id="desc">{escape(description)}</desc>'
        ground = f'<rect class="f-ground" width="{self.width}" height="{height:.0f}" rx="8"/>'
        return "\n".join([head, names, _render_style(), ground, *self._parts, "</svg>", ""])


def _render_style() -> str:
    fixed = (
        f"text{{font-family:{_SANS};white-space:pre}}.m{{font-family:{_FIXED}}}.b{{font-weight:600}}"
        "path{fill:none}.w{stroke-width:2}"
    )
    return f"<style>\n{fixed}\n{_colours(LIGHT)}\n@media (prefers-color-scheme:dark){{{_colours(DARK)}}}\n</style>"


def _colours(palette: dict[str, str]) -> str:
    rules = [f".i-{name},.f-{name}{{fill:{colour}}}.e-{name}{{stroke:{colour}}}" for name, colour in palette.items()]
    return "".join(rules)
