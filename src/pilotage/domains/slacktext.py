"""Write Markdown in Slack's own markup, mrkdwn (https://docs.slack.dev/messaging/formatting-message-text).

mrkdwn is not Markdown: `*bold*`, `_italic_`, `~struck~`, `<url|text>`, no headings, no lists, and no way to escape a
mark. `&`, `<` and `>` are written as entities, so nothing that a text says can mention anybody (`<!channel>`, `<@U1>`)
or make a link; links are made here alone, to https. A mark that is text gets a space without width beside it.
Every function is linear in the length of its text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.releaseoutline import LAYOUT_TAGS
from pilotage.domains.slackinline import escape_text, render_inline

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = re.compile(r"([ ]*+)(`{3,}+|~{3,}+)[^`]*")
_HEADING = re.compile(r"[ ]*+#{1,6}+(?:[ ]++(.*))?")
_ITEM = re.compile(r"([ \t]*)[-*+][ \t]+(?=\S)")
_QUOTE = re.compile(r"[ \t]*((?:>[ \t]?)+)")
_RULE = re.compile(r"[ \t]*(?:(?:-[ \t]*+){3,}|(?:\*[ \t]*+){3,}|(?:_[ \t]*+){3,}|=+[ \t]*+)")
_DEFINITION = re.compile(r"[ \t]{0,3}\[[^\]]{1,200}\]:[ \t]*+\S+[ \t]*+")
_BLANKS = re.compile(r"\n{3,}")


def render_mrkdwn(markdown: str) -> str:
    """Write a block of Markdown as mrkdwn."""
    return _BLANKS.sub("\n\n", "\n".join(line for line, _ in _render_lines(markdown))).strip("\n")


def split_mrkdwn(markdown: str, limit: int) -> list[str]:
    """Write a block of Markdown as mrkdwn in pieces, each of them valid by itself.

    Args:
        markdown: The text.
        limit: The most characters of a piece, at least 20.

    Returns:
        Pieces cut between lines; a fence goes on in the next one. A line that is longer than a piece loses its end.
    """
    pieces: list[str] = []
    lines: list[str] = []
    length, was_fenced = 0, False
    for line, is_fenced in _render_lines(markdown):
        text = _cut(line, limit - 10)
        # four characters more are kept free for closing a fence
        if lines and length + len(text) + 5 > limit:
            pieces.append("\n".join([*lines, "```"] if was_fenced else lines))
            lines = ["```"] if was_fenced else []
            length = 4 if was_fenced else 0
        if lines or text:
            lines.append(text)
            length += len(text) + 1
        was_fenced = is_fenced
    pieces.append("\n".join(lines))
    return [piece for piece in (_BLANKS.sub("\n\n", piece).strip("\n") for piece in pieces) if piece]


def _render_lines(markdown: str) -> Iterator[tuple[str, bool]]:
    """Give each line as mrkdwn, and whether a fence is open after it. An open fence is closed at the end."""
    fence, is_comment = "", False
    for raw in markdown.expandtabs(4).splitlines():
        line = raw
        if not fence:
            line, is_comment = _drop_comment(raw, is_open=is_comment)
        found = _FENCE.fullmatch(line)
        if fence:
            if found and found[2].startswith(fence) and line.strip() == found[2]:
                fence = ""
                yield "```", False
            else:
                yield escape_text(line).replace("```", "`\u200b``"), True
        elif found:
            fence = found[2]
            yield "```", True
        elif not (_RULE.fullmatch(line) or _DEFINITION.fullmatch(line)):
            yield _render_line(LAYOUT_TAGS.sub("", line)), False
    if fence:
        yield "```", False


def _drop_comment(line: str, *, is_open: bool) -> tuple[str, bool]:
    """Take comments out of a line; say whether one is open after it."""
    kept: list[str] = []
    rest = line
    while rest:
        before, mark, rest = rest.partition("-->" if is_open else "<!--")
        if not is_open:
            kept.append(before)
        is_open = is_open is not bool(mark)
    return "".join(kept), is_open


def _render_line(line: str) -> str:
    if heading := _HEADING.fullmatch(line):
        words = render_inline((heading[1] or "").rstrip().rstrip("#").rstrip(), is_bold=True)
        return f"*{words}*" if words else ""
    quote = _QUOTE.match(line)
    lead = "&gt; " if quote else ""
    rest = line[quote.end() :] if quote else line
    if item := _ITEM.match(rest):
        return f"{lead}{item[1]}• {render_inline(rest[item.end() :])}"
    blanks = rest[: len(rest) - len(rest.lstrip())]
    return f"{lead}{blanks}{render_inline(rest.strip())}".rstrip()


def _cut(line: str, limit: int) -> str:
    """Cut one line of mrkdwn, never within an entity or a link."""
    if len(line) <= limit:
        return line
    kept = line[: limit - 1]
    if kept.rfind("<") > kept.rfind(">"):
        kept = kept[: kept.rfind("<")]
    if kept.rfind("&") > kept.rfind(";"):
        kept = kept[: kept.rfind("&")]
    return f"{kept}…"
