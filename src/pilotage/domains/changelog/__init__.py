"""The changelog: a section for each version, put in and read back, with every other byte left alone.

A version's section starts at its heading and ends at the next version's (see `outline`). Markdown and
reStructuredText are told apart by themselves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.changelog.outline import is_rst, read_outline

if TYPE_CHECKING:
    from pilotage.model.notes import NotesStyle
    from pilotage.model.version import Version

__all__ = ["insert_section", "read_newest_version", "read_notes", "read_section", "read_section_date"]

_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")


def insert_section(text: str | None, section: str, *, version: Version, style: NotesStyle | None = None) -> str:
    """Put the section of a version into a changelog, in place of the one it has for the same version.

    It goes before the first version's heading, so below the title and an `Unreleased` block, and directly below
    python-semantic-release's marker; without a heading it goes to the end, before the link definitions of versions that
    Keep a Changelog has there. It takes the line ends of the file. Inside its body version headings sink to the fourth
    level, an open fence is closed and link definitions of versions at its end are dropped, so that the section ends
    where it ends.

    In Keep a Changelog's style what stands below `Unreleased` moves into the section, the section's own link definition
    goes to those of the file, and the one of `Unreleased` begins at the new tag.

    Args:
        text: The changelog; None or blank when there is none yet.
        section: Text that starts with the version's heading.
        version: The version.
        style: The style of the section; left out, the file is not touched beyond the section.

    Raises:
        ConfigError: A fence in the changelog is never closed, and hides where the section would stand.
        ValueError: The section does not start with a heading of this version.
    """
    from pilotage.domains.changelog.insertion import insert  # noqa: PLC0415 - readers shall not pay for it

    return insert(text, section, version=version, style=style)


def read_section(text: str, version: Version) -> str | None:
    r"""Read the body of a version's section, as a person left it: trimmed, with `\n` line ends; None without one."""
    outline = read_outline(text)
    span = outline.find(version)
    if span is None:
        return None
    body = text[span.body : span.end].replace("\r\n", "\n").rstrip()
    return _BLANK_LINES.sub("", body)


def read_notes(text: str, version: Version) -> str | None:
    """Read the body of a version's section as Markdown, for a page that takes nothing else; None without one."""
    body = read_section(text, version)
    if body is None or not is_rst(text):
        return body
    from pilotage.domains.rst import convert_rst  # noqa: PLC0415 - few changelogs are reStructuredText

    return convert_rst(body)


def read_section_date(text: str, version: Version) -> str | None:
    """Read the date in a version's heading, `(YYYY-MM-DD)` or `- YYYY-MM-DD`; None without section or date."""
    return next((heading.date for heading in read_outline(text).headings if heading.version == version), None)


def read_newest_version(text: str) -> Version | None:
    """Read the version of the first version's heading that is PEP 440; None when there is none."""
    return next((heading.version for heading in read_outline(text).headings if heading.version is not None), None)
