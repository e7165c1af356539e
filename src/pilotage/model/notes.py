"""What the notes of one version are made of."""

from __future__ import annotations

import enum

import msgspec

from pilotage.model.change import Change
from pilotage.model.commit import Author
from pilotage.model.config import DEFAULT_TYPES, ChangeType


class NotesStyle(enum.StrEnum):
    """Whose style a changelog's section follows."""

    PILOTAGE = "pilotage"
    RELEASE_PLEASE = "release-please"
    KEEP_A_CHANGELOG = "keep-a-changelog"
    COMMITIZEN = "commitizen"
    SEMANTIC_RELEASE = "python-semantic-release"
    SEMANTIC_RELEASE_RST = "python-semantic-release-rst"

    @property
    def is_markdown(self) -> bool:
        """Tell whether it is Markdown; else it is reStructuredText."""
        return self is not NotesStyle.SEMANTIC_RELEASE_RST


class NotesData(msgspec.Struct, frozen=True):
    """The facts that notes are rendered from.

    Args:
        version: The version, as PEP 440 spells it.
        tag: Its tag.
        date: The day of the release, `YYYY-MM-DD` in UTC.
        previous_tag: The tag of the release before; empty for a first release.
        repository_url: The repository's web address without a slash at its end, `https://github.com/owner/name`;
            empty when it is unknown, then nothing is linked.
        changes: What the version ships; newest first, which matters to the styles that keep the order of commits.
        types: The one table of types (`Config.types`), in the order of the sections.
        new_contributors: Those whose first change in the repository this version ships, in the order of their changes.
        contributors: Everybody whom the notes thank by name; empty where nobody is.
        messages: The commits' own messages by full id, for the styles that keep their spelling to the letter; may be
            left out.
    """

    version: str
    tag: str
    date: str
    previous_tag: str = ""
    repository_url: str = ""
    changes: tuple[Change, ...] = ()
    types: dict[str, ChangeType] = msgspec.field(default_factory=lambda: dict(DEFAULT_TYPES))
    new_contributors: tuple[Author, ...] = ()
    contributors: tuple[Author, ...] = ()
    messages: dict[str, str] = {}
