"""A file that is being read for the places that ask for the package."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.downstream.keep import keep_reason
from pilotage.domains.versionfiles.place import Lines
from pilotage.model.downstream import Reference, Standing

if TYPE_CHECKING:
    from pilotage.domains.downstream.meaning import Meaning
    from pilotage.model.downstream import Wanted

UNPLACED = "it is written in a way that cannot be edited in place"


class Sheet:
    """A file of a repository.

    Args:
        path: Its path.
        text: Its text.
        wanted: The release.
    """

    def __init__(self, path: str, text: str, wanted: Wanted) -> None:
        self._path = path
        self._text = text
        self._lines = Lines(text)
        spelled = r"[-_.]{1,9}".join(map(re.escape, wanted.package.split("-")))
        self._name = re.compile(spelled, flags=re.IGNORECASE)
        self._guesses: dict[str, int] = {}

    def refer(self, meaning: Meaning, start: int | None, holder: str) -> Reference:
        """Make the reference to a place.

        Args:
            meaning: What the text there means; its changes are spans of that text.
            start: Where that text begins in the file; None when it is not one run of characters there: then the
                reference is the first line of its holder that names the package, and has no changes.
            holder: What holds it, for people.
        """
        at = self._guess(holder) if start is None else start
        line = self._lines.number(at)
        kept = keep_reason(self._text, at)
        if kept:
            return Reference(self._path, line, Standing.KEPT, meaning.before, holder, why=kept)
        placed = meaning.freeze(UNPLACED) if start is None else meaning.shift(start)
        return Reference(self._path, line, placed.standing, placed.before, holder, placed.changes, placed.why)

    def refer_locked(self, meaning: Meaning, start: int, *, holder: str, why: str) -> Reference:
        """Make the reference to a version that a lock holds, which only the lock's own tool can change.

        Args:
            meaning: What the version means; an older one and a commit are `locked`.
            start: Where it stands.
            holder: What holds it, for people.
            why: What brings it up to date.
        """
        is_said = meaning.standing in {Standing.CURRENT, Standing.AHEAD, Standing.UNCLEAR}
        standing = meaning.standing if is_said else Standing.LOCKED
        kept = keep_reason(self._text, start)
        return Reference(
            self._path,
            self._lines.number(start),
            Standing.KEPT if kept else standing,
            meaning.before,
            holder,
            why=kept or (meaning.why if is_said else why),
        )

    def _guess(self, holder: str) -> int:
        if holder not in self._guesses:
            table = re.search(re.escape(holder.partition("]")[0]) + r"[].]", self._text)
            start = table.start() if table else 0
            named = self._name.search(self._text, start)
            self._guesses[holder] = named.start() if named else start
        return self._guesses[holder]
