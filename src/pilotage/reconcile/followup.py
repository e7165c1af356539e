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
    when there is none; once it is out, the same push goes on with what surrounds it. A draft that a person publishes
    takes the files of an earlier job. Files of one package say nothing of the others.

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
        if release is None:
            continue
        if snapshot.release_commits[-1].commit != snapshot.head:
            if release.is_draft and snapshot.config.release == "published":
                tell(f"{release.tag} is still a draft; complete it with: pilotage publish --tag {release.tag}")
            continue
        if dist is not None and not _is_of(dist, snapshot):
            continue
        if snapshot.config.release == "draft":
            if dist is not None and release.is_draft:
                ready.append(release.tag)
        elif can_go_out(snapshot.config, environment):
            ready.append(release.tag)
        elif release.is_draft:
            tell(
                f"{release.tag} stays a draft until its files are on the index: that is for a job with "
                f"`permissions: id-token: write` (or an index token): pilotage publish --tag {release.tag}"
            )
    return tuple(ready)


def find_out(
    report: Report, environment: Mapping[str, str], *, dist: Path | None, tell: Callable[[str], None]
) -> tuple[str, ...]:
    """Find the releases that are out already and may lack something that this job can add; say what it cannot.

    Args:
        report: What the release flows saw and did.
        environment: The job's variables.
        dist: The folder with the files of an earlier job; None for none.
        tell: Hears which releases are for another job.
    """
    rows = [(snapshot, report.release_of(snapshot)) for snapshot in report.world.scene.snapshots]
    out = [
        (snapshot, release.tag)
        for snapshot, release in rows
        if release is not None and not release.is_draft and (dist is None or _is_of(dist, snapshot))
    ]
    closed = [tag for snapshot, tag in out if not can_go_out(snapshot.config, environment)]
    if closed:
        is_or_are = "is" if len(closed) == 1 else "are"
        tell(f"{', '.join(closed)} {is_or_are} published; this job has no credentials for an index, so it is not asked")
    return tuple(tag for _, tag in out if tag not in closed)


def find_released(report: Report) -> tuple[str, ...]:
    """Find the newest published release of each package, whatever of it this job can still add."""
    releases = (report.release_of(snapshot) for snapshot in report.world.scene.snapshots)
    return tuple(release.tag for release in releases if release is not None and not release.is_draft)


def can_go_out(config: Config, environment: Mapping[str, str]) -> bool:
    """Tell whether this job can put a package where it goes."""
    return not config.publish.index_names or can_sign_in(environment)


def _is_of(dist: Path, snapshot: Snapshot) -> bool:
    """Tell whether built files are of a package; one alone is always meant, so that its mistakes are named."""
    return snapshot.name is None or is_project(read_folder(dist)[1], snapshot.project.name)
