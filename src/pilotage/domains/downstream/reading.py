"""What the files of a repository ask of a package, all together, and the edits that make them ask for a release."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from pilotage.domains.downstream.relevance import is_relevant, reader_of
from pilotage.domains.safetext import show
from pilotage.errors import ConfigError
from pilotage.model.downstream import Standing, Usage
from pilotage.model.project import FileEdit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pilotage.domains.downstream.relevance import Reader
    from pilotage.model.downstream import Change, Reference, Wanted

__all__ = ["MOST_BYTES", "MOST_FILES", "is_relevant", "read_usage"]

MOST_FILES = 60
"""How many files of a repository are read."""

MOST_BYTES = 1_000_000
"""How many bytes of a repository's files are read; a file with more is not."""

_EDITED = frozenset({Standing.EXACT, Standing.EXCLUDES, Standing.ARGUMENT})
_ROUNDS = 5
_MOST_NAMED = 5000
"""How often a file may name the package; no file that people or tools write comes near."""


def read_usage(files: Mapping[str, str], wanted: Wanted) -> Usage:
    """Read what the files of a repository ask of a package.

    A file that cannot be read is said to be so and stops nothing. What the edits lead to asks for the release: read
    again, it gives no edits.

    Args:
        files: Paths in the repository and their texts.
        wanted: The release.
    """
    names = _name_pattern(wanted)
    references: list[Reference] = []
    edits, unread = [], []
    for path, text in sorted(files.items()):
        if not names.search(text):
            continue
        try:
            _check_size(path, text, names)
            found, edited = settle(reader_of(path, text), path, text, wanted=wanted)
        except ConfigError as exc:
            unread.append(f"{show(path)}: {show(exc.message.removeprefix(path).lstrip(': '), limit=300)}")
        except RecursionError:
            unread.append(f"{show(path)}: it is nested too deeply to be read")
        else:
            references += found
            edits += [FileEdit(path, edited)] if edited != text else []
    return Usage(tuple(references), tuple(edits), tuple(unread))


def settle(reader: Reader, path: str, text: str, *, wanted: Wanted) -> tuple[list[Reference], str]:
    """Read a file and edit it until nothing more is to be edited.

    One place may be what several ask by, each in its own way (`==${X}`, `~=${X}`), so that once is not enough.

    Returns:
        What it asks for, by line, and its text in the end.

    Raises:
        ConfigError: There is no end, or the reader cannot read the file.
    """
    references = asked = sorted(reader(path, text, wanted), key=lambda one: one.line)
    edited = text
    for _ in range(_ROUNDS):
        changes = [change for one in asked if one.standing in _EDITED for change in one.changes]
        if not changes:
            return references, edited
        edited = apply_changes(edited, changes)
        asked = reader(path, edited, wanted)
    raise ConfigError(f"{path} asks for the package in ways that contradict each other")


def _check_size(path: str, text: str, names: re.Pattern[str]) -> None:
    if len(text) > MOST_BYTES:
        raise ConfigError(f"{path} has more than {MOST_BYTES} characters")
    word = re.compile(rf"(?<![a-z0-9])(?:{names.pattern})(?![a-z0-9])", re.IGNORECASE)
    if sum(1 for _ in islice(word.finditer(text), _MOST_NAMED + 1)) > _MOST_NAMED:
        raise ConfigError(f"{path} names the package more than {_MOST_NAMED} times")


def apply_changes(text: str, changes: Iterable[Change]) -> str:
    """Give a text with changes made; of those that overlap, the first one is."""
    pieces, at = [], 0
    for change in sorted(dict.fromkeys(changes), key=lambda one: (one.start, one.end)):
        if change.start >= at:
            pieces += [text[at : change.start], change.text]
            at = change.end
    return "".join([*pieces, text[at:]])


def _name_pattern(wanted: Wanted) -> re.Pattern[str]:
    """Give what finds out whether a text can name the package at all: by its name or by its repository."""
    spelled = r"[-_.]{1,9}".join(map(re.escape, wanted.package.split("-")))
    repository = wanted.repository.partition("/")[2]
    return re.compile(spelled + (f"|{re.escape(repository)}" if repository else ""), re.IGNORECASE)
