"""The rules of the gate: what a title must keep so that every tool reads the same in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.titlerules import characters, gittitles, prefix, scopes, types
from pilotage.domains.titlerules.anatomy import read_anatomy

if TYPE_CHECKING:
    from pilotage.model.config import Config
    from pilotage.model.title import Problem

RULES: dict[str, tuple[str, str]] = {
    "T001": ("no-type", "it begins with a type and a colon"),
    "T002": ("prefix-space", "no space stands before the colon"),
    "T003": ("colon-lookalike", "the colon is the ASCII one"),
    "T004": ("colon-space", "exactly one space follows the colon"),
    "T005": ("subject-empty", "a description follows"),
    "T006": ("scope-nested", "one pair of parentheses, none inside"),
    "T007": ("scope-unclosed", "a parenthesis is closed"),
    "T008": ("prefix-order", "type, scope, `!`, colon, in this order"),
    "T010": ("scope-empty", "a scope is a word"),
    "T011": ("scope-padded", "no space around a scope (one after a comma is fine)"),
    "T012": ("scope-space", "no space inside a scope"),
    "T013": ("scope-unknown", "the scope is a configured one, when some are configured"),
    "T014": ("scope-required", "a scope is named, with `require-scope`"),
    "T020": ("type-case", "the type is spelled as configured: in lower case"),
    "T021": ("type-unknown", "the type is a configured one"),
    "T030": ("outer-space", "no blank before or after the title"),
    "T031": ("double-space", "blanks are single"),
    "T032": ("invisible", "every character is seen"),
    "T033": ("too-long", "not longer than `max-length`"),
    "T040": ("git-title", "not git's own title of a revert or merge"),
    "T041": ("unfinished", "not WIP, `fixup!`, `squash!`, `amend!`"),
    "T042": ("decoration", "nothing stands before the type"),
}
"""Each rule's id, its slug and what it asks of a title. An id never changes its meaning."""

_ALWAYS = (
    characters.check_outer_space,
    characters.check_double_space,
    characters.check_invisible,
    characters.check_length,
    gittitles.check_git_title,
    gittitles.check_unfinished,
    gittitles.check_decoration,
)
_OF_PREFIX = (
    prefix.check_no_type,
    prefix.check_prefix_space,
    prefix.check_colon_lookalike,
    prefix.check_colon_space,
    prefix.check_subject_empty,
    prefix.check_scope_pairs,
    prefix.check_prefix_order,
    scopes.check_scopes,
    scopes.check_scope_required,
    types.check_type,
)


def find_problems(title: str, config: Config) -> tuple[Problem, ...]:
    """Find all that is wrong with a title, by position. Of git's own titles no prefix is expected."""
    anatomy = read_anatomy(title)
    rules = _ALWAYS if gittitles.is_git_title(anatomy) else (*_ALWAYS, *_OF_PREFIX)
    found = [problem for rule in rules for problem in rule(anatomy, config)]
    return tuple(sorted(found, key=lambda problem: (problem.start, problem.end, problem.rule)))
