"""Preview what merging a pull request will release, before anybody merges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.bump import decide_bump
from pilotage.domains.changes import read_changes
from pilotage.domains.mergerules import check_merge
from pilotage.domains.mergetext import read_messages
from pilotage.domains.notes import render_release_body
from pilotage.domains.proposal import current_version, propose_release
from pilotage.domains.squash import ABSENT_SHA, predict_merges
from pilotage.errors import ConfigError, ConflictError
from pilotage.model.mergepreview import MergeOutcome, MergePreview
from pilotage.model.notes import NotesData

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.change import Change, Changes
    from pilotage.model.commit import Commit
    from pilotage.model.config import Config
    from pilotage.model.mergepreview import MergeBase, PredictedMerge
    from pilotage.model.pullcontext import PullContext

_SHORT_SHA = ABSENT_SHA[:7]


def preview_merge(context: PullContext, *, config: Config, base: MergeBase) -> MergePreview:
    """Preview each allowed way of merging with the reader of releases, and name what is doubtful (M001 to M010).

    The predicted commits are read on top of the unreleased ones, so a revert of something unreleased takes it back and
    the next version is the one that a release would get. Nothing in a pull request makes this raise: where the next
    version cannot be told, the outcome says why.
    """
    owner = base.web_url.rpartition("/")[0].rpartition("/")[2]
    outcomes = tuple(
        _read_outcome(merge, config=config, base=base) for merge in predict_merges(context, repository_owner=owner)
    )
    return MergePreview(outcomes, check_merge(context, outcomes[0], config=config))


def _read_outcome(merge: PredictedMerge, *, config: Config, base: MergeBase) -> MergeOutcome:
    changes = read_changes((*merge.commits, *base.commits), config)
    own = _select_own(changes, merge.commits)
    breaking = [message for message in read_messages(merge, config) if message.is_breaking]
    is_breaking = any(change.breaking for change in own)
    current, upcoming, obstacle = _propose(changes, merge.commits, config=config, base=base)
    return MergeOutcome(
        merge=merge,
        changes=own,
        is_breaking=is_breaking,
        is_marked=is_breaking and all(message.is_marked for message in breaking),
        is_noted=is_breaking and bool(breaking) and all(message.breaking_notes for message in breaking),
        title_bump=decide_bump(_read_titles(merge, config=config, base=base), config).value,
        bump=decide_bump(own, config).value,
        current=current,
        next=upcoming,
        obstacle=obstacle,
        notes=_render_notes(own, config=config, web_url=base.web_url) if own else "",
    )


def _select_own(changes: Changes, commits: Sequence[Commit]) -> tuple[Change, ...]:
    ids = {commit.sha for commit in commits}
    return tuple(change for change in changes.changes if change.sha in ids)


def _read_titles(merge: PredictedMerge, *, config: Config, base: MergeBase) -> tuple[Change, ...]:
    """Read the commits as if each were its first line only."""
    commits = [
        msgspec.structs.replace(commit, message=commit.message.strip().partition("\n")[0], pull_request=None)
        for commit in merge.commits
    ]
    return _select_own(read_changes((*commits, *base.commits), config), commits)


def _propose(
    changes: Changes, merged: Sequence[Commit], *, config: Config, base: MergeBase
) -> tuple[str | None, str | None, str]:
    """Give the released version, the next one, and why it cannot be told."""
    current = None
    # No tag is shown, so a spelling that is still to be found out (from the repository's tags) is no obstacle.
    config = msgspec.structs.replace(config, tag_format=config.tag_format or "v{version}")
    try:
        released = current_version(base.project, base.last_release, config)
        current = str(released) if released else None
        line = base.line
        if base.full_commits is not None:
            line = msgspec.structs.replace(line, since_full=read_changes((*merged, *base.full_commits), config))
        proposal = propose_release(
            changes, project=base.project, last_release=base.last_release, config=config, line=line
        )
    except (ConfigError, ConflictError) as exc:
        return current, None, exc.message
    return current, str(proposal.version) if proposal.version else None, ""


def _render_notes(changes: tuple[Change, ...], *, config: Config, web_url: str) -> str:
    data = NotesData(version="", tag="", date="", repository_url=web_url, changes=changes, types=config.types)
    linked = f" ([{_SHORT_SHA}]({web_url}/commit/{ABSENT_SHA}))"
    return render_release_body(data).replace(linked, "").replace(f" ({_SHORT_SHA})", "")
