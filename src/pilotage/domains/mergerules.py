"""M001 to M010: where the commit that a merge makes says something else than the title that people read."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal

from pilotage.domains.mergetext import OVERRIDE, read_texts
from pilotage.domains.message import read_header, read_message
from pilotage.domains.nearmiss import find_near_misses
from pilotage.domains.nested import read_override, split_messages
from pilotage.domains.nextversion import decide_next_version
from pilotage.domains.squash import read_own_commits
from pilotage.errors import ConfigError
from pilotage.model.title import Problem
from pilotage.model.version import Bump, Version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.model.config import Config
    from pilotage.model.mergepreview import MergeOutcome
    from pilotage.model.pullcontext import PullContext

__all__ = ["MERGE_RULES", "check_merge"]

MERGE_RULES: dict[str, tuple[str, str]] = {
    "M001": ("commit-title", "a squash takes the pull request's title, or the only commit has the same"),
    "M002": ("body-bump", "the body moves the version as far as the title says"),
    "M003": ("other-merges", "only squash merging is allowed, as only the title is checked"),
    "M004": ("unreadable-body", "no line of the body makes release-please drop the commit"),
    "M005": ("release-as", "a `Release-As` footer names a version that can be released"),
    "M006": ("lost-footer", "a `BREAKING CHANGE` footer of the description reaches the commit"),
    "M007": ("bullet-bump", "no commit in the list says more than the title"),
    "M010": ("near-miss", "what announces a break to people does so to a release"),
}
"""Each rule's id, its slug and what it asks of a merge, as `titlerules.table.RULES`. Ids never change their meaning."""

_SHOWN = 5
_BREAKING = re.compile(r"BREAKING[ -]CHANGE:(?: .*)?|BREAKING-CHANGE #.*")
_BULLET = re.compile(r"[*-] (.*)")
_UNCLOSED = re.compile(r"[^\s():!]++\([^()]*+(?:\(|$)")
"""What `@conventional-commits/parser` 0.4.1 takes for a type with a scope, and then gives the whole message up."""


def check_merge(context: PullContext, outcome: MergeOutcome, *, config: Config) -> tuple[Problem, ...]:
    """Find what is doubtful about the main way of merging; at most five problems a rule.

    Severities are the rules' own: M001 and M002 refuse, except for a break that only a footer announces (M002), which
    the specification allows (rule 11): that is a warning, and is left to B001 where `breaking.require` decides. All
    others are warnings.

    Returns:
        The problems in the order of their ids, at no place in the title (0, 0); the lines are in the messages. They
        quote nothing.
    """
    rules = (
        _check_commit_title(context, outcome),
        _check_body_bump(outcome, config),
        _check_other_merges(context),
        _check_unreadable(outcome),
        _check_release_as(outcome, config),
        _check_lost_footer(context, outcome),
        _check_bullets(outcome, config),
        _check_near_misses(context, outcome),
    )
    return tuple(chain.from_iterable(islice(found, _SHOWN) for found in rules))


def _check_commit_title(context: PullContext, outcome: MergeOutcome) -> Iterator[Problem]:
    commits = read_own_commits(context)
    is_taken = context.settings.squash_title == "COMMIT_OR_PR_TITLE" and len(commits) == 1
    if outcome.merge.way != "squash" or not is_taken:
        return
    header = commits[0].message.strip().partition("\n")[0].strip()
    if header == context.title.strip():
        return
    what = "differs from the title" if read_header(header) else "has no type that a release reads"
    yield _problem(
        "M001",
        f"A squash takes the first line of the only commit, not this title, and that line {what}: reword the commit, "
        'or set the default commit message to "Pull request title" in the settings of the repository.',
        severity="error",
    )


def _check_body_bump(outcome: MergeOutcome, config: Config) -> Iterator[Problem]:
    if outcome.merge.way != "squash" or outcome.bump == outcome.title_bump:
        return
    ((place, text),) = read_texts(outcome.merge)
    own = read_message(text)
    effect = f"makes this a change of level {outcome.bump}, and the title says {outcome.title_bump}"
    if own is not None and own.breaking_notes and place != OVERRIDE:
        rules = config.breaking
        if rules.require == "either" or (rules.require != "footer" and rules.require_level == "off"):
            line = _find_line(text, _BREAKING)
            yield _problem("M002", f"Line {line} of {place} {effect}: put `!` before the colon of the title too.")
        return
    where = next(_find_headers(text, config, above=Bump(outcome.title_bump)), 0)
    subject = f"Line {where} of {place}" if where else place[0].upper() + place[1:]
    yield _problem(
        "M002",
        f"{subject} {effect}: let the title say what the whole pull request does, or take it out of the body.",
        severity="error",
    )


