"""T010 to T016: what stands in the parentheses."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from pilotage.domains.patterns import is_named, read_pattern_name
from pilotage.model.title import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.titlerules.anatomy import Anatomy
    from pilotage.model.config import Config


def check_scopes(anatomy: Anatomy, config: Config) -> Iterator[Problem]:
    """T010 to T013, T016: a scope is one trimmed word and an allowed one; `(a, b)` names two."""
    if not (tokens := anatomy.tokens("scope")):
        return
    known = tuple(normalise(name) for name in read_scope_names(config))
    refused = tuple(map(normalise, config.title.disallow_scopes))
    for token in tokens:
        position = token.start + 1
        for number, part in enumerate(token.text.split(",")):
            yield from _check_form(part, position, is_first=number == 0)
            yield from _check_name(part, position, known=known, refused=refused)
            position += len(part) + 1


def check_scope_required(anatomy: Anatomy, config: Config) -> Iterator[Problem]:
    """T014: a scope is named where `require-scope` or the type's row asks for one."""
    if not anatomy.tokens("scope"):
        head = anatomy.head[0]
        if read_scope_rule(head.text, config) == "required":
            yield Problem("T014", "Name a scope in parentheses after the type.", head.end, head.end)


def check_scope_forbidden(anatomy: Anatomy, config: Config) -> Iterator[Problem]:
    """T015: no scope is named where the type's row forbids one."""
    tokens = anatomy.tokens("scope")
    if tokens and read_scope_rule(anatomy.head[0].text, config) == "forbidden":
        for token in tokens:
            yield Problem("T015", "Remove the scope: this type has none.", token.start, token.end)


def read_scope_rule(change_type: str, config: Config) -> str:
    """Give whether a title of a type must name a scope: `required`, `optional` or `forbidden`."""
    row = config.extend_types.get(change_type) or config.extend_types.get(change_type.lower())
    return (row.scope if row else "") or ("required" if config.title.require_scope else "optional")


def read_scope_names(config: Config) -> list[str]:
    """Give the names of the configured scopes, patterns as `/…/`, in their order."""
    return [scope if isinstance(scope, str) else scope.name for scope in config.scopes]


def read_plain_scopes(config: Config) -> list[str]:
    """Give the names of the configured scopes that are no patterns."""
    return [name for name in read_scope_names(config) if not read_pattern_name(name)]


def is_disallowed(name: str, config: Config) -> bool:
    """Tell whether no title may name a scope."""
    return is_named(normalise(name), tuple(map(normalise, config.title.disallow_scopes)))


def normalise(name: str) -> str:
    """Give a scope's name in the one spelling in which names are compared (NFC)."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def _check_form(part: str, start: int, *, is_first: bool) -> Iterator[Problem]:
    end, name = start + len(part), part.strip()
    if not name:
        yield Problem("T010", "Name a scope, or remove the parentheses or comma.", start, end)
        return
    if part not in ((name,) if is_first else (name, f" {name}")):
        yield Problem("T011", "Remove the space around the scope.", start, end)
    if len(name.split()) > 1:
        yield Problem("T012", "Write the scope as one word; join its words with `-`.", start, end)


def _check_name(part: str, start: int, *, known: tuple[str, ...], refused: tuple[str, ...]) -> Iterator[Problem]:
    end, name = start + len(part), normalise(part.strip())
    if len(name.split()) != 1:
        return
    if refused and is_named(name, refused):
        yield Problem("T016", "Remove this scope: no title may name it.", start, end)
    elif known and not is_named(name, known):
        yield Problem("T013", f"Use a configured scope: {', '.join(sorted(known))}.", start, end)
