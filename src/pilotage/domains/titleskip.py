"""Which pull requests are let through without a check of their titles, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.wildcard import is_wildcard_match

if TYPE_CHECKING:
    from pilotage.model.config import Config
    from pilotage.model.pullcontext import PullContext

_RELEASE_BRANCH = "pilotage/release-"
_BOT = "[bot]"


def find_skip(context: PullContext, config: Config) -> str:
    """Give the reason why a title is not checked, as an end of "not checked: …"; empty when it is.

    A release pull request of Pilotage itself is known by its branch, which nobody can name so from a fork.
    """
    rules = config.title
    if context.head_branch.startswith(_RELEASE_BRANCH) and not context.is_fork:
        return "it is a release pull request of Pilotage"
    if rules.bots == "skip" and context.author_is_bot:
        return 'a bot opened it (bots = "skip")'
    if any(_is_login(context.author, pattern) for pattern in rules.ignore_authors):
        return "its author is one of ignore-authors"
    labels = sorted(set(context.labels) & set(rules.ignore_labels))
    if labels:
        return f"it has the label {labels[0]!r} of ignore-labels"
    if rules.drafts == "skip" and context.is_draft:
        return 'it is a draft (drafts = "skip")'
    return ""


def _is_login(login: str, pattern: str) -> bool:
    """Hold a login against a pattern, without regard to case and to the `[bot]` that only one of GitHub's APIs adds."""
    if not login:
        return False
    name, wanted = login.casefold(), pattern.casefold()
    return is_wildcard_match(name, wanted) or is_wildcard_match(name.removesuffix(_BOT), wanted.removesuffix(_BOT))
