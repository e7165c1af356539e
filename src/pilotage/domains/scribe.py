"""Who writes the texts of a release where the repository wants them otherwise than Pilotage writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pilotage.model.notes import NotesData, NotesStyle
    from pilotage.model.snapshot import Snapshot


class Scribe(Protocol):
    """Writes texts by the repository's templates; an empty text leaves it to Pilotage.

    All methods raise `ConfigError` for a template that is missing, fails or costs too much.
    """

    def write_notes(self, snapshot: Snapshot, data: NotesData, style: NotesStyle) -> str:
        """Write the notes of a version, without their heading."""

    def write_body(self, snapshot: Snapshot, data: NotesData, style: NotesStyle) -> str:
        """Write the body of the release pull request."""

    def write_title(self, snapshot: Snapshot, data: NotesData) -> str:
        """Write the title of the release pull request, one line."""

    def write_release_title(self, snapshot: Snapshot, data: NotesData) -> str:
        """Write the name of the release, one line."""


class PlainScribe:
    """Leaves everything to Pilotage."""

    def write_notes(self, snapshot: Snapshot, data: NotesData, style: NotesStyle) -> str:
        """Write nothing."""
        del snapshot, data, style
        return ""

    write_body = write_notes

    def write_title(self, snapshot: Snapshot, data: NotesData) -> str:
        """Write nothing."""
        del snapshot, data
        return ""

    write_release_title = write_title


PLAIN = PlainScribe()
