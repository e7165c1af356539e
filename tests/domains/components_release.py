"""Repositories with several packages for tests: what is released, what it requires, and what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.components.cascade import Settled, settle_releases
from pilotage.domains.components.effective import effective_config
from pilotage.domains.components.moving import Candidate
from pilotage.domains.proposal import propose_release
from pilotage.model.change import Change, Changes
from pilotage.model.component import Component
from pilotage.model.config import ComponentRules, Config
from pilotage.model.project import Project
from pilotage.model.snapshot import LastRelease

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotage.domains.components.moving import Policy
    from pilotage.model.line import Line


class Package(msgspec.Struct, frozen=True):
    """A package in `packages/NAME`.

    Args:
        requires: What `[project] dependencies` says.
        change: The type of the one change since the last release; "" for none, `!` for a break.
        version: The released version; "" for a package that was never released.
        more: More of its pyproject.toml.
        depends_on: As in the configuration.
        skip: As in the configuration.
    """

    requires: Sequence[str] = ()
    change: str = ""
    version: str = "1.0.0"
    more: str = ""
    depends_on: tuple[str, ...] = ()
    skip: bool = False


def files_of(packages: Mapping[str, Package]) -> dict[str, str]:
    """Give the pyproject.toml of each package."""
    return {
        f"packages/{name}/pyproject.toml": (
            f'[project]\nname = "{name}"\nversion = "{one.version or "0.0.0"}"\n'
            f"dependencies = {[*one.requires]!r}\n{one.more}"
        )
        for name, one in packages.items()
    }


def components_of(packages: Mapping[str, Package], config: Config | None = None) -> list[Component]:
    """Give the component of each package."""
    return [
        Component(
            name,
            f"packages/{name}",
            effective_config(config or Config(), ComponentRules(), name=name, path=f"packages/{name}"),
            Project(name, one.version or "0.0.0", f"packages/{name}/pyproject.toml [project]"),
            depends_on=one.depends_on,
            skip=one.skip,
        )
        for name, one in packages.items()
    ]


def candidate_of(component: Component, package: Package, *, line: Line | None = None) -> Candidate:
    """Give what the own change of a package makes of it."""
    name = component.name or ""
    kind = package.change.removesuffix("!")
    change = Change(f"c-{name}", kind, f"change {name}", breaking=package.change.endswith("!"))
    changes = Changes((change,) if kind else ())
    last = LastRelease(package.version, f"r-{name}", f"{name}-v{package.version}") if package.version else None
    proposal = propose_release(
        changes, project=component.project, last_release=last, config=component.config, line=line
    )
    return Candidate(component, changes, proposal, last, line)


def settle(
    packages: Mapping[str, Package],
    config: Config | None = None,
    *,
    line: Line | None = None,
    policy: Policy = "needed",
) -> dict[str, Settled]:
    """Decide the releases of packages together."""
    candidates = [
        candidate_of(component, packages[component.name or ""], line=line)
        for component in components_of(packages, config)
        if not component.skip
    ]
    settled = settle_releases(candidates, files_of(packages), config=config or Config(), policy=policy)
    return {candidate.component.name or "": one for candidate, one in zip(candidates, settled, strict=True)}


def versions(packages: Mapping[str, Package], config: Config | None = None) -> dict[str, str]:
    """Give the next version of each package that has one."""
    return {name: str(one.proposal.version) for name, one in settle(packages, config).items() if one.proposal.version}
