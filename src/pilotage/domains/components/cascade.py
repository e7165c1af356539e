"""What the release of one component asks of others: those that require it, and those whose version is linked to it.

Policy, as people know it from changesets and from release-please's workspaces:

- A requirement is changed where it has to be: a pin (`==`) always, a range when the new version lies outside. A range
  that admits the new version stays, so its package needs no release: installers find the new version by themselves.
- A component whose users notice such a change is released with it, moved by `dependent-bump` at least; a requirement
  that only developers have changes and releases nothing. `depends-on` releases as well, whatever the requirements say.
- All this goes on until nothing moves any more. Versions only rise, and what has a cause keeps it, so it ends.
- A component that was never released, and that its own changes do not release, is not released for others.
- With a pull request for each component, what counts is what *is* released: the release of `a` makes `b` follow once it
  is merged, for nobody knows which pull request is merged first. There `depends-on` gives the order only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.bump import bump_of_change
from pilotage.domains.components.graph import find_edges, sort_by_dependency
from pilotage.domains.components.linked import find_groups
from pilotage.domains.components.moving import Candidate, Policy, has_to_follow, propose_moved
from pilotage.domains.proposal import Proposal, current_version, tag_format_of
from pilotage.model.change import Change
from pilotage.model.version import Bump, Version, read_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotage.domains.components.graph import Edge
    from pilotage.model.config import Config

__all__ = ["Candidate", "Settled", "settle_releases"]


class Settled(msgspec.Struct, frozen=True):
    """What comes of a component in the end.

    Args:
        proposal: Its next release; its changes hold one of type `deps` for each component that it follows.
        follows: The names of the components whose release changes its requirements or asks for its own, sorted.
        linked_to: The name of the component whose version it has, where that is not its own doing; else empty.
    """

    proposal: Proposal
    follows: tuple[str, ...] = ()
    linked_to: str = ""


def settle_releases(
    candidates: Sequence[Candidate], files: Mapping[str, str], *, config: Config, policy: Policy = "needed"
) -> tuple[Settled, ...]:
    """Decide all releases of a repository together.

    Args:
        candidates: All components that can be released.
        files: The texts of their pyproject.toml, setup.cfg and requirements files, by path.
        config: The repository's configuration: `dependent-bump`, `linked-versions`, `separate-pull-requests`.
        policy: Which requirements follow.

    Returns:
        The decisions, in the order of the candidates; each its own proposal where no other release touches it.

    Raises:
        ConfigError: Components require each other in a circle, a group of linked versions is wrong, or a file cannot be
            understood.
        ConflictError: As `propose_release`.
    """
    components = [candidate.component for candidate in candidates]
    groups = find_groups(config, components)
    if not config.separate_pull_requests and not any(candidate.proposal.version for candidate in candidates):
        return tuple(Settled(candidate.proposal) for candidate in candidates)
    edges = find_edges(components, files)
    settling = _Settling(candidates, edges, config, policy=policy)
    settling.run(sort_by_dependency(components, edges), groups)
    return tuple(settling.settle(index) for index in range(len(candidates)))


class _Link(msgspec.Struct, frozen=True):
    """What a group of linked versions gives its members."""

    version: Version
    leader: int
    bump: Bump


class _Settling:
    """The state of the decisions while causes go from component to component."""

    def __init__(
        self, candidates: Sequence[Candidate], edges: Sequence[Edge], config: Config, *, policy: Policy
    ) -> None:
        self._candidates = candidates
        self._bump = Bump(config.dependent_bump)
        self._policy = policy
        self._is_separate = config.separate_pull_requests
        self._edges: list[list[Edge]] = [[] for _ in candidates]
        for edge in edges:
            if edge.kind == "shipped" or (edge.kind == "configured" and not self._is_separate):
                self._edges[edge.dependent].append(edge)
        self._causes: list[set[int]] = [set() for _ in candidates]
        self._proposals = [candidate.proposal for candidate in candidates]
        self._links: dict[int, _Link] = {}

    def run(self, order: Sequence[int], groups: Sequence[Sequence[int]]) -> None:
        """Let causes go on until nothing moves any more."""
        before = None
        while before != (before := self._state()):
            for group in groups:
                self._link(group)
            for index in order:
                self._follow(index)

    def settle(self, index: int) -> Settled:
        """Give what came of a component."""
        causes = sorted(self._causes[index])
        proposal = self._proposals[index]
        if causes:
            proposal = self._moved(index, tuple(map(self._render_cause, causes)), self._bump)
        link = self._links.get(index)
        leader = ""
        if link is not None and (proposal.version is None or proposal.version < link.version):
            leader = self._name(link.leader) if link.leader != index else ""
            proposal = self._at(index, proposal, link)
        noted = self._noted(index, proposal)
        if noted:
            lines = (*proposal.changes.changes, *map(self._render_cause, noted))
            changes = msgspec.structs.replace(proposal.changes, changes=lines)
            proposal = msgspec.structs.replace(proposal, changes=changes)
        return Settled(proposal, tuple(sorted(map(self._name, (*causes, *noted)))), leader)

    def _noted(self, index: int, proposal: Proposal) -> list[int]:
        """Give what a component follows beyond what moves it, for it is released anyway."""
        if self._policy != "released" or proposal.version is None:
            return []
        asked = {edge.required for edge in self._edges[index] if self._asks(edge, is_eager=True)}
        return sorted(asked - self._causes[index])

    def _state(self) -> tuple[object, ...]:
        return tuple(map(self._version, range(len(self._candidates)))), tuple(map(len, self._causes))

    def _name(self, index: int) -> str:
        return self._candidates[index].component.name or ""

    def _version(self, index: int) -> Version | None:
        """Give the version that a component is released as, as far as is known."""
        own, link = self._proposals[index].version, self._links.get(index)
        return link.version if link is not None and (own is None or link.version > own) else own

    def _follow(self, index: int) -> None:
        """Find new causes for a component, and move it when they are its first."""
        was_released = self._candidates[index].last_release is not None
        if self._version(index) is None and (not was_released or self._bump is Bump.NONE):
            return
        causes = {edge.required for edge in self._edges[index] if self._asks(edge, is_eager=self._policy == "always")}
        if not causes <= self._causes[index]:
            self._causes[index] |= causes
            causing = tuple(map(self._render_cause, sorted(self._causes[index])))
            self._proposals[index] = self._moved(index, causing, self._bump)

    def _asks(self, edge: Edge, *, is_eager: bool) -> bool:
        """Tell whether a release asks for something of a component that requires it."""
        if edge.required == edge.dependent:
            return False
        version = self._seen(edge.required)
        if version is None or edge.kind == "configured":
            return version is not None
        return has_to_follow(edge.specifier, version, is_eager=is_eager)

    def _seen(self, index: int) -> Version | None:
        """Give the version of a component that others follow."""
        if not self._is_separate:
            return self._version(index)
        last = self._candidates[index].last_release
        return read_version(last.version, place=f"release {last.tag or last.commit}") if last else None

    def _render_cause(self, index: int) -> Change:
        """Say what a component follows."""
        return Change(self._cause_commit(index), "deps", f"update {self._name(index)} to {self._seen(index)}")

    def _cause_commit(self, index: int) -> str:
        """Give the commit of a release, or the newest of those that go as far as it does while it is still to come."""
        candidate = self._candidates[index]
        if self._is_separate and candidate.last_release is not None:
            return candidate.last_release.commit
        changes = self._proposals[index].changes.changes
        if not changes and index in self._links:
            changes = self._proposals[self._links[index].leader].changes.changes
        config = candidate.component.config
        farthest = max(changes, key=lambda change: bump_of_change(change, config).rank, default=None)
        return farthest.sha if farthest else ""

    def _moved(self, index: int, extra: Sequence[Change], bump: Bump) -> Proposal:
        return propose_moved(self._candidates[index], extra, bump=bump)

    def _link(self, group: Sequence[int]) -> None:
        """Give a group the highest of its next versions, above all that its members have."""
        versions = {index: version for index in group if (version := self._version(index)) is not None}
        if not versions:
            return
        leader = max(versions, key=lambda index: versions[index])
        bump = Bump.highest(*(self._proposals[index].bump for index in versions))
        passing = (self._raised(index, bump, least=versions[leader]) for index in group)
        target = max([versions[leader], *filter(None, passing)])
        if any(self._version(index) != target for index in group):
            self._links.update(dict.fromkeys(group, _Link(target, leader, bump)))

    def _raised(self, index: int, bump: Bump, *, least: Version) -> Version | None:
        """Give the version by which a member passes its own past, where the group's would not be above it."""
        candidate = self._candidates[index]
        component = candidate.component
        current = current_version(component.project, candidate.last_release, component.config)
        if current is None or current < least:
            return None
        mark = Change("", "deps", "linked")
        return propose_moved(candidate, (mark,), bump=bump).version

    def _at(self, index: int, proposal: Proposal, link: _Link) -> Proposal:
        component = self._candidates[index].component
        tag = tag_format_of(component.config, component.project).render(link.version)
        bump = Bump.highest(proposal.bump, link.bump)
        return msgspec.structs.replace(proposal, version=link.version, tag=tag, bump=bump)
