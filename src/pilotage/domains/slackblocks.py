"""Lay an announcement out for Slack, within the limits of its Block Kit.

Limits: a header holds 150 characters, a section 3,000, a message 50 blocks
(https://docs.slack.dev/reference/block-kit/blocks). A message whose blocks hold some 13,000 characters in all is
refused too (`msg_blocks_too_long`, https://github.com/slackapi/bolt-js/issues/2509), so the parts stay well below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.announcement import cut_lines, list_links, render_list, render_message, render_section
from pilotage.domains.markdown import clean_line
from pilotage.domains.slackinline import escape_text, render_link
from pilotage.domains.slacktext import split_mrkdwn
from pilotage.model.announcement import Message

if TYPE_CHECKING:
    from pilotage.model.announcement import Announcement

HEADER_LIMIT = 150
"""The most characters of a header, UTF-16 code units."""

SECTION_LIMIT = 2_400
"""The most characters of a section; below Slack's 3,000, for it may count an emoji as several."""

_OWN_SECTIONS = 4
_SOURCE = 20_000
_TEXT = 300


def compose_message(announcement: Announcement, *, title: str = "", markdown: str = "") -> Message:
    """Write an announcement for every kind of target.

    Args:
        announcement: What is told.
        title: The first line by the repository's template; "" for the built-in one.
        markdown: The text by the repository's template; "" for the built-in one.
    """
    first, text = render_message(announcement, title=title, markdown=markdown)
    blocks = render_blocks(announcement, title=first, markdown=text if markdown else "")
    return Message(first, text, tuple(blocks), render_fallback(announcement, title=first))


def render_blocks(announcement: Announcement, *, title: str, markdown: str = "") -> list[dict[str, object]]:
    """Render the blocks of a message: header, links, breaking changes, upgrade path, notes in short, context.

    Args:
        announcement: What is told.
        title: The header.
        markdown: The text by the repository's template, which takes the place of all but header and context.

    Returns:
        Records ready for JSON.
    """
    if markdown:
        pieces = split_mrkdwn(markdown[:_SOURCE], SECTION_LIMIT)
        sections = [*pieces[:_OWN_SECTIONS], *(["…"] if pieces[_OWN_SECTIONS:] else [])]
    else:
        sections = [_join_links(announcement)]
        breaking = render_section("⚠️ Breaking changes", render_list(announcement.breaking))
        upgrade = render_section("Upgrade path", announcement.upgrade_path)
        sections += [_fit(text) for text in (breaking, upgrade, announcement.summary)]
    blocks = [_header(title), *(_section(text) for text in sections if text)]
    return [*blocks, _context(announcement)] if announcement.repository_url else blocks


def render_fallback(announcement: Announcement, *, title: str) -> str:
    """Render what Slack shows where it shows no blocks: in notifications, and to screen readers."""
    text = escape_text(clean_line(title)[:_TEXT])
    return f"{text} ⚠️ breaking changes" if announcement.breaking else text


def _join_links(announcement: Announcement) -> str:
    """Write the links on one line, as many as a section holds."""
    line = ""
    for name, url in list_links(announcement):
        longer = f"{line} · {render_link(url, name)}" if line else render_link(url, name)
        line = longer if len(longer) <= SECTION_LIMIT else line
    return line


def _fit(markdown: str) -> str:
    """Write Markdown as one section; what is too long loses its end."""
    pieces = split_mrkdwn(cut_lines(markdown, _SOURCE), SECTION_LIMIT - 2)
    return "" if not pieces else pieces[0] if len(pieces) == 1 else f"{pieces[0]}\n…"


def _header(title: str) -> dict[str, object]:
    text = clean_line(title)
    while len(text.encode("utf-16-le")) > 2 * HEADER_LIMIT:
        text = f"{text[: min(len(text), HEADER_LIMIT + 1) - 2].rstrip()}…"
    return {"type": "header", "text": {"type": "plain_text", "text": text or "Release", "emoji": False}}


def _section(text: str) -> dict[str, object]:
    # verbatim: only what is marked as a link is one, and no name becomes a mention
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _context(announcement: Announcement) -> dict[str, object]:
    where = render_link(announcement.repository_url, announcement.repository or announcement.repository_url)
    parts = [where, f"tag {escape_text(announcement.tag)}", "pre-release" if announcement.is_prerelease else ""]
    text = " · ".join(part for part in parts if part)
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}
