"""The texts that a release reads in a predicted merge, each with the name of its place for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.message import read_message
from pilotage.domains.nested import read_override, split_messages
from pilotage.domains.squash import ABSENT_SHA

if TYPE_CHECKING:
    from pilotage.model.change import Message
    from pilotage.model.config import Config
    from pilotage.model.mergepreview import PredictedMerge

OVERRIDE = "the override block in the description"
"""The place that stands for all commits, when a pull request's body has such a block."""


def read_texts(merge: PredictedMerge) -> tuple[tuple[str, str], ...]:
    """Give what a release reads, as pairs of place and text with LF line ends.

    That is the override block of the pull request's body when there is one, otherwise each commit's message. A merge
    whose first line is no header says nothing.
    """
    pull = merge.commits[0].pull_request if merge.commits else None
    override = read_override(pull.body) if pull else ""
    if override:
        return ((OVERRIDE, _with_lf(override)),)
    return tuple(
        (_name(commit.sha), text)
        for commit, text in ((commit, _with_lf(commit.message)) for commit in merge.commits)
        if len(commit.parents) <= 1 or read_message(text)
    )


def read_messages(merge: PredictedMerge, config: Config) -> tuple[Message, ...]:
    """Give all messages of the texts: their own and those inside them."""
    parts = (part for _, text in read_texts(merge) for part in split_messages(text, config.types))
    return tuple(message for message in map(read_message, parts) if message is not None)


def _name(sha: str) -> str:
    return "the commit message" if sha == ABSENT_SHA else f"the message of {sha[:7]}"


def _with_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
