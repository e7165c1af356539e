"""A change: a commit read as Conventional Commits, with its pull request attached."""

from __future__ import annotations

import msgspec

from pilotage.model.commit import Author


class Footer(msgspec.Struct, frozen=True):
    """One footer of a message (Conventional Commits 1.0.0, rules 8 to 10).

    Args:
        token: The word before the separator, as written.
        value: The text after `: `; continuation lines are kept, joined by LF. After ` #` the `#` belongs to the value:
            `Refs #12` and `Refs: #12` are the same footer.
    """

    token: str
    value: str


class Message(msgspec.Struct, frozen=True):
    """A commit message or title read by the rules of Conventional Commits 1.0.0.

    Args:
        type: The type, as written.
        scope: The scopes, trimmed, in their order; empty when there are none.
        is_marked: Whether `!` stands before the colon.
        subject: The description, without the ` (#123)` that a squash merge appends.
        pull_request: The number in that suffix (the last, when there are several).
        body: The free text between the header and the footers.
        footers: The footers in their order.
    """

    type: str
    subject: str
    scope: tuple[str, ...] = ()
    is_marked: bool = False
    pull_request: int | None = None
    body: str = ""
    footers: tuple[Footer, ...] = ()

    @property
    def breaking_notes(self) -> tuple[str, ...]:
        """Give the texts of the `BREAKING CHANGE` and `BREAKING-CHANGE` footers (rules 12 and 16)."""
        return tuple(f.value for f in self.footers if f.token in ("BREAKING CHANGE", "BREAKING-CHANGE"))

    @property
    def is_breaking(self) -> bool:
        """Tell whether the message announces a breaking change (rule 11)."""
        return self.is_marked or bool(self.breaking_notes)


class Change(msgspec.Struct, frozen=True):
    """One change that a release ships.

    Args:
        sha: The commit it came with.
        type: The type in lower case (rule 15: types are case-insensitive).
        subject: One line, without the pull request's suffix.
        scope: The scopes.
        breaking: Whether it breaks users.
        breaking_notes: What breaks, one text per footer; empty when only `!` says so.
        upgrade_path: The Markdown under `## Upgrade path` in the pull request's body; empty when there is none. All
            changes of one pull request carry the same text.
        pull_request: The pull request's number.
        references: Numbers of issues that footers name.
        author: Who wrote it.
    """

    sha: str
    type: str
    subject: str
    scope: tuple[str, ...] = ()
    breaking: bool = False
    breaking_notes: tuple[str, ...] = ()
    upgrade_path: str = ""
    pull_request: int | None = None
    references: tuple[int, ...] = ()
    author: Author = Author("")


class Unread(msgspec.Struct, frozen=True):
    """A commit that says nothing to a release.

    Args:
        sha: The commit.
        header: The first line of its message.
        reason: Why it does not count: `merge` (its branch's commits count), `not-conventional`, `cancelled` (a revert
            and what it reverts, both in the range) or `overridden` (its pull request's override speaks for it).
    """

    sha: str
    header: str
    reason: str


class Changes(msgspec.Struct, frozen=True):
    """What the commits of a range mean for a release.

    Args:
        changes: The changes, newest first.
        unread: The commits without a meaning for the release, newest first.
        release_as: The version that the newest `Release-As` footer asks for, as written; empty when there is none.
        release_as_commit: The commit that carries it; empty likewise.
    """

    changes: tuple[Change, ...] = ()
    unread: tuple[Unread, ...] = ()
    release_as: str = ""
    release_as_commit: str = ""
