"""The notes of one version: Markdown for the changelog, the release and the release pull request, in several styles."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

from pilotage.domains.notes.cut import PULL_REQUEST_LIMIT, RELEASE_LIMIT, cut_notes
from pilotage.model.notes import NotesStyle

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.model.notes import NotesData

__all__ = ["NOTHING", "PULL_REQUEST_LIMIT", "RELEASE_LIMIT", "cut_notes", "render_notes", "render_release_body"]

NOTHING = "No user-facing changes."


class _Writer(NamedTuple):
    heading: Callable[[NotesData], str]
    gap: str
    body: Callable[[NotesData], str]
    footer: Callable[[NotesData], str] = lambda _: ""


def render_notes(data: NotesData, *, style: NotesStyle = NotesStyle.PILOTAGE, body: str = "") -> str:
    """Render the notes of a version with their heading, for a changelog.

    The breaking changes come first where the style has them apart, then the sections in the order of the table of
    types. A change of a hidden or unknown type is named only if it breaks users. Text from commits is escaped. In
    Pilotage's own style the order of `data.changes` does not matter.

    Args:
        data: The facts.
        style: Whose style they follow.
        body: What stands below the heading, where it was written otherwise; "" for the style's own.

    Returns:
        Text that starts with the version's heading, without blank lines at its ends. In Keep a Changelog's style the
        link definition of the version ends it; `insert_section` puts that where the file has such definitions.
    """
    writer = _writer(style)
    text = f"{writer.heading(data)}{writer.gap}{body or writer.body(data) or NOTHING}"
    footer = writer.footer(data)
    return f"{text}\n\n{footer}" if footer else text


def render_release_body(data: NotesData, *, style: NotesStyle = NotesStyle.PILOTAGE) -> str:
    """Render the notes without their heading as Markdown, for a page that has its own: a release, a pull request."""
    return _writer(style if style.is_markdown else NotesStyle.SEMANTIC_RELEASE).body(data) or NOTHING


def _writer(style: NotesStyle) -> _Writer:
    """Import a style when it is asked for: `pilotage next` and `title` shall not pay for all of them."""
    match style:
        case NotesStyle.PILOTAGE:
            from pilotage.domains.notes import pilotage  # noqa: PLC0415 - see above

            return _Writer(pilotage.render_heading, "\n\n", pilotage.render_body)
        case NotesStyle.RELEASE_PLEASE:
            from pilotage.domains.notes import releaseplease  # noqa: PLC0415 - see above

            return _Writer(releaseplease.render_heading, "\n\n\n", releaseplease.render_body)
        case NotesStyle.KEEP_A_CHANGELOG:
            from pilotage.domains.notes import keepachangelog  # noqa: PLC0415 - see above

            return _Writer(
                keepachangelog.render_heading, "\n\n", keepachangelog.render_body, keepachangelog.render_footer
            )
        case NotesStyle.COMMITIZEN:
            from pilotage.domains.notes import commitizen  # noqa: PLC0415 - see above

            return _Writer(commitizen.render_heading, "\n\n", commitizen.render_body)
        case NotesStyle.SEMANTIC_RELEASE:
            from pilotage.domains.notes import semanticrelease  # noqa: PLC0415 - see above

            return _Writer(semanticrelease.render_heading, "\n\n", semanticrelease.render_body)
        case NotesStyle.SEMANTIC_RELEASE_RST:
            from pilotage.domains.notes import semanticreleaserst  # noqa: PLC0415 - see above

            return _Writer(
                semanticreleaserst.render_heading,
                "\n\n",
                semanticreleaserst.render_body,
                semanticreleaserst.render_footer,
            )
        case _:
            assert_never(style)
