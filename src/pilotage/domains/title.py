"""Check a pull request's title: the gate, stricter than every tool that reads titles later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.message import read_header
from pilotage.domains.suggestion import suggest_title
from pilotage.domains.titlerules import find_problems
from pilotage.model.title import TitleReport
from pilotage.model.version import Bump

if TYPE_CHECKING:
    from pilotage.model.config import Config


def check_title(title: str, config: Config) -> TitleReport:
    """Check a title: all problems at once, what a release would read in it, and a corrected one.

    An accepted title is read by `read_message` with the same type, scope, `!` and subject, and so by the other tools
    (one space after the colon, nothing invisible, trimmed scopes in one pair of parentheses). A title that is refused
    can still have a type: what a release would read if it were merged all the same.
    """
    problems = find_problems(title, config)
    is_ok = not any(problem.severity == "error" for problem in problems)
    message = read_header(title)
    if message is None:
        return TitleReport(title, is_ok, problems=problems, suggestion=suggest_title(title, config))
    change_type = message.type if message.type in config.types else message.type.lower()
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
        suggestion=suggest_title(title, config),
    )
