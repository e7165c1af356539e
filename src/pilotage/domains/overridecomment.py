"""After the merge: a commit whose title no release can read is told on its pull request, with the block to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.safetext import code_span
from pilotage.domains.suggestion import suggest_title
from pilotage.model.pullcontext import PullContext
from pilotage.model.step import WriteComment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pilotage.model.change import Unread
    from pilotage.model.commit import Commit
    from pilotage.model.config import Config

MARKER = "<!-- pilotage:override -->"
"""The first line of the comment; it is written once."""


def plan_override_comment(
    commits: Sequence[Commit], unread: Sequence[Unread], *, config: Config
) -> Iterator[WriteComment]:
    """Yield the comment for the newest commit, when no release can read it and its pull request does not know yet.

    Only the newest: a repository that begins to use Pilotage shall not have its past commented on.
    """
    newest = commits[0] if commits else None
    pull = newest.pull_request if newest else None
    if newest is None or pull is None or any(text.startswith(MARKER) for text in pull.comments):
        return
    if any(one.sha == newest.sha and one.reason == "not-conventional" for one in unread):
        yield WriteComment(pull.number, MARKER, 0, render_override(newest.message, config=config))


def render_override(message: str, *, config: Config) -> str:
    """Render the comment: what cannot be read, and the block that mends it without touching the history."""
    header = message.partition("\n")[0]
    example = suggest_title(PullContext(header), config) or "fix: say what changed"
    return "\n".join(
        (
            MARKER,
            (
                f"The commit that this pull request became begins with {code_span(header)}, which no release can read: "
                "it moves no version and stands in no notes."
            ),
            "",
            (
                "To have it counted, paste this into the description above, with the right words. Pilotage reads it at "
                "the next push; the history stays as it is."
            ),
            "",
            "```text",
            "BEGIN_COMMIT_OVERRIDE",
            example.replace("`", "'"),
            "END_COMMIT_OVERRIDE",
            "```",
            "",
        )
    )
