"""Events have the shape of GitHub's webhook payloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.forgeclient import Client, new_forge
from sandbox.githubschema import official_api, read_webhook

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.sandbox.forge import Forge


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return new_forge(tmp_path / "forge")


def _keys(value: object, prefix: str = "") -> set[str]:
    """Give the paths of all keys, through arrays."""
    if isinstance(value, list):
        return set().union(*(_keys(item, prefix + "[]") for item in value))
    if not isinstance(value, dict):
        return set()
    return {f"{prefix}.{key}" for key in value}.union(*(_keys(item, f"{prefix}.{key}") for key, item in value.items()))


# what only some repositories, accounts or ages of the API have
_NOT_OURS = (
    *(
        ".repository.license.",
        ".installation",
        ".organization",
        ".changes",
        ".pull_request.milestone",
        ".pull_request.labels[]",
    ),
    *(
        ".workflow_run.pull_requests[]",
        ".pull_request.assignee.",
        ".pull_request.assignees[]",
        ".pull_request.requested",
        ".release.discussion_url",
    ),
)


def _missing(event: dict[str, object], example: str) -> set[str]:
    lacking = _keys(read_webhook(example)) - _keys(event)
    return {key for key in lacking if not key.startswith(_NOT_OURS)}


def test_events_have_the_keys_of_githubs_examples(forge: Forge) -> None:
    before = forge.realm.git.branch("main") or ""
    number = forge.open_pull_request("topic", "feat: a topic", "why", files={"a.txt": "a"})
    opened = forge.event_pull_request(number, "opened")
    assert _missing(opened, "pull_request.opened") == set()
    edited = forge.event_pull_request(number, "edited", changes={"title": {"from": "old"}})
    assert _missing(edited, "derived/pull_request.edited") == set()
    forge.push("topic", {"a.txt": "b"}, "fix: b")
    assert _missing(forge.event_pull_request(number, "synchronize"), "pull_request.synchronize") == set()
    forge.queue_pull_request(number)
    assert _missing(forge.event_merge_group(number), "merge_group.checks_requested") == set()
    after = forge.merge_pull_request(number)
    assert _missing(forge.event_pull_request(number, "closed"), "derived/pull_request.closed.merged") == set()
    push = forge.event_push(before, after, "main")
    assert _missing(push, "derived/push.branch.several_commits") == set()
    assert _missing(forge.event_workflow_dispatch(), "workflow_dispatch") == set()
    run = forge.event_workflow_run(forge.add_run("ci.yml", after, conclusion="failure"))
    assert _missing(run, "workflow_run.completed") == set()
    told = run["workflow_run"]
    assert isinstance(told, dict)
    assert (run["action"], told["conclusion"], told["head_sha"]) == ("completed", "failure", after)


def test_release_events_have_the_keys_of_githubs_examples(forge: Forge) -> None:
    with forge.serve() as endpoint:
        body = {"tag_name": "v1.0.0", "name": "v1.0.0", "draft": True}
        number = Client(endpoint).send("POST", "/releases", body).json()["id"]
    assert _missing(forge.event_release(number, "created"), "derived/release.created.draft") == set()
    forge.publish_release(number)
    event = forge.event_release(number, "published")
    assert _missing(event, "release.published") == set()
    assert official_api().check_component("release", event["release"]) == []


def test_a_push_tells_whether_it_made_forced_or_deleted(forge: Forge) -> None:
    zero, first = "0" * 40, forge.realm.git.branch("main") or ""
    second = forge.push("main", {"README.md": None, "src/demo/__init__.py": "1", "n": "n"}, "fix: many")

    def flags(before: str, after: str) -> tuple[object, object, object]:
        event = forge.event_push(before, after, "main")
        return event["created"], event["deleted"], event["forced"]

    assert flags(zero, second) == (True, False, False)
    assert flags(first, zero) == (False, True, False)
    assert flags(second, first) == (False, False, True)
    assert flags(first, second) == (False, False, False)
    head = forge.event_push(first, second, "main")["head_commit"]
    assert isinstance(head, dict)
    assert (head["added"], head["removed"], head["modified"]) == (["n"], ["README.md"], ["src/demo/__init__.py"])
    assert forge.event_push(first, zero, "main")["commits"] == []