def _check_other_merges(context: PullContext) -> Iterator[Problem]:
    settings = context.settings
    names = [name for name, is_on in (("merge commits", settings.merge), ("rebase merging", settings.rebase)) if is_on]
    if settings.is_known and names:
        yield _problem(
            "M003",
            f"The repository allows {' and '.join(names)}: then the branch's commits are released as they are, and this"
            " title is not. Allow only squash merging, or check the commits too.",
        )


def _check_unreadable(outcome: MergeOutcome) -> Iterator[Problem]:
    for place, text in read_texts(outcome.merge):
        for number, line in _number_body(text):
            if _UNCLOSED.match(line):
                yield _problem(
                    "M004",
                    f"Line {number} of {place} begins with a word and a parenthesis that is nested or not closed on the"
                    " same line: release-please would drop the whole commit. Begin the line with another word.",
                )


def _check_release_as(outcome: MergeOutcome, config: Config) -> Iterator[Problem]:
    current = Version(outcome.current) if outcome.current else None
    for place, text in read_texts(outcome.merge):
        for footer in _read_release_as(text, config):
            try:
                decide_next_version(current, Bump.NONE, config=config, release_as=footer)
            except ConfigError:
                above = f" above {current}" if current else ""
                yield _problem(
                    "M005",
                    f"The Release-As footer in {place} cannot be followed, and every release would stop at it: name a "
                    f"version{above} that PEP 440 allows, without a local part.",
                )


def _read_release_as(text: str, config: Config) -> Iterator[str]:
    for message in filter(None, map(read_message, split_messages(text, config.types))):
        for footer in message.footers:
            if footer.token.lower() == "release-as":
                yield footer.value.split("\n")[0].strip()


def _check_lost_footer(context: PullContext, outcome: MergeOutcome) -> Iterator[Problem]:
    is_used = outcome.merge.way == "squash" and context.settings.squash_message == "PR_BODY"
    if is_used or outcome.is_breaking or not outcome.merge.is_complete or read_override(context.body):
        return
    description = context.body.replace("\r\n", "\n").replace("\r", "\n")
    message = read_message(f"fix: a\n\n{description}")
    if message is not None and message.breaking_notes:
        yield _problem(
            "M006",
            f"Line {_find_line(description, _BREAKING)} of the description announces a breaking change, but the"
            " description does not get into the commit: put `!` before the colon of the title, or set the default"
            ' commit message to "Pull request title and description".',
        )


def _check_bullets(outcome: MergeOutcome, config: Config) -> Iterator[Problem]:
    if outcome.merge.way != "squash":
        return
    for place, text in read_texts(outcome.merge):
        bullets = "\n".join(match[1] if (match := _BULLET.fullmatch(line)) else "" for line in text.split("\n"))
        for number in _find_headers(bullets, config, above=Bump(outcome.bump)):
            yield _problem(
                "M007",
                f"Line {number} of {place} lists a commit that says more than the title, which alone counts here; tools"
                " that read such lists go by it. Let the title say it, or reword the commit.",
            )


def _check_near_misses(context: PullContext, outcome: MergeOutcome) -> Iterator[Problem]:
    if outcome.is_breaking:
        return
    places = [("the description", context.body)]
    if outcome.merge.way != "squash" or context.settings.squash_message == "COMMIT_MESSAGES":
        places += [(place, text) for place, text in read_texts(outcome.merge) if place != OVERRIDE]
    for place, text in places:
        for miss in find_near_misses(text):
            if miss.line > 1 or place == "the description":
                yield _problem(
                    "M010",
                    f"Line {miss.line} of {place} announces a breaking change that no release reads: it {miss.reason}."
                    " Write `BREAKING CHANGE: ` and what breaks at the start of a line, or put `!` before the colon of"
                    " the title.",
                )


def _find_headers(text: str, config: Config, *, above: Bump) -> Iterator[int]:
    """Give the numbers of the lines, but for the first, that are headers of a farther bump."""
    for number, line in _number_body(text):
        header = read_header(line)
        if header is not None and header.type in config.types:
            bump = Bump.MAJOR if header.is_breaking else config.bump_of(header.type)
            if bump.rank > above.rank:
                yield number


def _find_line(text: str, pattern: re.Pattern[str]) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if pattern.fullmatch(line))


def _number_body(text: str) -> Iterator[tuple[int, str]]:
    return islice(enumerate(text.split("\n"), 1), 1, None)


def _problem(rule: str, message: str, *, severity: Literal["error", "warning"] = "warning") -> Problem:
    return Problem(rule, message, 0, 0, severity)
