"""The title and the body of a release pull request that releases several packages."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Protocol

from pilotage.domains.notes import PULL_REQUEST_LIMIT, cut_notes
from pilotage.domains.releasebody import FOREWORD_END, FOREWORD_INVITATION, FOREWORD_START, keep_foreword

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.config import Config

__all__ = ["Released", "render_joint_body", "render_joint_title"]

_LONGEST_TITLE = 72
"""No list of names is longer than what git's and GitHub's lists show of a title."""

_SUFFIX = len(" (#12345)")
"""What GitHub appends to the title of a squash merge."""

_ROOM_FOR_PEOPLE = 8_192
"""Characters of the body that stay free for the foreword, as in the body of one package."""

_LEAST_NOTES = 200
"""Where cut notes would be shorter they are not worth their frames: the list of the packages is shown alone."""

_MOST_HIDDEN = 8_192
"""A longer list for tools is left out: the room is for people."""


class Released(Protocol):
    """A package of the pull request."""

    @property
    def name(self) -> str | None:
        """Its name; None for a repository that is released as one."""

    @property
    def version(self) -> str:
        """The version."""

    @property
    def tag(self) -> str:
        """Its tag."""

    @property
    def section(self) -> str:
        """The notes, with their heading."""

    @property
    def link(self) -> str:
        """The page of the full notes."""


def render_joint_title(releases: Sequence[Released], *, config: Config) -> str:
    """Render the title: `chore(release): NAME 1.4.0`, all of them where they fit, else `chore(release): 12 packages`.

    It fits when it has 72 characters at most, and the suffix of a squash merge beneath `max-length`. It is for people:
    nothing is read back out of it.

    Args:
        releases: What is released, at least one.
        config: For `[tool.pilotage.title] max-length`.
    """
    named = ", ".join(" ".join(filter(None, (one.name, one.version))) for one in releases)
    title = f"chore(release): {named}"
    limit = min(_LONGEST_TITLE, (config.title.max_length or _LONGEST_TITLE + _SUFFIX) - _SUFFIX)
    return title if len(releases) == 1 or len(title) <= limit else f"chore(release): {len(releases)} packages"


def render_joint_body(releases: Sequence[Released], *, config: Config, old_body: str = "") -> str:
    """Render the body for several packages: a list of them, and the notes of each to unfold.

    GitHub's limit is shared fairly: short notes stay whole, the long ones are cut to the same length, each with a link
    to the full ones. Where there is no room for all frames the list alone is shown, with those links. A hidden line of
    JSON names the versions and tags for people's tools; Pilotage reads nothing back out of it.

    Args:
        releases: What is released, in the order in which it is shown.
        config: What merging does.
        old_body: The body as it is now, whose foreword stays.
    """
    head = f"{FOREWORD_START}\n{FOREWORD_INVITATION}\n{FOREWORD_END}\n\n"
    hidden = _render_hidden(releases)
    footer = f"\n\n---\n{_render_end(config)}\n{hidden if len(hidden) < _MOST_HIDDEN else ''}\n"
    # what people wrote, to the letter: the block as it is kept in an empty body
    written = len(keep_foreword(FOREWORD_START + FOREWORD_END, old_body))
    room = max(0, PULL_REQUEST_LIMIT - len(head) - len(footer) - max(_ROOM_FOR_PEOPLE, written))
    table = _render_list(releases)
    frames = [_render_frame(one, "") for one in releases]
    left = room - len(table) - sum(len(frame) + 2 for frame in frames)
    if left < sum(min(_LEAST_NOTES, len(one.section)) for one in releases):
        linked = _render_list(releases, is_linked=True)
        notes = cut_notes(linked if len(linked) <= room else table, room, link=releases[0].link)
    else:
        shares = share_room([len(one.section) for one in releases], left)
        cut = [cut_notes(one.section, share, link=one.link) for one, share in zip(releases, shares, strict=True)]
        notes = "\n\n".join([table, *(_render_frame(one, text) for one, text in zip(releases, cut, strict=True))])
    return keep_foreword(f"{head}{notes}{footer}", old_body)


def share_room(lengths: Sequence[int], room: int) -> list[int]:
    """Share room among texts: each gets what it needs, or, where that is too much, the same as the other long ones.

    Returns:
        The share of each, none larger than its text; together never more than the room.
    """
    shares = [0] * len(lengths)
    waiting = sorted(range(len(lengths)), key=lambda index: lengths[index])
    for position, index in enumerate(waiting):
        shares[index] = min(lengths[index], max(0, room) // (len(waiting) - position))
        room -= shares[index]
    return shares


def _render_list(releases: Sequence[Released], *, is_linked: bool = False) -> str:
    rows = ["| package | version | tag |", "|---|---|---|"]
    for one in releases:
        name = escape(one.name or "")
        rows.append(f"| {f'[{name}]({one.link})' if is_linked else name} | {one.version} | `{one.tag}` |")
    return "\n".join(rows)


def _render_frame(release: Released, notes: str) -> str:
    summary = escape(" ".join(filter(None, (release.name, release.version))))
    return f"<details><summary>{summary}</summary>\n\n{notes}\n\n</details>"


def _render_end(config: Config) -> str:
    made = "publishes the release" if config.release == "published" else "drafts the release"
    return (
        f"Merging this tags each of them on the merge commit and {made} of each with the notes of its changelog "
        "as they are then. Pilotage keeps this pull request up to date; commits by people on its branch are never "
        "overwritten."
    )


def _render_hidden(releases: Sequence[Released]) -> str:
    rows = [{"name": one.name, "version": one.version, "tag": one.tag} for one in releases]
    text = json.dumps({"format": 1, "components": rows}, separators=(",", ":"))
    # an HTML comment ends at its first `-->`
    return f"<!-- pilotage:components {text.replace('<', chr(92) + 'u003c').replace('>', chr(92) + 'u003e')} -->"
