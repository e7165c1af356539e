"""The words of a pull request in a repository that uses the package: its branch, title, body and commit."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pilotage.domains.downstream.decision import sort_out
from pilotage.domains.downstream.jump import is_breaking, notes_between, read_note
from pilotage.domains.downstream.quoting import cut_quote, quote_block
from pilotage.domains.downstream.rebuilding import fill
from pilotage.domains.markdown import clean_line, escape_line
from pilotage.domains.safetext import code_span
from pilotage.domains.versionfiles.place import normalise_name

if TYPE_CHECKING:
    from pilotage.model.downstream import Note, Reference, Rollout, Usage

__all__ = ["MARKER", "TRAILER", "branch_of", "render_body", "render_message", "render_title", "table_span"]

MARKER = "<!-- pilotage:downstream-update -->"
"""The first line of the body, for people who look at its source: it is written anew with the next release."""

TRAILER = "Pilotage-Downstream: "
"""The line of our commit that names the package and the version, so that a commit that was refused says what of."""

_LONGEST_TITLE = 250
_MOST_PLACES = 100
_LONGEST_LINE = 1_000
_POWER = re.compile(r"[@#]|(?<=gh)-|://", re.IGNORECASE)
_BREAKING = " (breaking)"


def branch_of(package: str) -> str:
    """Give the name of our branch in every repository that uses a package."""
    return f"pilotage/update-{normalise_name(package)}"


def render_title(template: str, rollout: Rollout, *, is_breaking: bool) -> str:
    """Render the title: the configured one, with ` (breaking)` behind it for a jump that may break the repository.

    Args:
        template: `[tool.pilotage.downstream] title`.
        rollout: The release.
        is_breaking: Whether the jump may break the repository.
    """
    title = clean_line(fill(template, rollout))
    return f"{title[: _LONGEST_TITLE - len(_BREAKING)]}{_BREAKING}" if is_breaking else title[:_LONGEST_TITLE]


def render_message(title: str, rollout: Rollout, *, before: str) -> str:
    """Render the commit's message; its last line names the package and the version.

    What the repository asked for is shown without the characters that would name a person, an issue or a page.
    """
    wanted = rollout.wanted
    shown = _POWER.sub("", before) or "any version"
    return f"{title}\n\n{rollout.package} {shown} -> {wanted.version}\n\n{TRAILER}{wanted.package} {wanted.version}"


def render_body(rollout: Rollout, usage: Usage, *, limit: int = 60_000) -> str:
    """Render the body: what changes, what is left for people, what they must do, and the notes of the way.

    Args:
        rollout: The release.
        usage: What the repository asks of the package.
        limit: The most characters; GitHub takes 65536.
    """
    name = f"**{escape_line(rollout.package)} {rollout.wanted.version}**"
    source = f"[{escape_line(rollout.repository)}]({rollout.web_url})"
    head = [MARKER, f"{name} of {source} is out. This makes this repository ask for it."]
    if is_breaking(rollout, usage):
        head.append("⚠️ **This may break something:** read the notes below before merging.")
    head += [_render_places(usage), _render_left(usage)]
    start, end = "\n\n".join(filter(None, head)), _render_foot()
    room = limit - len(start) - len(end) - 4
    notes = cut_quote(_render_notes(rollout, usage), room, link=_link(rollout))
    return "\n\n".join(filter(None, (start, notes, end))) + "\n"


def _link(rollout: Rollout) -> str:
    return rollout.url or f"{rollout.web_url}/releases"


def _render_places(usage: Usage) -> str:
    places = [one for one in usage.references if one.changes]
    rows = [_render_place(one) for one in places[:_MOST_PLACES]]
    if len(places) > _MOST_PLACES:
        rows.append(f"| and {len(places) - _MOST_PLACES} more | | |")
    return "\n".join(["| Place | Asked for | Asks for |", "| --- | --- | --- |", *rows])


def _render_place(reference: Reference) -> str:
    after = ", ".join(dict.fromkeys(change.text.strip() for change in reference.changes))
    cells = (table_span(reference.place), table_span(reference.before, limit=100), table_span(after, limit=100))
    return f"| {' | '.join(cells)} |"


def table_span(text: str, *, limit: int = 200) -> str:
    """Give a text as a code span for a table's cell, in which a `|` is none of the table's; a dash for no text."""
    if not text:
        return "-"
    span = code_span(text, limit=limit)
    # behind a backslash of the text's own, one of ours would be the escaped one
    return span.replace("|", "⟨U+007C⟩" if "\\" in span else "\\|")


def _render_left(usage: Usage) -> str:
    remarks = sort_out(usage).remarks
    if not remarks:
        return ""
    rows = [f"- {code_span(one, limit=_LONGEST_LINE)}" for one in remarks[:_MOST_PLACES]]
    return "\n".join(["**Left for people:**", "", *rows])


def _render_notes(rollout: Rollout, usage: Usage) -> str:
    notes = notes_between(rollout, usage)
    paths = [f"#### {one.version}\n\n{quoted}" for one in notes if (quoted := _quote_path(one, rollout.repository))]
    bodies = [f"#### {_title(one)}\n\n{quoted}" for one in notes if (quoted := _quote_note(one, rollout.repository))]
    blocks = [*(["### Upgrade path", *paths] if paths else []), *(["### Release notes", *bodies] if bodies else [])]
    return "\n\n".join(blocks)


def _title(note: Note) -> str:
    return f"[{note.version}]({note.url})" if note.url else str(note.version)


@lru_cache(maxsize=512)
def _quote_note(note: Note, repository: str) -> str:
    return quote_block(note.body, repository=repository)


@lru_cache(maxsize=512)
def _quote_path(note: Note, repository: str) -> str:
    return quote_block(read_note(note).upgrade_path, repository=repository)


def _render_foot() -> str:
    return (
        "---\n\nPilotage keeps this pull request up to date until it is merged or closed; commits by people on its "
        "branch stay. Not this version? Close it: the next release opens a new one. Never? Write `# pilotage: keep` "
        "behind the requirement, or on the line above it, and the repository stays as it is."
    )
