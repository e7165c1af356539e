"""What is said about a release that is out: read from its body, written as one message.

The body is read in every style that Pilotage writes, in GitHub's own, and as people have edited it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.releaseoutline import read_outline
from pilotage.domains.upgradepath import drop_comments, read_upgrade_path
from pilotage.model.announcement import Announcement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pilotage.domains.releaseoutline import Entry, Part
    from pilotage.model.remote import Release

FORMAT = 1
"""The number of what templates see: it changes when a field goes or means something else."""

LONGEST = 3_500
"""The most characters of the built-in text: what Telegram takes, with some room; where less goes, its end is lost."""

_ENTRIES = 10
_ENTRY = 600
_NOT_LETTERS = re.compile(r"[^a-z ]+")
_NOTHING = frozenset(("", "none", "na", "nothing", "no breaking changes"))
_THANKS = frozenset(("new contributors", "contributors"))
_LEAD = re.compile(r"(?:\*\*breaking(?: changes?)?:?\*\*:?|\[breaking\]|breaking(?: changes?)?:) +", re.IGNORECASE)
_BANG = re.compile(r"[a-z][a-z0-9_-]{0,30}(?:\([^()]{0,100}\))?!: ", re.IGNORECASE)
_SHA = re.compile(r" \(\[`?[0-9a-f]{7,40}`?\]\([^()\s]{1,300}\)\)|, \[`?[0-9a-f]{7,40}`?\]\([^()\s]{1,300}\)(?=\))")
_QUIET = re.compile(r"(?P<code>`[^`\n]{1,300}`)|@(?=(?:everyone|here|channel|all)\b)|(?<=<)@|(?<![\w/])@(?=\w)")
_LOUD = re.compile(r"@(?=(?:everyone|here|channel|all)\b)")
_NOWHERE = "\u200b"


def read_announcement(
    release: Release,
    *,
    project: str,
    version: str,
    repository: str = "",
    repository_url: str = "",
    index_pages: Iterable[tuple[str, str]] = (),
) -> Announcement:
    """Read what is told about a release.

    Args:
        release: The release as it stands on GitHub.
        project: The package's name.
        version: The version, as PEP 440 spells it.
        repository: `owner/name`.
        repository_url: The repository's page, without a slash at its end.
        index_pages: The version's pages on the indexes that it went to: name and URL.
    """
    body = release.body.replace("\r\n", "\n").replace("\r", "\n")
    parts = read_outline(body)
    breaking, paths = _read_breaking(parts)
    paths = [*paths, read_upgrade_path(body)]
    return Announcement(
        project=project,
        version=version,
        tag=release.tag,
        release_url=release.url,
        notes=drop_comments(body).strip(),
        summary=_summarise(parts, version),
        index_pages=tuple(index_pages),
        breaking=tuple(dict.fromkeys(breaking)),
        upgrade_path="\n\n".join(dict.fromkeys(filter(None, paths))),
        is_prerelease=release.is_prerelease,
        repository=repository,
        repository_url=repository_url,
        compare_url=_find_compare(body, repository_url),
    )


def describe_announcement(announcement: Announcement) -> dict[str, object]:
    """Describe an announcement for a template: JSON values only; docs/announcements.md names each."""
    return {
        "format": FORMAT,
        "project": announcement.project,
        "version": announcement.version,
        "tag": announcement.tag,
        "release_url": announcement.release_url,
        "notes": announcement.notes,
        "summary": announcement.summary,
        "index_pages": [{"name": name, "url": url} for name, url in announcement.index_pages],
        "breaking": list(announcement.breaking),
        "upgrade_path": announcement.upgrade_path,
        "prerelease": announcement.is_prerelease,
        "repository": announcement.repository,
        "repository_url": announcement.repository_url,
        "compare_url": announcement.compare_url,
    }


def render_title(announcement: Announcement) -> str:
    """Render the built-in first line, plain text."""
    return f"{announcement.project} {announcement.version}{' (pre-release)' if announcement.is_prerelease else ''}"


def render_message(announcement: Announcement, *, title: str = "", markdown: str = "") -> tuple[str, str]:
    """Render the first line, plain text, and the text below it, Markdown. It notifies nobody.

    Args:
        announcement: What is told.
        title: The first line by the repository's template; "" for the built-in one.
        markdown: The text by the repository's template; "" for the built-in one.
    """
    text = markdown or "\n\n".join(
        filter(
            None,
            (
                " · ".join(f"[{name}]({url})" for name, url in list_links(announcement)),
                render_section("⚠️ Breaking changes", render_list(announcement.breaking)),
                render_section("Upgrade path", announcement.upgrade_path),
                announcement.summary,
            ),
        )
    )
    return _quieten(title or render_title(announcement)), _quieten(text if markdown else cut_lines(text, LONGEST))


def list_links(announcement: Announcement) -> list[tuple[str, str]]:
    """List where to read more: name and URL."""
    links = [("Release notes", announcement.release_url), *announcement.index_pages]
    return [(name, url) for name, url in [*links, ("All changes", announcement.compare_url)] if url]


def render_section(title: str, text: str) -> str:
    """Render a text below a line in bold; "" where there is no text."""
    return f"**{title}**\n\n{text}" if text else ""


def render_list(texts: Sequence[str]) -> str:
    """Render a list, Markdown."""
    return "\n".join(f"* {text}" for text in texts)


def cut_lines(text: str, limit: int) -> str:
    """Cut Markdown at the end of a line, so that it and the mark of what is missing fit; an open fence is closed."""
    if len(text) <= limit:
        return text
    end = text.rfind("\n", 0, limit - 7)
    kept = text[: end if end > 0 else limit - 7].rstrip()
    closing = next((mark for mark in ("```", "~~~") if kept.count(mark) % 2), "")
    return f"{kept}\n{closing}\n…" if closing else f"{kept}\n…"


def _read_breaking(parts: Sequence[Part]) -> tuple[list[str], list[str]]:
    """Read what breaks users, and the upgrade paths that stand below it."""
    texts: list[str] = []
    paths: list[str] = []
    within = 0
    for part in parts:
        within = _enter(part, within, is_meant=_is_breaking(part.title))
        for entry in part.entries:
            text = entry.text
            if not within:
                lead = _LEAD.match(text) if entry.is_listed else None
                if not lead and not (entry.is_listed and _BANG.match(text)):
                    continue
                text = text[lead.end() :] if lead else text
            if _letters(text) not in _NOTHING:
                texts.append(text)
                paths.append(entry.below)
    return texts, paths


def _enter(part: Part, within: int, *, is_meant: bool) -> int:
    """Give the level of the section that a part stands in; 0 outside of those that are meant."""
    if is_meant and not within:
        return part.level
    return within if within and part.level > within else part.level if is_meant else 0


def _is_breaking(title: str) -> bool:
    words = _letters(title)
    return words == "breaking" or words.startswith("breaking change")


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text.casefold()).strip()


def _summarise(parts: Sequence[Part], version: str) -> str:
    """Shorten the notes to their first entries, without what is told apart."""
    blocks: list[str] = []
    left, missing, within = _ENTRIES, 0, 0
    for part in parts:
        words = _letters(part.title)
        within = _enter(part, within, is_meant=_is_breaking(part.title) or words == "upgrade path")
        if within or words in _THANKS:
            continue
        shown = part.entries[:left]
        left -= len(shown)
        missing += len(part.entries) - len(shown)
        if shown:
            heading = "" if not part.title or version in part.title else f"**{part.title}**\n\n"
            blocks.append(heading + "\n".join(_shorten(entry) for entry in shown).strip())
    if missing:
        blocks.append(f"… and {missing} more")
    return "\n\n".join(blocks)


def _shorten(entry: Entry) -> str:
    if entry.text.startswith(("```", "~~~")):
        return f"{cut_lines(entry.text, _ENTRY)}\n"
    line = _SHA.sub("", entry.text.partition("\n")[0])
    if len(line) > _ENTRY:
        line = f"{line[:_ENTRY].rpartition(' ')[0] or line[:_ENTRY]} …"
    return f"* {line}" if entry.is_listed else f"{line}\n"


def _find_compare(body: str, repository_url: str) -> str:
    """Find the page that compares with the release before: every style links it."""
    if not repository_url:
        return ""
    _, found, rest = body.partition(f"{repository_url}/compare/")
    end = re.match(r"[^\s()<>\[\]\"'|]*", rest)
    return f"{found}{end[0]}" if found and end and end[0] else ""


def _quieten(text: str) -> str:
    """Take the power out of mentions: a space without width stands behind the sign. Code stays as it is."""
    lines: list[str] = []
    fence = ""
    for line in text.replace("&#8203;", _NOWHERE).split("\n"):
        mark = line.strip()[:3]
        if fence:
            lines.append(_LOUD.sub(f"@{_NOWHERE}", line))
            fence = "" if mark == fence else fence
        else:
            fence = mark if mark in {"```", "~~~"} else ""
            lines.append(_QUIET.sub(_disarm, line))
    return "\n".join(lines)


def _disarm(match: re.Match[str]) -> str:
    return _LOUD.sub(f"@{_NOWHERE}", match[0]) if match["code"] else f"@{_NOWHERE}"
