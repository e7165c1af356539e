"""T040 to T042: titles that git made, that are not ready, or that begin with something else than the type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.titlerules.types import is_known_type
from pilotage.model.title import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.titlerules.anatomy import Anatomy
    from pilotage.model.config import Config
    from pilotage.model.pullcontext import PullContext

_GIT_TITLE = re.compile(r'Re(?:vert|apply) "|Merge (?:pull request|branch|branches|remote-tracking branch|tag|commit) ')
_UNFINISHED = ("wip", "autosquash")
_MARK = re.compile(
    r"(?:(?:\[(?:wip|draft|do not merge|dnm)\]|(wip):?(?=\s)|(?:fixup|squash|amend)!(?=\s))\s*)+", re.IGNORECASE
)


def check_git_title(anatomy: Anatomy, _config: Config) -> Iterator[Problem]:
    """T040: git's own titles of reverts and merges have no type."""
    if is_git_title(anatomy):
        message = "Replace git's own title; for a revert write `revert: ` and the title that is taken back."
        yield Problem("T040", message, anatomy.start, anatomy.end)


def check_unfinished(anatomy: Anatomy, _config: Config) -> Iterator[Problem]:
    """T041: a title that is to be released is not `WIP`, `fixup!`, `squash!` or `amend!`."""
    for token in anatomy.decorations:
        if token.kind in _UNFINISHED:
            message = "Remove this mark when the work is ready; until then use a draft."
            yield Problem("T041", message, token.start, token.end)


def check_decoration(anatomy: Anatomy, _config: Config) -> Iterator[Problem]:
    """T042: the type comes first; an emoji, a ticket or a tag can stand in the subject."""
    for token in anatomy.decorations:
        if token.kind not in _UNFINISHED:
            yield Problem("T042", "Put the type first; this can stand in the subject.", token.start, token.end)


def is_git_title(anatomy: Anatomy) -> bool:
    """Tell whether the title is one that git or GitHub writes for a revert or a merge."""
    return _GIT_TITLE.match(anatomy.title, anatomy.start) is not None


def find_mark_end(context: PullContext, config: Config) -> int:
    """Give where a title's WIP marks end, when they are fine by `wip`; 0 when it has none or they are not."""
    rule = config.title.wip
    is_fine = rule == "allow" or (rule == "draft" and context.is_draft)
    match = _MARK.match(context.title) if is_fine else None
    return match.end() if match and not (match[1] and is_known_type(match[1], config)) else 0
