"""Rendering a description as PyPI does, with PyPI's own renderer."""

from __future__ import annotations

import io
import re
import warnings
from typing import TYPE_CHECKING

from pilotage.model.distcontents import RenderedReadme

if TYPE_CHECKING:
    from collections.abc import Callable

_PROBLEM = re.compile(r"^[^\n:]*:([0-9]+): \([A-Z]+/[0-9]\) (.*)$", re.MULTILINE)
"""How docutils writes one: `<string>:12: (WARNING/2) Title underline too short.`"""


def render_readme(text: str, content_type: str) -> RenderedReadme:
    """Render a description.

    Args:
        text: The description.
        content_type: Its Description-Content-Type; reStructuredText when empty, as PyPI takes it.
    """
    kind, _, parameters = content_type.partition(";")
    kind = kind.strip().lower()
    if kind == "text/plain":
        return RenderedReadme("fine")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the renderers' own age is no matter of the description's
        try:
            return _render_markdown(text, parameters) if kind == "text/markdown" else _render_rst(text)
        except ImportError as error:
            return RenderedReadme("unchecked", trouble=f"{error.name or 'readme_renderer'} is not installed")


def _render_rst(text: str) -> RenderedReadme:
    from readme_renderer.rst import render  # noqa: PLC0415 - an extra, and slow to import

    stream = io.StringIO()
    if render(text, stream) is not None:
        return RenderedReadme("fine")
    said = stream.getvalue()
    problem = _PROBLEM.search(said)
    if problem is None:
        return RenderedReadme("broken", trouble=said.strip().partition("\n")[0])
    return RenderedReadme("broken", int(problem[1]), problem[2])


def _render_markdown(text: str, parameters: str) -> RenderedReadme:
    import comrak  # noqa: F401, PLC0415 - an extra: without it the renderer only warns and gives nothing
    from readme_renderer.markdown import render  # noqa: PLC0415 - an extra, and slow to import

    variant = "CommonMark" if "commonmark" in parameters.lower() else "GFM"
    rendering: Callable[..., str | None] = render
    shown = rendering(text, variant=variant) is not None
    return RenderedReadme("fine") if shown else RenderedReadme("broken", trouble="it renders to nothing")
