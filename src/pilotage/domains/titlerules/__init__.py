"""The rules of the gate: what a title must keep so that every tool reads the same in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.titlerules import characters, commits, gittitles, prefix, scopes, subject, types
from pilotage.domains.titlerules.anatomy import read_anatomy
from pilotage.domains.titlerules.table import RULES, read_severities
from pilotage.model.pullcontext import PullContext

if TYPE_CHECKING:
    from pilotage.model.config import Config
    from pilotage.model.title import Problem

__all__ = ["RULES", "find_problems"]

_ALWAYS = (
    characters.check_outer_space,
    characters.check_double_space,
    characters.check_invisible,
    characters.check_max_length,
    characters.check_min_length,
    gittitles.check_git_title,
    gittitles.check_unfinished,
    gittitles.check_decoration,
)
_OF_PREFIX = (
    prefix.check_prefix_space,
    prefix.check_colon_lookalike,
    prefix.check_colon_space,
    prefix.check_subject_empty,
    prefix.check_scope_pairs,
    prefix.check_prefix_order,
    scopes.check_scopes,
    scopes.check_scope_required,
    scopes.check_scope_forbidden,
    types.check_type,
    subject.check_subject_pattern,
    subject.check_subject_case,
    subject.check_full_stop,
)


def find_problems(context: PullContext, config: Config) -> tuple[Problem, ...]:
    """Find all that is wrong with a pull request's title, by position. Of git's own titles no prefix is expected.

    Raises:
        ConfigError: A configured pattern cannot be used.
    """
    mark = gittitles.find_mark_end(context, config)
    anatomy = read_anatomy(context.title[mark:], number=context.number, types=config.title.types)
    found = [problem for rule in _ALWAYS for problem in rule(anatomy, config)]
    if not gittitles.is_git_title(anatomy):
        rules = _OF_PREFIX if anatomy.has_prefix else (prefix.check_no_type,)
        found += [problem for rule in rules for problem in rule(anatomy, config)]
    if mark:
        found = [_move(problem, mark) for problem in found]
    if config.title.single_commit != "off":
        found += _check_commit(context, config)
    if config.title.severity and found:
        found = _weigh(found, config)
    return tuple(sorted(found, key=lambda problem: (problem.start, problem.end, problem.rule)))


def _check_commit(context: PullContext, config: Config) -> list[Problem]:
    """Hold the only commit's first line to the same rules."""
    header = commits.read_single_header(context)
    if header is None:
        return []
    alone = PullContext(header, is_draft=context.is_draft)
    is_good = not any(problem.severity == "error" for problem in find_problems(alone, config))
    return list(commits.check_single_commit(context, config, header=header, is_good=is_good))


def _move(problem: Problem, by: int) -> Problem:
    return msgspec.structs.replace(problem, start=problem.start + by, end=problem.end + by)


def _weigh(problems: list[Problem], config: Config) -> list[Problem]:
    """Give problems the severity that is configured for their rules, and leave out what is off."""
    severities = read_severities(config)
    return [
        msgspec.structs.replace(problem, severity="warning") if severities.get(problem.rule) == "warn" else problem
        for problem in problems
        if severities.get(problem.rule) != "off"
    ]
