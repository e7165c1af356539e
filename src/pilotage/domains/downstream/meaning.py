"""What a text that asks for the package means for the release, wherever it stands."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.downstream.judging import judge_specifier
from pilotage.domains.versionfiles.place import normalise_name
from pilotage.domains.versionfiles.specifier import raise_specifier
from pilotage.model.downstream import Change, Standing

if TYPE_CHECKING:
    from pilotage.model.downstream import Wanted

_TO_RAISE = frozenset({Standing.EXACT, Standing.EXCLUDES})


class Meaning(msgspec.Struct, frozen=True):
    """What some text means for the release, wherever it stands.

    Args:
        standing: What it means.
        before: What it asks for, as people read it.
        changes: What makes it ask for the released version; spans of that text.
        why: Why it cannot be edited or read; "" for nothing to say.
    """

    standing: Standing
    before: str = ""
    changes: tuple[Change, ...] = ()
    why: str = ""

    def shift(self, offset: int) -> Meaning:
        """Give the same for a text that this one is a part of, from an index on."""
        changes = [Change(change.start + offset, change.end + offset, change.text) for change in self.changes]
        return msgspec.structs.replace(self, changes=tuple(changes))

    def freeze(self, why: str) -> Meaning:
        """Give the same for a text that cannot be edited, and why that is; the same when nothing is to be edited."""
        return msgspec.structs.replace(self, changes=(), why=why) if self.changes else self


def is_wanted(name: str, wanted: Wanted) -> bool:
    """Tell whether a name, in any spelling, is the package's (PEP 503)."""
    return normalise_name(name) == wanted.package


@functools.lru_cache(maxsize=1000)  # a list of strangers may say the same thousands of times
def read_specifier(specifier: str, wanted: Wanted) -> Meaning:
    """Read a specifier, PEP 440's or Poetry's; only the versions that it names change."""
    standing, before = judge_specifier(specifier, wanted), specifier.strip()
    if standing == Standing.UNCLEAR:
        return Meaning(standing, before[:100], why="that is no specifier of versions")
    if standing not in _TO_RAISE:
        return Meaning(standing, before)
    raised = raise_specifier(specifier, wanted.version)
    if raised is None or raised == specifier:
        return Meaning(standing, before, why=f"no other versions in its place make it accept {wanted.version}")
    return Meaning(standing, before, (Change(0, len(specifier), raised),))
