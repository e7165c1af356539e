"""The parts of notes that most styles share: headings with lists, upgrade paths, thanks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.markdown import defuse_block
from pilotage.domains.notes.links import author_link, pull_request_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.change import Change
    from pilotage.model.commit import Author
    from pilotage.model.notes import NotesData

NESTED = "  "


def render_block(title: str, lines: Sequence[str]) -> str:
    """Write a heading of the third level with what stands below it."""
    return "\n".join([f"### {title}", "", *lines]).rstrip("\n")


class UpgradePaths:
    """Hands out each upgrade path once, however many changes of its pull request carry it."""

    def __init__(self) -> None:
        self._told: set[tuple[int | None, str]] = set()

    def take(self, change: Change) -> list[str]:
        """Give the lines that belong beneath a breaking change's entry: a nested block, or nothing."""
        path = (change.pull_request, defuse_block(change.upgrade_path))
        if not path[1] or path in self._told:
            return []
        self._told.add(path)
        return ["", *(f"{NESTED}{line}" if line else "" for line in path[1].split("\n")), ""]


def render_thanks(data: NotesData, *, bullet: str = "*") -> list[str]:
    """Write who is new and who is thanked, as blocks; none when there is nobody to name."""
    blocks: list[str] = []
    if lines := [_welcome(author, data, bullet) for author in data.new_contributors if _name(author, data)]:
        blocks.append(render_block("New Contributors", lines))
    if names := [name for author in data.contributors if (name := _name(author, data))]:
        blocks.append(render_block("Contributors", [f"Thanks to {', '.join(names)}."]))
    return blocks


def _name(author: Author, data: NotesData) -> str:
    return author_link(author, data.repository_url)


def _welcome(author: Author, data: NotesData, bullet: str) -> str:
    own = [change for change in data.changes if change.author == author and change.pull_request is not None]
    where = (
        f" in {pull_request_link(own[-1].pull_request, data.repository_url)}" if own and own[-1].pull_request else ""
    )
    return f"{bullet} {_name(author, data)} made their first contribution{where}"
