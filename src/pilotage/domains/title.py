"""Check a pull request's title: the gate, stricter than every tool that reads titles later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.message import read_header
from pilotage.domains.suggestion import suggest_title
from pilotage.domains.titlerules import find_problems
from pilotage.domains.titlerules.gittitles import find_mark_end
from pilotage.domains.titlerules.types import is_known_type
from pilotage.domains.titleskip import find_skip
from pilotage.model.pullcontext import PullContext
from pilotage.model.title import TitleReport, TitleVerdict
from pilotage.model.version import Bump

if TYPE_CHECKING:
    from pilotage.model.config import Config
    from pilotage.model.title import Problem


def check_title(title: str, config: Config) -> TitleReport:
    """Check a title of which nothing else is known: all problems at once, what a release reads in it, a corrected one.

    An accepted title is read by `read_message` with the same type, scope, `!` and subject, and so by the other tools
    (one space after the colon, nothing invisible, trimmed scopes in one pair of parentheses), as long as no rule is
    made a warning or switched off. A title that is refused can still have a type: what a release would read if it
    were merged all the same.

    Raises:
        ConfigError: A configured pattern cannot be used.
    """
    return check_pull(PullContext(title), config).report


def check_pull(context: PullContext, config: Config) -> TitleVerdict:
    """Check the title of a pull request, as `check_title` does, with all that is known about it.

    A title that is not checked (by author, label, draft, or because the pull request is Pilotage's own) is all right
    and has no problem; the verdict says why. The marks of a draft (`WIP:`), where they are fine, are not read.

    Raises:
        ConfigError: A configured pattern cannot be used.
    """
    skipped = find_skip(context, config)
    if skipped:
        return TitleVerdict(_report(context, config, problems=(), suggestion=None), skipped)
    problems = find_problems(context, config)
    suggestion = suggest_title(context, config) if problems else None
    return TitleVerdict(_report(context, config, problems=problems, suggestion=suggestion))


def _report(
    context: PullContext, config: Config, *, problems: tuple[Problem, ...], suggestion: str | None
) -> TitleReport:
    title = context.title
    is_ok = not any(problem.severity == "error" for problem in problems)
    message = read_header(title[find_mark_end(context, config) :])
    if message is None:
        return TitleReport(title, is_ok, problems=problems, suggestion=suggestion)
    is_spelled = message.type in config.types or is_known_type(message.type, config)
    change_type = message.type if is_spelled else message.type.lower()
    bump = Bump.MAJOR if message.is_breaking else config.bump_of(change_type)
    return TitleReport(
        title=title,
        ok=is_ok,
        type=change_type,
        scope=message.scope,
        breaking=message.is_breaking,
        subject=message.subject,
        bump=bump.value,
        problems=problems,
        suggestion=suggestion,
    )
