"""The bodies that people read: the release pull request's, and the block in it that is theirs."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from pilotage.domains.notes import PULL_REQUEST_LIMIT, RELEASE_LIMIT, cut_notes

if TYPE_CHECKING:
    from pilotage.model.config import Config

FOREWORD_START = "<!-- pilotage:foreword -->"
FOREWORD_END = "<!-- /pilotage:foreword -->"
NOTES_START = "<!-- pilotage:notes -->"
NOTES_END = "<!-- /pilotage:notes -->"
FOREWORD_INVITATION = "<!-- Write here what the notes shall begin with. Pilotage keeps it. -->"


def render_foreword() -> str:
    """Render the block that is people's, empty but for an invitation."""
    return f"{FOREWORD_START}\n{FOREWORD_INVITATION}\n{FOREWORD_END}"


def render_pull_request_body(notes: str, *, tag: str, link: str, config: Config, old_body: str = "") -> str:
    """Render the release pull request's body: what people wrote to the letter, the notes cut to what room is left.

    Args:
        notes: The notes.
        tag: The tag that the release gets.
        link: The page of the full notes.
        config: What merging does.
        old_body: The body as it is now, whose foreword stays.
    """
    made = "publishes the release" if config.release == "published" else "drafts the release"
    footer = (
        "\n\n---\n"
        f"Merging this tags `{tag}` on the merge commit and {made} with the notes of "
        f"{f'`{config.changelog_path}`' if config.changelog_path else 'this pull request'} as they are then. "
        "Pilotage keeps this pull request up to date; commits by people on its branch are never overwritten.\n"
    )
    head = f"{render_foreword()}\n\n"
    taken = max(_ROOM_FOR_PEOPLE, len(_foreword_block(old_body) or ""))
    room = max(0, PULL_REQUEST_LIMIT - len(head) - len(footer) - taken)
    shown = f"{NOTES_START}\n{cut_notes(notes, room - len(NOTES_START) - len(NOTES_END) - 2, link=link)}\n{NOTES_END}"
    return keep_foreword(f"{head}{shown}{footer}", old_body)


_ROOM_FOR_PEOPLE = 8_192
"""Characters of the pull request's body that stay free for the foreword."""


def notes_link(ref: str, *, web_url: str, config: Config) -> str:
    """Give the page that holds the full notes: the changelog at a branch, tag or commit; without one, the releases."""
    return f"{web_url}/blob/{ref}/{config.changelog_path}" if config.changelog_path else f"{web_url}/releases"


def read_foreword(body: str) -> str:
    """Read the text that people wrote into the foreword block of a pull request's body; empty when there is none."""
    inside = _foreword_block(body)
    return inside.replace(FOREWORD_INVITATION, "").strip() if inside is not None else ""


def keep_foreword(body: str, old_body: str) -> str:
    """Carry the foreword block over from the body as it is to the body as it shall be, to the letter."""
    kept = _foreword_block(old_body)
    before, start, rest = body.partition(FOREWORD_START)
    _, end, after = rest.partition(FOREWORD_END)
    if kept is None or not start or not end:
        return body
    room = PULL_REQUEST_LIMIT - len(before) - len(start) - len(end) - len(after)
    return f"{before}{start}{kept[:room]}{end}{after}"


def _foreword_block(body: str) -> str | None:
    _, start, rest = body.partition(FOREWORD_START)
    inside, end, _ = rest.partition(FOREWORD_END)
    return inside if start and end else None


def read_shown_notes(body: str, *, name: str | None, version: str) -> str:
    """Read a package's notes out of the body of its release pull request, where no changelog holds them as Markdown.

    Args:
        body: The body.
        name: The component's name; None for a repository that is released as one.
        version: Its version.

    Returns:
        The notes as they stand there, cut ones included; of a body by a repository's own template the whole.
    """
    _, start, rest = body.partition(NOTES_START)
    # what strangers wrote stands before our own end, which is the last one
    notes, end, _ = rest.rpartition(NOTES_END)
    if start and end:
        return notes.strip()
    summary = f"<summary>{escape(' '.join(filter(None, (name, version))))}</summary>"
    _, start, rest = body.partition(summary)
    if start:
        return rest.partition("\n</details>")[0].strip()
    return _HIDDEN.sub("", body.partition(FOREWORD_END)[2]).strip() if FOREWORD_END in body else ""


def disarm_marks(text: str) -> str:
    """Show the hidden marks by which Pilotage finds its blocks as text, in a text that strangers' words stand in.

    Templates and GitHub's generator may let a title or a body through to the letter; a mark in it would be read back as
    ours: the foreword, the notes, or the version that somebody asked for.
    """
    return _MARK.sub(r"&lt;!--\1", text)


_MARK = re.compile(r"<!--(\s*+/?\s*+pilotage:)", re.IGNORECASE)
_HIDDEN = re.compile(r"^<!-- pilotage:[^\n]*-->$", re.MULTILINE)


def render_release_body(section: str, *, foreword: str, link: str) -> str:
    """Render a release's body: the foreword, then the notes, cut to GitHub's limit with a link to the full ones."""
    parts = [part for part in (foreword, section.strip()) if part]
    return cut_notes("\n\n".join(parts), RELEASE_LIMIT, link=link)
