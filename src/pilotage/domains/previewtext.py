"""What merging will do, in words for the summary and the comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.safetext import code_span

if TYPE_CHECKING:
    from pilotage.model.mergepreview import MergePreview

_LONGEST_NOTES = 4_000


def render_preview(preview: MergePreview) -> str:
    """Render what the usual way of merging will release, with its part of the notes; Markdown."""
    outcome = preview.main
    if outcome.obstacle:
        return f"What merging will release is not known: {code_span(outcome.obstacle, limit=500)}"
    if outcome.next is None:
        return "Merging this releases nothing by itself."
    came_from = f"`{outcome.current}` → " if outcome.current else ""
    cause = f"this pull request: {outcome.bump}" if outcome.bump != "none" else "this pull request adds nothing to it"
    head = f"**Merging this leads to release {came_from}`{outcome.next}`** ({cause})."
    if not outcome.notes:
        return head
    notes = outcome.notes if len(outcome.notes) <= _LONGEST_NOTES else outcome.notes[:_LONGEST_NOTES] + "…"
    return f"{head} Its part of the notes:\n\n{quote(notes)}"


def quote(markdown: str) -> str:
    """Set Markdown off as a quotation, so that nothing in it ends what stands around it."""
    return "\n".join(f"> {line}".rstrip() for line in markdown.split("\n"))
