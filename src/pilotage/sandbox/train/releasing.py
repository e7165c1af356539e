"""The second half of the train: from the merged release pull request to files that anybody can install."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pilotage.sandbox.train.outside import fetch_files
from pilotage.sandbox.train.report import Facts, StageFailedError
from pilotage.sandbox.train.runner import read_annotations
from pilotage.sandbox.train.substitute import build_substitute, has_build_system

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.sandbox.train.journey import Journey
    from pilotage.sandbox.train.runner import JobDone
    from pilotage.sandbox.train.scene import Scene

_NO_INDEX = "this package never sees an index ([tool.pilotage.publish] index is empty)"


def make_release(journey: Journey) -> Facts:
    """Let the push of the release commit make the tag and the release."""
    forge = journey.scene.forge
    done = journey.run_push("release")
    done.expect(0, "the push of the release commit must make the tag and the release")
    row = read_row(done, journey.scene.subject.component)
    tag, identifier = row.get("tag", ""), row.get("release-id", "")
    at = forge.realm.git.resolve_commit(f"refs/tags/{tag}") if tag else None
    if row.get("released") != "true" or not identifier.isdecimal() or at is None or at.oid != journey.after:
        message = f"the tag {tag!r} was expected on the release commit {journey.after[:10]}, and a release with it"
        raise StageFailedError(message, exit_code=done.code, output=done.tail)
    release = forge.release(int(identifier))
    journey.version, journey.tag, journey.release_id = row.get("version", ""), tag, release.id
    journey.release_url, journey.notes = row.get("release-url", ""), release.body or ""
    return {"version": journey.version, "tag": tag, "commit": at.oid, "release": release.id, "draft": release.draft}


def read_row(done: JobDone, component: str) -> Mapping[str, str]:
    """Read what a job's outputs say of one package; without a component they all speak of the one there is."""
    if not component:
        return done.outputs
    try:
        rows = json.loads(done.outputs.get("components", ""))
    except ValueError:
        rows = []
    found: dict[str, object] = next((row for row in rows if row.get("name") == component), {})
    named = {name.replace("_", "-"): value for name, value in found.items()}
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in named.items()
        if isinstance(value, bool | int | str)
    }


def publish_release(journey: Journey) -> Facts:
    """Let a maintainer, or the program itself, publish the draft: the files are built, uploaded and verified."""
    scene = journey.scene
    scene.register_publisher()
    publish = _let_it_publish if scene.subject.publishes_itself else _let_people_publish
    done = publish(journey)
    facts: Facts = {"tag": journey.tag}
    if done.code == 1 and not has_build_system(scene, journey.tag):
        facts["warning"] = (
            "this project declares no [build-system] and cannot be built as it is: "
            f"{read_complaint(done.log)}; a stand-in was published"
        )
        journey.dist = build_substitute(scene, tag=journey.tag, version=journey.version)
        done = publish(journey)
    done.expect(0, "a published release must be built, uploaded and verified")
    release = scene.forge.release(journey.release_id)
    if release.draft:
        raise StageFailedError("the release is still a draft", exit_code=done.code, output=done.tail)
    url = journey.release_url.rpartition("/releases/")[0]
    journey.release_url = f"{url}/releases/tag/{journey.tag}"
    journey.claimed = done.summary
    facts["files"] = index_files(scene)
    facts["assets"] = sorted(asset.name for asset in release.assets)
    if not scene.subject.is_published:
        return facts | {"note": _NO_INDEX}
    if not facts["files"]:
        raise StageFailedError("no file reached the index", exit_code=done.code, output=done.tail)
    return facts


def _let_people_publish(journey: Journey) -> JobDone:
    if journey.scene.forge.release(journey.release_id).draft:
        journey.scene.forge.publish_release(journey.release_id)
    return journey.run_release("publish")


def _let_it_publish(journey: Journey) -> JobDone:
    return journey.run_push("publish", is_publishing=True)


def verify_files(journey: Journey) -> Facts:
    """Fetch the files from outside, hash them, and hold them against what the program said."""
    scene = journey.scene
    if not scene.subject.is_published:
        return {"note": _NO_INDEX}
    served = [file for project in scene.index.world() for file in fetch_files(scene.shop.simple_url, project)]
    for file in served:
        if file.name not in journey.claimed or file.sha256 not in journey.claimed:
            raise StageFailedError(f"the index serves {file.name} with sha256 {file.sha256}; the program named others")
    return {"files": [file.name for file in served], "sha256": [file.sha256 for file in served]}


def run_again(journey: Journey) -> Facts:
    """Send the same events once more: nothing is left to do, so nothing is written."""
    scene = journey.scene
    before = (scene.forge.world(), scene.index.world())
    logged = len(scene.forge.log)
    scene.index.mark()
    push = journey.run_push("again")
    push.expect(0, "the same push once more must find nothing to do")
    push_requests = scene.forge.api_calls()
    release = journey.run_release("again")
    release.expect(0, "the same release once more must find nothing to do")
    writes = count_writes(scene, since=logged)
    if writes or (scene.forge.world(), scene.index.world()) != before:
        message = f"running once more must change nothing; {writes} requests wrote"
        raise StageFailedError(message, exit_code=release.code, output=release.tail)
    return {
        "writes": writes,
        "push_requests": push_requests,
        "release_requests": scene.forge.api_calls() - push_requests,
    }


def count_writes(scene: Scene, *, since: int) -> int:
    """Count the requests that write: REST but GET, GraphQL mutations, pushes, and uploads since the index's mark."""
    count = 0
    for request in scene.forge.log[since:]:
        if request.kind == "graphql":
            query = request.body.get("query", "") if isinstance(request.body, dict) else ""
            count += str(query).lstrip().startswith("mutation")
        elif request.kind == "git":
            count += request.operation == "git-receive-pack"
        else:
            count += request.method not in {"GET", "HEAD"}
    return count + sum(call.method not in {"GET", "HEAD"} for call in scene.index.calls())


def index_files(scene: Scene) -> list[str]:
    """Give the names of the files on the index, sorted."""
    return sorted(str(file["name"]) for files in scene.index.world().values() for file in files)


def read_complaint(log: str) -> str:
    """Read what a build backend complained about: its own error, else the last line that it wrote."""
    lines = [line.strip(" |") for line in read_annotations(log).split("\n") if line.lstrip().startswith("|")]
    said = [line for line in lines if line]
    return next((line for line in said if line.startswith("error:")), said[-1] if said else "its build failed")
