"""What the tests of reading other repositories' files share: the release that is wanted, and applying changes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pilotage.model.downstream import Reference, Standing, Wanted
from pilotage.model.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WANTED = Wanted(package="demo-kit", version=Version("2.0.0"), tag="v2.0.0", repository="github.com/acme/demo-kit")
SHA = "0123456789abcdef0123456789abcdef01234567"
MEGABYTE = 1_000_000


def follow(text: str, references: Sequence[Reference]) -> str:
    """Give the text with all changes applied; they must not overlap."""
    changes = sorted((change for reference in references for change in reference.changes), key=lambda one: one.start)
    assert all(left.end <= right.start for left, right in pairwise(changes))
    edges = [0, *(edge for change in changes for edge in (change.start, change.end)), len(text)]
    kept = [text[start:end] for start, end in list(pairwise(edges))[::2]]
    return kept[0] + "".join(change.text + rest for change, rest in zip(changes, kept[1:], strict=True))


def check_laws(read: Callable[[str, str, Wanted], list[Reference]], path: str, text: str) -> str:
    """Give the text with all changes applied, once the laws of every reader are checked.

    What was changed needs no further change and is `current` or `admits`; everything else reads as before; no
    character changes but those that stood where the references say.
    """
    before = read(path, text, WANTED)
    followed = follow(text, before)
    after = read(path, followed, WANTED)
    assert [reference.changes for reference in after] == [()] * len(before)
    for old, new in zip(before, after, strict=True):
        assert (old.path, old.line, old.holder) == (new.path, new.line, new.holder) == (path, old.line, old.holder)
        if old.changes:
            assert old.standing in {Standing.EXACT, Standing.EXCLUDES}
            assert new.standing in {Standing.CURRENT, Standing.ADMITS}
        else:
            assert (old.standing, old.before, old.why) == (new.standing, new.before, new.why)
    return followed


def summary(references: Sequence[Reference]) -> list[tuple[int, str, str]]:
    """Give line, standing and what each reference asks for."""
    return [(reference.line, reference.standing.value, reference.before) for reference in references]
