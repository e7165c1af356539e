"""T010 to T014: what stands in the parentheses."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from pilotage.model.title import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.titlerules.anatomy import Anatomy
    from pilotage.model.config import Config


def check_scopes(anatomy: Anatomy, config: Config) -> Iterator[Problem]:
    """T010 to T013: a scope is one trimmed word and, when some are configured, a known one; `(a, b)` names two."""
    known = {normalise(name) for name in read_scope_names(config)}
    for token in anatomy.tokens("scope") if anatomy.has_prefix else ():
        position = token.start + 1
        for number, part in enumerate(token.text.split(",")):
            yield from _check_scope(part, position, is_first=number == 0, known=known)
            position += len(part) + 1


def check_scope_required(anatomy: Anatomy, config: Config) -> Iterator[Problem]:
    """T014: a scope is named where `require-scope` asks for one."""
    if config.title.require_scope and anatomy.has_prefix and not anatomy.tokens("scope"):
        end = anatomy.head[0].end
        yield Problem("T014", "Name a scope in parentheses after the type.", end, end)


def read_scope_names(config: Config) -> list[str]:
    """Give the names of the configured scopes, in their order."""
    return [scope if isinstance(scope, str) else scope.name for scope in config.scopes]


def normalise(name: str) -> str:
    """Give a scope's name in the one spelling in which names are compared (NFC)."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def _check_scope(part: str, start: int, *, is_first: bool, known: set[str]) -> Iterator[Problem]:
    end = start + len(part)
    name = part.strip()
    if not name:
        yield Problem("T010", "Name a scope, or remove the parentheses or comma.", start, end)
        return
    if part not in ((name,) if is_first else (name, f" {name}")):
        yield Problem("T011", "Remove the space around the scope.", start, end)
    if len(name.split()) > 1:
        yield Problem("T012", "Write the scope as one word; join its words with `-`.", start, end)
    elif known and normalise(name) not in known:
        yield Problem("T013", f"Use a configured scope: {', '.join(sorted(known))}.", start, end)
