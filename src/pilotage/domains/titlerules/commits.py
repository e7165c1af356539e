"""T060, T061: the only commit of a pull request, whose title GitHub may take for that of the squash commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.model.title import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.model.config import Config
    from pilotage.model.pullcontext import PullContext


def read_single_header(context: PullContext) -> str | None:
    """Give the first line of a pull request's only commit, merges not counted; None when there is not exactly one."""
    found = [commit for commit in context.commits if len(commit.parents) <= 1]
    return found[0].message.partition("\n")[0].rstrip("\r") if len(found) == 1 else None


def check_single_commit(context: PullContext, config: Config, *, header: str, is_good: bool) -> Iterator[Problem]:
    """T060: the only commit has a good title. T061: it is the pull request's."""
    end = len(context.title)
    if not is_good:
        message = "Amend the only commit: its title, which GitHub may take for the merge, breaks the rules too."
        yield Problem("T060", message, 0, end)
    if config.title.single_commit == "match" and header != context.title:
        yield Problem("T061", "Give the only commit and the pull request the same title.", 0, end)
