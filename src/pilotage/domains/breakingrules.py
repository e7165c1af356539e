"""B001 to B005: what a breaking change must bring along before it is merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pilotage.domains.bump import bump_of_change
from pilotage.domains.safetext import show
from pilotage.domains.upgradepath import read_upgrade_path
from pilotage.model.title import Problem
from pilotage.model.version import Bump

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pilotage.model.change import Change
    from pilotage.model.config import Config
    from pilotage.model.mergepreview import MergeOutcome
    from pilotage.model.pullcontext import PullContext

__all__ = ["BREAKING_RULES", "check_breaking"]

BREAKING_RULES: dict[str, tuple[str, str]] = {
    "B001": ("break-announced", "a break is announced as `breaking.require` asks"),
    "B002": ("upgrade-path", "the body of a breaking change has a section `## Upgrade path` with content"),
    "B003": ("release-pending-first", "what is unreleased and breaks nothing is released before a break is merged"),
    "B004": ("break-approved", "a breaking change has the approval label"),
    "B005": ("break-frozen", "no breaking change is merged during a freeze"),
}
"""Each rule's id, its slug and what it asks of a break, as `titlerules.table.RULES`. Ids never change their meaning."""

_SHOWN = 5
_SUBJECT = 60


def check_breaking(
    context: PullContext,
    outcome: MergeOutcome,
    *,
    config: Config,
    pending: Sequence[Change] = (),
    release_pr_url: str = "",
) -> tuple[Problem, ...]:
    """Hold a breaking change to the rules of `[tool.pilotage.breaking]`; nothing is asked of any other change.

    Args:
        context: The pull request.
        outcome: What its merge will do; it decides whether there is a break and how it is announced.
        config: The rules, each with its level.
        pending: The unreleased changes on the base branch (`read_changes`), without this pull request's.
        release_pr_url: The page of the open release pull request; empty when there is none.

    Returns:
        The problems in the order of their ids, at no place in the title (0, 0), each on one line and safe to show.
    """
    if not outcome.is_breaking:
        return ()
    rules = config.breaking
    upgrade_level = {"required": "error", "warn": "warn", "optional": "off"}[rules.upgrade_path]
    found = (
        *_problems("B001", rules.require_level, _find_unannounced(outcome, rules.require)),
        *_problems("B002", upgrade_level, _find_no_upgrade_path(context)),
        *_problems("B003", rules.release_pending_first, _find_pending(pending, config, url=release_pr_url)),
        *_problems("B004", rules.approval_level, _find_unapproved(context, rules.approval_label)),
        *_problems("B005", rules.freeze, "Wait until the freeze is over: no breaking change is merged now."),
    )
    return tuple(found)


def _problems(rule: str, level: str, message: str) -> Iterator[Problem]:
    if message and level != "off":
        yield Problem(rule, message, 0, 0, "error" if level == "error" else "warning")


def _find_unannounced(outcome: MergeOutcome, require: Literal["either", "mark", "footer", "both"]) -> str:
    """Say which announcement is missing; empty when none is. A break that a release reads has at least one of them."""
    asked = {"either": (), "mark": ("mark",), "footer": ("footer",), "both": ("mark", "footer")}[require]
    missing = []
    if "mark" in asked and not outcome.is_marked:
        missing.append("put `!` before the colon of the title")
    if "footer" in asked and not outcome.is_noted:
        missing.append("write `BREAKING CHANGE: ` and what breaks at the start of a line that gets into the commit")
    how = ", and ".join(missing)
    return f"Announce the breaking change where this repository asks for it: {how}." if how else ""


def _find_no_upgrade_path(context: PullContext) -> str:
    if read_upgrade_path(context.body):
        return ""
    return (
        "Say what users must do: add a section `## Upgrade path` with content to the description (the notes keep it)."
    )


def _find_pending(pending: Sequence[Change], config: Config, *, url: str) -> str:
    """Say what is waiting for a release without a break.

    Where a break is waiting already, nothing can be released without one: then there is nothing to say.
    """
    waiting = [change for change in pending if bump_of_change(change, config) is not Bump.NONE]
    if not waiting or any(change.breaking for change in waiting):
        return ""
    shown = [_describe(change) for change in waiting[:_SHOWN]]
    more = [f"and {len(waiting) - _SHOWN} more"] if len(waiting) > _SHOWN else []
    how = f"merge {show(url)}" if url else "no release pull request is open yet"
    return (
        "Release what is waiting and breaks nothing before this is merged, or its users get it only with the break: "
        f"{'; '.join([*shown, *more])} ({how})."
    )


def _describe(change: Change) -> str:
    number = f"#{change.pull_request} " if change.pull_request is not None else ""
    return f"{number}{show(f'{change.type}: {change.subject}', limit=_SUBJECT)}"


def _find_unapproved(context: PullContext, label: str) -> str:
    labels = {name.casefold() for name in context.labels}
    if not label or label.casefold() in labels:
        return ""
    return f"Ask for the approval of this breaking change: the label {show(label)} is missing."
