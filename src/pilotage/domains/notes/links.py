"""What a line of notes points at: commits, pull requests, issues and people."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from pilotage.domains.markdown import escape_line

if TYPE_CHECKING:
    from pilotage.model.change import Change
    from pilotage.model.commit import Author

SHORT_SHA = 7
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98})")
_NUMBER = re.compile(r"#([0-9]{1,10})(?![0-9])")


def commit_link(sha: str, url: str) -> str:
    """Write a commit by its short id."""
    return f"[{sha[:SHORT_SHA]}]({url}/commit/{sha})" if url else sha[:SHORT_SHA]


def pull_request_link(number: int, url: str) -> str:
    """Write a pull request by its number."""
    return f"[#{number}]({url}/pull/{number})" if url else f"#{number}"


def issue_link(number: int, url: str) -> str:
    """Write an issue by its number."""
    return f"[#{number}]({url}/issues/{number})" if url else f"#{number}"


@functools.lru_cache(maxsize=1024)
def author_link(author: Author, url: str) -> str:
    """Write who made a change: a person's account as a link, anybody else by name, "" when unknown."""
    login = author.login
    if url and _LOGIN.fullmatch(login):
        return f"[@{login}]({url.rsplit('/', 2)[0]}/{login})"
    return escape_line(author.name or login)


def other_references(change: Change) -> list[int]:
    """Give the issues that a change's footers name and its line does not name yet."""
    if not change.references:
        return []
    known = {change.pull_request, *map(int, _NUMBER.findall(change.subject))}
    return [number for number in dict.fromkeys(change.references) if number not in known]
