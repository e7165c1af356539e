"""T001 to T008: the prefix is `type(scope)!: ` and nothing else."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pilotage.domains.message import split_suffix
from pilotage.domains.titlerules.types import list_types
from pilotage.model.title import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.titlerules.anatomy import Anatomy
    from pilotage.model.config import Config


def check_no_type(anatomy: Anatomy, config: Config) -> Iterator[Problem]:
    """T001: a title begins with a type and a colon; this one does not."""
    end = anatomy.end if anatomy.colon < 0 else anatomy.colon
    message = f"Begin with a type and a colon, as in `feat: …`. Types: {list_types(config)}."
    yield Problem("T001", message, anatomy.start, end)


def check_prefix_space(anatomy: Anatomy, _config: Config) -> Iterator[Problem]:
    """T002: no space stands before the colon."""
    for blank in anatomy.tokens("blank"):
        yield Problem("T002", "Remove the space: none stands before the colon.", blank.start, blank.end)


def check_colon_lookalike(anatomy: Anatomy, _config: Config) -> Iterator[Problem]:
    """T003: the colon is the ASCII one."""
    if anatomy.title[anatomy.colon] != ":":
        message = "Write an ASCII colon; this character only looks like one."
        yield Problem("T003", message, anatomy.colon, anatomy.colon + 1)


def check_colon_space(anatomy: Anatomy, _config: Config) -> Iterator[Problem]:
    """T004: exactly one space follows the colon."""
    start, end = anatomy.colon + 1, anatomy.subject_start
    if anatomy.subject and anatomy.title[start:end] != " ":
        yield Problem("T004", "Put exactly one space after the colon.", start, end)


def check_subject_empty(anatomy: Anatomy, _config: Config) -> Iterator[Problem]:
    """T005: a description follows, and not only a pull request's suffix."""
    if not split_suffix(f"x {anatomy.subject}")[0].removeprefix("x").strip():
        message = "Describe the change after the colon."
        yield Problem("T005", message, anatomy.subject_start, anatomy.end)


def check_scope_pairs(anatomy: Anatomy, _config: Config) -> Iterator[Problem]:
    """T006, T007: one pair of parentheses at most, closed, and none inside it."""
    parens, scopes = anatomy.tokens("paren"), anatomy.tokens("scope")
    if parens and (scopes or len(parens) > 1):
        message = "Name scopes in one pair of parentheses, without another inside: `(a,b)`."
        yield Problem("T006", message, parens[0].start, anatomy.colon)
    elif parens:
        yield Problem("T007", "Close the parenthesis, or remove it.", parens[0].start, parens[0].end)
    elif len(scopes) > 1:
        yield Problem("T006", "Name several scopes in one pair: `(a,b)`.", scopes[1].start, scopes[-1].end)


def check_prefix_order(anatomy: Anatomy, _config: Config) -> Iterator[Problem]:
    """T008: the order is type, scope, `!`, colon, and `!` stands once."""
    tokens = [token for token in anatomy.head if token.kind != "blank"]
    for before, token in pairwise(tokens):
        if before.kind == "mark" and token.kind == "mark":
            yield Problem("T008", "One `!` is enough.", token.start, token.end)
        elif before.kind == "mark":
            yield Problem("T008", "Put `!` right before the colon.", before.start, before.end)
        elif before.kind == "scope" and token.kind == "word":
            yield Problem("T008", "Put the colon right after the scope.", token.start, token.end)
