from __future__ import annotations

import json
from pathlib import Path

import pytest

from pilotage.domains.events import read_event
from pilotage.errors import UsageError
from pilotage.model.event import (
    Event,
    MergeGroupEvent,
    OtherEvent,
    PushEvent,
    ReconcileEvent,
    ReleaseEvent,
    TitleEvent,
)

WEBHOOKS = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "github" / "webhooks"
KINDS: dict[str, type[Event]] = {
    "pull_request": TitleEvent,
    "merge_group": MergeGroupEvent,
    "push": PushEvent,
    "release": ReleaseEvent,
    "workflow_dispatch": ReconcileEvent,
    "repository_dispatch": ReconcileEvent,
    "workflow_run": OtherEvent,
    "issue_comment": OtherEvent,
}
REPOSITORY = {"full_name": "acme/demo", "default_branch": "main"}
SHA = "a" * 40


def read(name: str, payload: object, *, repository: str = "") -> Event:
    return read_event(name, json.dumps(payload), place="event.json", repository=repository)


def pull_request(head: object, *, body: str | None = "why") -> dict[str, object]:
    base = {"ref": "main", "repo": {"full_name": "acme/demo"}}
    pull = {"number": 7, "title": "feat: fly", "body": body, "head": head, "base": base}
    return {"action": "opened", "pull_request": pull, "repository": REPOSITORY}


OWN = {"ref": "fly", "repo": {"full_name": "acme/demo"}}
FORK = {"ref": "fly", "repo": {"full_name": "stranger/demo"}}


def official(name: str) -> str:
    path = WEBHOOKS / name
    if not path.is_file():
        pytest.skip("GitHub's official payloads are not beside this checkout (../shared/data/github/webhooks)")
    return path.read_text(encoding="utf-8")


def test_every_official_payload_is_read() -> None:
    official("push.tag.json")
    paths = sorted(WEBHOOKS.rglob("*.json"))
    kinds = {
        path.name: type(read_event(path.name.split(".")[0], path.read_text(encoding="utf-8"), place=path.name))
        for path in paths
    }
    assert kinds == {path.name: KINDS[path.name.split(".")[0]] for path in paths}


def test_an_official_merged_pull_request_is_read() -> None:
    payload = json.loads(official("derived/pull_request.closed.merged.json"))["pull_request"]
    event = read_event("pull_request_target", official("derived/pull_request.closed.merged.json"), place="p")
    assert isinstance(event, TitleEvent)
    assert (event.number, event.title, event.is_fork) == (payload["number"], payload["title"], False)


def test_an_official_push_of_a_tag_is_no_push_to_a_branch() -> None:
    event = read_event("push", official("push.tag.json"), place="p")
    assert isinstance(event, PushEvent)
    assert event.branch == ""


def test_an_official_pull_request_without_a_text_has_an_empty_one() -> None:
    event = read_event("pull_request", official("pull_request.opened.null_body.json"), place="p")
    assert isinstance(event, TitleEvent)
    assert event.body == ""


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target"])
def test_a_pull_request_is_read(name: str) -> None:
    assert read(name, pull_request(OWN)) == TitleEvent(
        7, "feat: fly", "why", is_fork=False, head_branch="fly", base_branch="main"
    )


def test_the_line_ends_of_the_web_form_become_plain_ones() -> None:
    event = read("pull_request", pull_request(OWN, body="a\r\nb"))
    assert isinstance(event, TitleEvent)
    assert event.body == "a\nb"


def test_a_null_body_is_empty() -> None:
    assert read("pull_request", pull_request(OWN, body=None)) == TitleEvent(
        7, "feat: fly", head_branch="fly", base_branch="main"
    )


@pytest.mark.parametrize("head", [FORK, {"ref": "fly", "repo": None}, {"ref": "fly"}])
def test_a_fork_is_told_even_when_it_was_deleted(head: object) -> None:
    event = read("pull_request_target", pull_request(head))
    assert isinstance(event, TitleEvent)
    assert event.is_fork


def test_names_of_repositories_are_compared_without_case() -> None:
    event = read("pull_request", pull_request({"ref": "x", "repo": {"full_name": "Acme/Demo"}}), repository="ACME/demo")
    assert isinstance(event, TitleEvent)
    assert not event.is_fork


def test_a_merge_group_gives_its_head_and_what_it_stands_on() -> None:
    group = {
        "head_commit": {"message": "feat: fly (#7)\n\nwhy"},
        "base_ref": "refs/heads/1.x",
        "base_sha": SHA,
        "head_ref": "refs/heads/gh-readonly-queue/1.x/pr-7-a",
    }
    payload = {"merge_group": group, "repository": REPOSITORY}
    assert read("merge_group", payload) == MergeGroupEvent(
        "feat: fly (#7)\n\nwhy", "1.x", base_sha=SHA, head_branch="gh-readonly-queue/1.x/pr-7-a"
    )


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"ref": "refs/heads/a/b", "after": SHA}, PushEvent("a/b", SHA, "main")),
        ({"ref": "refs/tags/v1", "after": SHA}, PushEvent("", SHA, "main")),
        ({"ref": "refs/heads/x", "after": "0" * 40, "deleted": True}, PushEvent("x", "", "main")),
    ],
)
def test_a_push_gives_the_branch_and_where_it_points(payload: dict[str, object], expected: PushEvent) -> None:
    assert read("push", payload | {"repository": REPOSITORY}) == expected


def test_a_release_gives_its_action_and_tag() -> None:
    payload = {"action": "published", "release": {"tag_name": "v1"}, "repository": REPOSITORY}
    assert read("release", payload) == ReleaseEvent("published", "v1", "main")


def test_a_clock_or_a_person_asks_to_look_at_everything() -> None:
    assert read("schedule", {"schedule": "5 4 * * *"}) == ReconcileEvent("schedule", "")
    assert read("workflow_dispatch", {"repository": REPOSITORY}) == ReconcileEvent("workflow_dispatch", "main")


def test_any_other_event_is_known_by_its_name_only() -> None:
    assert read("watch", {"repository": REPOSITORY}) == OtherEvent("watch")


@pytest.mark.parametrize("name", ["pull_request", "push", "schedule", "watch"])
def test_an_event_of_another_repository_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=r"event\.json: the event speaks of 'acme/demo', this run is for 'acme/other'"):
        read(name, {"repository": REPOSITORY}, repository="acme/other")


GARBAGE = {
    "nothing": "",
    "no JSON": "<html>",
    "a list": "[]",
    "cut": '{"pull_request": {',
    "no pull request": json.dumps({"repository": REPOSITORY}),
    "a wrong type": json.dumps({"repository": REPOSITORY, "pull_request": 7}),
    "a bottomless pit": '{"x":' + "[" * 100_000,
    "a half character": '{"repository": {"full_name": "\\ud800"}}',
}


@pytest.mark.parametrize("what", GARBAGE)
@pytest.mark.parametrize("name", ["pull_request", "push", "release", "merge_group"])
def test_garbage_is_refused_with_its_place(name: str, what: str) -> None:
    with pytest.raises(UsageError, match=rf"^event\.json: not the payload of a {name} event: .") as caught:
        read_event(name, GARBAGE[what], place="event.json")
    assert "GITHUB_EVENT_PATH" in caught.value.hint
