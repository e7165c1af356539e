"""What merging will do, in words for the summary and the comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.safetext import code_span

if TYPE_CHECKING:
    from pilotage.model.mergepreview import MergeOutcome, MergePreview

_LONGEST_NOTES = 4_000
_WAYS = {"squash": "squashing", "merge": "a merge commit", "rebase": "rebasing"}


def render_preview(preview: MergePreview) -> str:
    """Render what the usual way of merging will release, with its part of the notes; Markdown."""
    return _render_main(preview.main) + _render_others(preview)


def _render_others(preview: MergePreview) -> str:
    """Name the ways of merging that would lead elsewhere."""
    main = preview.main
    others = [one for one in preview.outcomes if not one.obstacle and one.next != main.next]
    ways = [f"by {_WAYS[one.merge.way]}: {f'`{one.next}`' if one.next else 'no release'}" for one in others]
    return f"\n\nOther ways of merging lead elsewhere: {'; '.join(ways)}." if ways else ""


def _render_main(outcome: MergeOutcome) -> str:
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
