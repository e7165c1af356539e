"""Text that was put together from stretches of a file, with the place of each character that stands in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.model.downstream import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_VERSION = re.compile(r"[vV]?[0-9][0-9A-Za-z.!+*-]*", flags=re.ASCII)


class Stretch(msgspec.Struct, frozen=True):
    """Characters that a text has from one place of a file.

    Args:
        text: The characters; "" where a value is missing, of which `holder` is the name.
        start: The index of the first one in the file; -1 when they do not stand there as such.
        holder: What gave them, such as `ARG DEMO_VERSION`; "" for the text itself.
        is_argument: Whether a rebuild can give others in their place.
    """

    text: str
    start: int
    holder: str = ""
    is_argument: bool = False


class MappedText:
    """A text made of stretches.

    Args:
        stretches: The stretches in their order.
    """

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self.stretches = tuple(stretches)
        self.text = "".join(stretch.text for stretch in self.stretches)

    def over(self, start: int, end: int) -> Iterator[tuple[int, Stretch]]:
        """Give the stretches that have characters between two indices, and where each begins in the text."""
        at = 0
        for stretch in self.stretches:
            if stretch.text and at < end and at + len(stretch.text) > start:
                yield at, stretch
            at += len(stretch.text)

    def missing(self) -> Iterator[tuple[int, Stretch]]:
        """Give the values that are missing, and where in the text."""
        at = 0
        for stretch in self.stretches:
            if not stretch.text:
                yield at, stretch
            at += len(stretch.text)

    def locate(self, change: Change, *, keeps_v: bool = False) -> tuple[Change, ...] | None:
        """Turn a change of this text into changes of the file, as small as they can be.

        Args:
            change: What changes in this text: versions in it, and nothing between them.
            keeps_v: Whether a version keeps the `v` that it is written with.

        Returns:
            The changes; None when they would be in characters that do not stand in the file as one.
        """
        before = list(_VERSION.finditer(self.text, change.start, change.end))
        after = _VERSION.findall(change.text)
        if _VERSION.split(self.text[change.start : change.end]) != _VERSION.split(change.text):
            whole = self._locate(change.start, change.end, change.text)
            return (whole,) if whole else None
        found = []
        for old, new in zip(before, after, strict=True):
            v = old[0][0] if keeps_v and old[0][0] in "vV" and new[0] not in "vV" else ""
            if old[0] == v + new:
                continue
            located = self._locate(old.start(), old.end(), v + new)
            if located is None:
                return None
            found.append(located)
        return tuple(found)

    def _locate(self, start: int, end: int, text: str) -> Change | None:
        """Locate one change, without the stretches at its ends that stay as they are."""
        pieces = [
            (stretch.start + max(start - at, 0), stretch.text[max(start - at, 0) : end - at], stretch.start)
            for at, stretch in self.over(start, end)
        ]
        while len(pieces) > 1 and text.startswith(pieces[0][1]):
            text = text[len(pieces.pop(0)[1]) :]
        while len(pieces) > 1 and text.endswith(pieces[-1][1]):
            text = text[: -len(pieces.pop()[1])]
        index, old, origin = pieces[0]
        return Change(index, index + len(old), text) if len(pieces) == 1 and origin >= 0 else None
