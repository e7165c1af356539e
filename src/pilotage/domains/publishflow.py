"""The planner of a release's publishing: its files, the indexes, the publication, and what follows it.

The files are attached first, so that every later run sends the same bytes, and because a release that GitHub keeps
immutable takes none afterwards. People are told and workflows are started when everything else is out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.workflowgate import Gate, judge_runs
from pilotage.model.publishrules import WorkflowCall
from pilotage.model.remote import spell_asset
from pilotage.model.step import Announce, AttachFile, Notice, PublishRelease, StartWorkflow, Step, UploadFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pilotage.model.config import Config
    from pilotage.model.dist import Dist
    from pilotage.model.publishscene import Follower, PublishScene
    from pilotage.model.remote import Asset, Release, WorkflowRun


def plan_publish(scene: PublishScene) -> Iterator[Step | Notice]:
    """Yield what is missing of one release, in the order of its effect."""
    release = scene.release
    if release is None and scene.mode == "draft":
        yield Notice(
            "conflict",
            f"this token sees no GitHub release of {scene.tag}: it is a draft that somebody has still to publish, or "
            "there is none",
            "Publish the draft first, or give the job `permissions: contents: write`, without which drafts are hidden. "
            "Files without a release go to an index with: pilotage publish --dist dist",
        )
        return
    if release is None and scene.files:
        yield Notice(
            "warning",
            f"nothing is attached to a release: this token sees no GitHub release of {scene.tag}",
            "Give the job `permissions: contents: write`, without which a draft is hidden, or make the release first.",
        )
    yield from plan_files(release, scene.files)
    if release is not None and release.is_draft and scene.mode == "draft":
        yield Notice(
            "info",
            f"release {scene.tag} is a draft; nothing goes to an index before somebody publishes it",
            f"Read it and publish it: {release.url}",
        )
        return
    for index in scene.indexes:
        for dist in index.uploads:
            yield UploadFile(index.index, dist.name, dist.sha256, dist.size)
    if release is not None and release.is_draft:
        yield PublishRelease(release.id, scene.tag)
    yield from plan_aftermath(scene)


def plan_files(release: Release | None, files: tuple[Dist, ...]) -> Iterator[Step | Notice]:
    """Yield the files that a release lacks.

    As long as the last file is missing, the set is an unfinished one of a run that died: nothing has been sent anywhere
    from it, so its files may give way to those of this run.
    """
    if release is None or not files:
        return
    there = {asset.name: asset for asset in release.files}
    missing = [file for file in files if not _is_attached(file, there)]
    if not missing:
        return
    if release.is_immutable:
        names = ", ".join(file.name for file in missing)
        yield Notice(
            "warning",
            f"release {release.tag} is immutable and was published without {names}; they cannot be attached any more",
            "Attach files while a release is a draft: let the build job run before somebody publishes it.",
        )
        return
    if is_whole(release, files[-1].name):
        for file in missing:
            yield _differ(release, file, there.get(spell_asset(file.name)))
        return
    for file in missing:
        old = there.get(spell_asset(file.name))
        yield AttachFile(release.id, release.tag, file.name, file.sha256, file.size, replaces=old.id if old else 0)


def is_whole(release: Release, last: str) -> bool:
    """Tell whether all files of a release were attached: the one that is attached last is there."""
    return any(asset.name == last and asset.is_whole for asset in release.files)


def _is_attached(file: Dist, there: dict[str, Asset]) -> bool:
    asset = there.get(spell_asset(file.name))
    if asset is None or not asset.is_whole or asset.size != file.size:
        return False
    return asset.sha256 in ("", file.sha256)


def _differ(release: Release, file: Dist, asset: Asset | None) -> Notice:
    found = f"holds {file.name} with other bytes (sha256 {asset.sha256})" if asset else f"has no {file.name}"
    return Notice(
        "conflict",
        f"release {release.tag} {found}; here it has sha256 {file.sha256}",
        "Never mix the files of two builds: publish the release's own (leave out --dist), or delete all of its files "
        "if none of them has been published anywhere.",
    )


def plan_aftermath(scene: PublishScene) -> Iterator[Step | Notice]:
    """Yield who is to be told, and which workflows are to be started, once a release is out."""
    if scene.release is None:
        if scene.targets:
            yield Notice(
                "warning",
                f"nobody is told of {scene.tag}: this token sees no GitHub release on which that could be recorded",
                "Give the job `permissions: contents: write`, or make the release first.",
            )
    else:
        for target in scene.targets:
            if target not in scene.told:
                yield Announce(scene.release.id, scene.tag, target)
    for follower in scene.followers:
        yield from _plan_follower(follower, scene)


def _plan_follower(follower: Follower, scene: PublishScene) -> Iterator[Step | Notice]:
    if follower.call.ref and scene.release is None:
        yield Notice(
            "warning",
            f"the workflow {follower.call.workflow} on {follower.call.ref} is not started: without a GitHub release "
            f"of {scene.tag} that this token sees, the next run could not tell that it was",
            "Leave `ref` out, so that it runs on the release's tag, or let the job see the release.",
        )
        return
    run = find_started(follower, scene.release)
    if run is None or (follower.call.wait and not run.is_done):
        yield start_of(follower.call, tag=scene.tag, version=scene.version)
    elif follower.call.wait and judge_runs((run,)).gate is Gate.FAILED:
        yield Notice(
            "warning",
            f"the workflow {follower.call.workflow} that follows {scene.tag} ended with {run.conclusion}",
            f"Look at it and run it again there: {run.url}",
        )


def find_started(follower: Follower, release: Release | None) -> WorkflowRun | None:
    """Give the newest run of a workflow that was started for a release; None when it was not.

    On the release's own tag any run that was started counts; on another branch only one since the publication.
    """
    since = release.published_at if release else ""
    if follower.call.ref and not since:
        return None
    runs = (run for run in follower.runs if not follower.call.ref or run.created_at >= since)
    return next(runs, None)


def start_of(call: WorkflowCall, *, tag: str, version: str) -> StartWorkflow:
    """Give the start of a workflow for a release."""
    inputs = {name: value.replace("{version}", version).replace("{tag}", tag) for name, value in call.inputs.items()}
    return StartWorkflow(tag, call.workflow, call.ref or tag, inputs, call.wait)


def read_calls(calls: Iterable[str | WorkflowCall]) -> tuple[WorkflowCall, ...]:
    """Read the workflows that a configuration names, short ones and tables alike."""
    return tuple(WorkflowCall(call) if isinstance(call, str) else call for call in calls)


def starts_as_draft(config: Config) -> bool:
    """Tell whether a release is made as a draft: when a person publishes it, or when files must go out before it is."""
    rules = config.publish
    return config.release == "draft" or bool(rules.index_names or rules.asset_kinds)
