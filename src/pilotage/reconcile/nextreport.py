"""The answer of `pilotage next`: what comes next, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.proposals import propose_all
from pilotage.domains.safetext import show

if TYPE_CHECKING:
    from pilotage.domains.proposal import Proposal
    from pilotage.model.snapshot import Scene, Snapshot


class ChangeReport(msgspec.Struct, frozen=True):
    """One change, as CONTRACT section 1 spells it."""

    sha: str
    type: str
    scope: tuple[str, ...]
    breaking: bool
    subject: str
    pull_request: int | None


class ComponentReport(msgspec.Struct, frozen=True):
    """What comes next for one component; its name is null for a repository that is released as one."""

    name: str | None
    path: str
    current: str
    next: str | None
    tag: str | None
    bump: str
    changes: list[ChangeReport]
    reason: str


class NextReport(msgspec.Struct, frozen=True):
    """The whole answer."""

    components: list[ComponentReport]
    format: int = 1


def report_next(scene: Scene) -> NextReport:
    """Decide what comes next and put it into words."""
    pairs = zip(scene.snapshots, propose_all(scene), strict=True)
    return NextReport([report_component(snapshot, proposal) for snapshot, proposal in pairs])


def report_component(snapshot: Snapshot, proposal: Proposal) -> ComponentReport:
    """Put into words what comes next for one package."""
    last, changes = snapshot.last_release, proposal.changes
    return ComponentReport(
        name=snapshot.name,
        path=snapshot.path,
        current=last.version if last else snapshot.project.version or "",
        next=str(proposal.version) if proposal.version else None,
        tag=proposal.tag or None,
        bump=proposal.bump.value,
        changes=[ChangeReport(c.sha, c.type, c.scope, c.breaking, c.subject, c.pull_request) for c in changes.changes],
        reason=_reason(snapshot, proposal),
    )


def _reason(snapshot: Snapshot, proposal: Proposal) -> str:
    last = snapshot.last_release
    since = f"since {last.tag or last.version}" if last else "and no release before"
    count = f"{len(snapshot.commits)} commit{'' if len(snapshot.commits) == 1 else 's'}"
    others = ", ".join(proposal.follows)
    if proposal.linked_to:
        return f"{count} {since}; it has the version of {proposal.linked_to}"
    if others and not snapshot.commits:
        return f"nothing of its own {since}; it follows {others}"
    if proposal.version is None:
        return f"{count} {since}, none of them releasable"
    if last is None:
        return f"{count} {since}: the first release"
    if proposal.changes.release_as:
        return f"{count} {since}, one of them with a Release-As footer"
    return f"{count} {since}, the farthest of them {proposal.bump.value}"


def render_next(report: NextReport) -> str:
    """Render the answer for people."""
    return "\n".join(line for row in report.components for line in _render_row(row))


def _render_row(row: ComponentReport) -> list[str]:
    head = f"{row.current or '(none)'} → {row.next}" if row.next else f"{row.current or '(none)'}: nothing to release"
    named = f"{row.name}: {head}" if row.name else head
    lines = [f"{named}  ({row.reason})"]
    for change in row.changes:
        scope = f"({','.join(change.scope)})" if change.scope else ""
        pull = f" (#{change.pull_request})" if change.pull_request else ""
        prefix = show(f"{change.type}{scope}{'!' if change.breaking else ''}: {change.subject}{pull}")
        lines.append(f"  {change.sha[:10]} {prefix}")
    return lines
