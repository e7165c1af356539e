"""What tests of readers share: a release, and references as short texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.downstream.reading import apply_changes
from pilotage.model.downstream import Wanted
from pilotage.model.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.model.downstream import Reference

    Reader = Callable[[str, str, Wanted], list[Reference]]

WANTED = Wanted("demo", Version("1.4.0"), "v1.4.0", repository="github.com/acme/demo")


def told(references: list[Reference]) -> list[str]:
    """Give `line standing before` of each reference."""
    return [f"{one.line} {one.standing} {one.before}".rstrip() for one in references]


def edited(reader: Reader, text: str, *, path: str = "x") -> str:
    """Give the text with all changes of its references made."""
    return apply_changes(text, [change for one in reader(path, text, WANTED) for change in one.changes])
