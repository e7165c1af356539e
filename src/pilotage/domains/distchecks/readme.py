"""Rules about the description: it is there, has a type, and can be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.distchecks.table import make_finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pilotage.domains.distchecks.examined import Examined
    from pilotage.model.distcontents import Finding, RenderedReadme

    Render = Callable[[str, str], RenderedReadme]
    """Renders a description (its text, its content type) as PyPI does."""


def check_readmes(dists: Sequence[Examined], render: Render) -> Iterator[Finding]:
    """Check each description once: the files of a release usually share theirs."""
    seen: set[tuple[str, str]] = set()
    for dist in dists:
        if dist.contents.metadata is None:
            continue
        text = dist.raw.get("description", "")
        kind = dist.raw.get("description_content_type", "")
        if (text, kind) not in seen:
            seen.add((text, kind))
            yield from _check(dist.contents.name, text, kind, render=render)


def _check(place: str, text: str, kind: str, *, render: Render) -> Iterator[Finding]:
    if not text.strip() or text.strip() == "UNKNOWN":
        yield make_finding("D106", place, "there is no description")
        return
    shown = render(text, kind)
    line = f"line {shown.line} of the description: " if shown.line else ""
    if not kind:
        effect = "is taken for reStructuredText"
        if shown.state == "broken":
            effect = f"is none that can be read as reStructuredText, and shows as plain text ({line}{shown.trouble})"
        yield make_finding("D107", place, f"the description has no Description-Content-Type and {effect}")
    elif shown.state == "broken":
        yield make_finding("D108", place, f"{line}{shown.trouble or 'it renders to nothing'}")
    if shown.state == "unchecked":
        yield make_finding("D109", place, f"the description was not rendered: {shown.trouble}")
