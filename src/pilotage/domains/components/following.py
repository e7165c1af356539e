"""The files that follow a release: requirements of other components, and what a lock is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.components.graph import folder_files, read_requirements
from pilotage.domains.components.moving import has_to_follow
from pilotage.domains.versionfiles.place import normalise_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotage.domains.components.moving import Policy
    from pilotage.model.component import Component
    from pilotage.model.config import Config
    from pilotage.model.project import FileEdit
    from pilotage.model.version import Version

__all__ = ["distribution_versions", "follow_releases"]


def follow_releases(
    components: Sequence[Component],
    files: Mapping[str, str],
    versions: Mapping[str, Version],
    *,
    config: Config,
    only: str | None = None,
    policy: Policy = "needed",
) -> tuple[FileEdit, ...]:
    """Change the requirements of components on each other, where they have to follow.

    That is done for what is released, and for what is not for as long as `dependent-bump` is not "none"; components
    that are never released follow always, so that an example with a pin keeps working.

    Args:
        components: All components, the skipped ones too.
        files: The files as the release leaves them otherwise: their texts with the new versions already in them.
        versions: The new versions, by the components' names.
        config: The repository's configuration.
        only: With a pull request for each component, the name of the one whose it is: no other folder is touched, and
            `versions` holds the released versions of all others as well.
        policy: Which requirements follow, as for `settle_releases`.

    Returns:
        The files that change, sorted by path.

    Raises:
        ConfigError: A requirement cannot be made to accept a version, or cannot be edited in place.
    """
    released = distribution_versions(components, versions)
    moved = versions if only is None else {only}
    edits: list[FileEdit] = []
    for component, own in zip(components, folder_files(components, files), strict=True):
        is_open = component.name in moved or component.skip or config.dependent_bump != "none"
        if only in (None, component.name) and is_open:
            is_eager = policy == "always" or (policy == "released" and component.name in moved)
            edits += _follow(component, own, released, is_eager=is_eager)
    return tuple(sorted(edits, key=lambda edit: edit.path))


def distribution_versions(components: Sequence[Component], versions: Mapping[str, Version]) -> dict[str, Version]:
    """Give the new versions by distribution name, normalised: what requirements and lock entries are about.

    Args:
        components: All components.
        versions: The new versions, by the components' names.
    """
    return {
        normalise_name(component.project.name): versions[name]
        for component in components
        if (name := component.name or "") in versions and component.project.name
    }


def _follow(
    component: Component, own: Mapping[str, str], released: Mapping[str, Version], *, is_eager: bool
) -> tuple[FileEdit, ...]:
    asked = {
        one.name: released[one.name]
        for one in read_requirements(component, own, names=released.keys())
        if has_to_follow(one.specifier, released[one.name], is_eager=is_eager)
    }
    if not asked:
        return ()
    # Only a release that has dependents pays for its import.
    from pilotage.domains.versionfiles.requirements import raise_requirements  # noqa: PLC0415 - see above

    return raise_requirements(own, asked, path=component.path, policy="always" if is_eager else "needed")
