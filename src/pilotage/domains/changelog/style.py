"""Whose style a changelog is written in: its newest sections tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from pilotage.domains.changelog.outline import is_rst, read_outline
from pilotage.errors import ConfigError
from pilotage.model.notes import NotesStyle

if TYPE_CHECKING:
    from pilotage.model.config import NotesRules

MARKER = "<!-- version list -->"
RST_MARKER = "..\n    version list"

_SAMPLES = 3
_KEPT = re.compile(
    r"\ufeff? {0,3}##[ \t]+(?:\[v?[0-9][^\]\n]*\](?:\([^()\n]*\))?|v?[0-9]\S*)[ \t]+[-\u2013\u2014][ \t]"
)
_UNRELEASED = re.compile(r"^ {0,3}##[ \t]+\[unreleased\]", re.IGNORECASE | re.MULTILINE)
_CODED_SHA = re.compile(r"\[`[0-9a-f]{7}`\]\([^()\s]*/commit/[0-9a-f]{7,64}\)\)[ \t]*$", re.MULTILINE)
_TITLE = re.compile(r"^### ", re.MULTILINE)
_KINDS = re.compile(r"^### (?:Added|Changed|Deprecated|Removed|Fixed|Security)[ \t]*$", re.MULTILINE)
_ISSUE = re.compile(r"\]\([^()\s]*/issues/[0-9]+\)\) \(\[[0-9a-f]{7}\]")
_COMMIT = re.compile(r"^[*-] .*\(\[[0-9a-f]{7}\]\([^()\s]*/commit/[0-9a-f]{7,64}\)\)", re.MULTILINE)
_DASH = re.compile(r"^- ", re.MULTILINE)
_STAR = re.compile(r"^\* ", re.MULTILINE)


def choose_style(
    wanted: Literal["auto", "pilotage", "release-please", "keep-a-changelog", "commitizen", "python-semantic-release"],
    *,
    path: str,
    text: str | None,
) -> NotesStyle:
    """Choose the style of a changelog's sections.

    `auto` is the style of the newest sections that are there; a new file, or one that nobody's style is recognised in,
    gets Pilotage's own. A file whose name ends in `.rst` gets python-semantic-release's reStructuredText.

    Args:
        wanted: The configured style.
        path: The changelog's path; "" for none.
        text: The changelog as it is; None when there is none.

    Raises:
        ConfigError: A Markdown style is asked for in a file of reStructuredText.
    """
    is_rst_path = path.lower().endswith(".rst")
    if wanted == "auto":
        if is_rst_path:
            return NotesStyle.SEMANTIC_RELEASE_RST
        return (recognise_style(text) if text else None) or NotesStyle.PILOTAGE
    style = NotesStyle(wanted)
    if not is_rst_path:
        return style
    if style is NotesStyle.SEMANTIC_RELEASE:
        return NotesStyle.SEMANTIC_RELEASE_RST
    raise ConfigError(
        f"[tool.pilotage.notes] style is {wanted}, which is Markdown, but changelog-path is {path}",
        hint='Leave style out, set it to "python-semantic-release", or name a Markdown file as changelog-path.',
    )


def check_style(rules: NotesRules, *, path: str) -> None:
    """Check that the configured style fits the changelog's kind of file.

    Raises:
        ConfigError: It does not.
    """
    choose_style(rules.style, path=path, text=None)


def recognise_style(text: str) -> NotesStyle | None:
    """Recognise the style of a changelog; None when its sections tell nothing."""
    text = text.replace("\r\n", "\n")
    if MARKER in text:
        return NotesStyle.SEMANTIC_RELEASE
    if is_rst(text):
        return NotesStyle.SEMANTIC_RELEASE_RST
    outline = read_outline(text)
    ends = [*(heading.start for heading in outline.headings[1:]), outline.end]
    for heading, end in list(zip(outline.headings, ends, strict=False))[:_SAMPLES]:
        found = _recognise_section(text[heading.title : heading.end], text[heading.end : end])
        if found is not None:
            return found
    return NotesStyle.KEEP_A_CHANGELOG if _UNRELEASED.search(text) else None


def _recognise_section(heading: str, body: str) -> NotesStyle | None:
    if _KEPT.match(heading):
        return NotesStyle.KEEP_A_CHANGELOG
    is_bare = re.match(r"\ufeff?#{2,3} (?:\[?[0-9])", heading) is not None
    if is_bare and body.startswith("\n\n### "):
        return NotesStyle.RELEASE_PLEASE
    if _CODED_SHA.search(body):
        return NotesStyle.SEMANTIC_RELEASE
    if is_bare and _COMMIT.search(body):
        is_theirs = _DASH.search(body) or _ISSUE.search(body)
        return NotesStyle.RELEASE_PLEASE if is_theirs else NotesStyle.PILOTAGE
    if _TITLE.search(body) and _DASH.search(body) and not _STAR.search(body) and not _KINDS.search(body):
        return NotesStyle.COMMITIZEN
    return None
