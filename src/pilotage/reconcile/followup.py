"""Which releases a run of the release flows can go on with: with their files, or all the way to the indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.model.dist import is_project
from pilotage.reconcile.publishing import read_folder
from pilotage.reconcile.signing import can_sign_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pilotage.model.config import Config
    from pilotage.model.snapshot import Snapshot
    from pilotage.reconcile.train import Report


def find_ready(
    report: Report, environment: Mapping[str, str], *, dist: Path | None, tell: Callable[[str], None]
) -> tuple[str, ...]:
    """Find the releases that this job can do something for, and say what the others wait for.

    A release of a repository that publishes its releases itself goes out when the job can sign in at the index, or
    when there is none; once it is out, the same push goes on with what surrounds it. Any draft takes the files of an
    earlier job.

    Args:
        report: What the release flows saw and did.
        environment: The job's variables.
        dist: The folder with the files of an earlier job; None for none.
        tell: Hears what waits for another job.

    Returns:
        The tags of the releases, of which the branch's head is the commit.
    """
    ready: list[str] = []
    for snapshot in report.world.scene.snapshots:
        release = report.release_of(snapshot)
        if release is None or snapshot.release_commits[-1].commit != snapshot.head:
            continue
        if dist is not None and release.is_draft:
            if _is_of(dist, snapshot):
                ready.append(release.tag)
        elif snapshot.config.release == "published":
            if can_go_out(snapshot.config, environment):
                ready.append(release.tag)
            elif release.is_draft:
                tell(
                    f"{release.tag} stays a draft until its files are on the index: that is for a job with "
                    f"`permissions: id-token: write` (or an index token): pilotage publish --tag {release.tag}"
                )
    return tuple(ready)


def can_go_out(config: Config, environment: Mapping[str, str]) -> bool:
    """Tell whether this job can put a package where it goes."""
    return not config.publish.index_names or can_sign_in(environment)


def _is_of(dist: Path, snapshot: Snapshot) -> bool:
    """Tell whether built files are of a package; one alone is always meant, so that its mistakes are named."""
    return snapshot.name is None or is_project(read_folder(dist)[1], snapshot.project.name)
