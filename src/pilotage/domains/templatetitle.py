"""The titles that templates write: one line, and for a pull request one that the repository's own gate lets pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.markdown import clean_line
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from pilotage.model.config import Config

PULL_REQUEST_TITLE = "[tool.pilotage.notes] pull-request-title"
RELEASE_TITLE = "[tool.pilotage.notes] release-title"
LONGEST = 250
"""The most characters of a title; GitHub takes 256."""


def read_title(text: str, *, place: str) -> str:
    """Read what a template wrote as a title.

    Raises:
        ConfigError: It is empty, has several lines, or is longer than GitHub takes.
    """
    title = text.strip()
    if not title or title != clean_line(title) or len(title) > LONGEST:
        found = "nothing" if not title else f"{title[:80]!r}"
        raise ConfigError(
            f"{place}: the template writes {found}, expected one line of up to {LONGEST} characters",
            hint="Write a template such as: chore(release): {{ version }}",
        )
    return title


def read_pull_request_title(text: str, config: Config) -> str:
    """Read what a template wrote as the title of the release pull request.

    The title becomes the commit's when the pull request is merged, so the repository's own rules hold for it.

    Raises:
        ConfigError: It is not one line, or the title gate refuses it.
    """
    from pilotage.domains.title import check_title  # noqa: PLC0415 - only those who have a template pay for it

    title = read_title(text, place=PULL_REQUEST_TITLE)
    report = check_title(title, config)
    if not report.ok:
        problem = next(one for one in report.problems if one.severity == "error")
        raise ConfigError(
            f"{PULL_REQUEST_TITLE}: {title!r} is refused by this repository's own rules: {problem.message}",
            hint=f"Write a template that makes a title such as: {report.suggestion or 'chore(release): {{ version }}'}",
        )
    return title
