"""The one comment about a title: red while something is wrong, green once it is mended, never there for a right one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.safetext import code_span
from pilotage.model.step import WriteComment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pilotage.model.title import TitleReport

MARKER = "<!-- pilotage:title -->"
"""The first line of the comment; a comment of ours that begins with it is the one."""


def plan_comment(
    number: int, report: TitleReport, *, preview: str, comments: Mapping[int, str]
) -> Iterator[WriteComment]:
    """Yield the comment that a pull request needs; nothing for one that was right from the start, or is up to date.

    Args:
        number: The pull request.
        report: What the check found.
        preview: What merging will do, one line of Markdown; empty when it is not known.
        comments: Our own comments on it: number to text.
    """
    known = min((comment for comment, text in comments.items() if text.startswith(MARKER)), default=0)
    if report.ok and not known:
        return
    body = render_comment(report, preview=preview)
    if comments.get(known, "").replace("\r\n", "\n").rstrip() != body.rstrip():
        yield WriteComment(number, MARKER, known, body)


def render_comment(report: TitleReport, *, preview: str) -> str:
    """Render the comment; every word of the title stands in a code span."""
    verdict = "✅ **The title is all right now.**" if report.ok else "❌ **The title needs a change.**"
    lines = [MARKER, verdict, "", code_span(report.title, limit=300)]
    lines += ["", *(f"- {code_span(f'{p.rule}: {p.message}', limit=1000)}" for p in report.problems)]
    if report.suggestion and not report.ok:
        lines += ["", "Try:", "", f"> {code_span(report.suggestion, limit=300)}"]
    if preview:
        lines += ["", preview]
    return "\n".join(lines) + "\n"
