"""An event's file that is not what the runner writes: refused before anything is asked or changed."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from hostile.hostileground import Ground, open_ground
from pilotage.domains.events import read_event
from pilotage.errors import UsageError
from pilotage.model.event import TitleEvent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("pull_request", "pull_request_target", "push", "release", "merge_group", "workflow_dispatch", "schedule")
REPOSITORY = {"full_name": "acme/demo", "default_branch": "main"}


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with open_ground(tmp_path) as open_:
        open_.forge.push("main", {"x.txt": "x"}, "feat: greet people")
        yield open_


def fork_event(**changes: object) -> dict[str, object]:
    pull = {
        "number": 1,
        "title": "feat: greet people",
        "head": {"ref": "topic", "repo": {"full_name": "someone/demo"}},
        "base": {"ref": "main"},
    }
    return {"action": "opened", "pull_request": {**pull, **changes}, "repository": REPOSITORY}


@pytest.mark.parametrize("event", ["push", "pull_request_target", "release", "workflow_dispatch"])
def test_an_event_that_lies_about_the_repository_changes_nothing(ground: Ground, event: str) -> None:
    payload = {
        **fork_event(),
        "ref": "refs/heads/main",
        "after": "a" * 40,
        "action": "published",
        "release": {"tag_name": "v0.1.0"},
        "repository": {"full_name": "mallory/demo\n::add-mask::a", "default_branch": "main"},
    }
    before, asked = ground.forge.world(), len(ground.forge.log)
    workspace = ground.check_out()
    asked = len(ground.forge.log)
    ended = ground.run(event, payload, workspace=workspace)
    assert (ended.code, ended.strange_commands()) == (2, []), ended.log
    assert "this run is for 'acme/demo'" in ended.log
    assert len(ground.forge.log) == asked, "not even a question"
    assert ground.forge.world() == before
    assert ended.output_text == ""


GARBAGE: dict[str, bytes] = {
    "empty": b"",
    "not json": b"\x7fELF",
    "not utf-8": b'{"repository": {"full_name": "\xff"}}',
    "utf-16": json.dumps(fork_event()).encode("utf-16"),
    "deep": b"[" * 1_000_000,
    "deep inside": b'{"repository": ' + b'{"a": ' * 500_000,
    "a list": b"[]",
    "nothing in it": b"{}",
    "other kinds": b'{"repository": 5, "pull_request": [], "ref": {}, "release": 1, "merge_group": null}',
    "half a character": b'{"repository": {"full_name": "\\ud800", "default_branch": "main"}, "ref": "refs/heads/main"}',
    "fifty megabytes": b'{"x": "' + b"x" * 50_000_000 + b'"}',
    "fifty megabytes of brackets": b'{"x": [' + b"[]," * 16_000_000 + b"[]]}",
}


@pytest.mark.parametrize("what", GARBAGE)
@pytest.mark.parametrize("event", ["push", "pull_request_target"])
def test_a_payload_that_is_none_is_refused_with_its_place(ground: Ground, event: str, what: str) -> None:
    before = ground.forge.world()
    started = time.monotonic()
    ended = ground.run(event, GARBAGE[what], workspace=ground.folder)
    assert ended.code == 2, ended.log
    assert "event.json" in ended.log
    assert "Traceback" not in ended.log
    assert len(ended.log) < 5000
    assert ground.forge.world() == before
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("name", NAMES)
def test_a_field_that_is_missing_is_named_or_not_needed(name: str) -> None:
    whole: dict[str, object] = {
        **fork_event(),
        "ref": "refs/heads/main",
        "after": "a" * 40,
        "release": {"tag_name": "v1"},
        "merge_group": {
            "head_commit": {"message": "feat: x"},
            "base_ref": "refs/heads/main",
            "base_sha": "a" * 40,
            "head_ref": "refs/heads/gh-readonly-queue/main/pr-1",
        },
    }
    for field in whole:
        cut = {key: value for key, value in whole.items() if key != field}
        words = refusal_of(name, cut)
        assert not words or (field in words and "event.json" in words), words


def refusal_of(name: str, payload: object) -> str:
    """Give the words of a refusal; empty when the event is read."""
    try:
        read_event(name, json.dumps(payload), place="event.json", repository="acme/demo")
    except UsageError as error:
        return error.message
    return ""


@pytest.mark.parametrize(
    ("field", "value"),
    [("number", "1"), ("number", 1.5), ("title", None), ("title", 5), ("head", None), ("base", {}), ("body", 5)],
)
def test_a_field_of_another_kind_is_refused(field: str, value: object) -> None:
    with pytest.raises(UsageError, match=field):
        read_event("pull_request", json.dumps(fork_event(**{field: value})), place="event.json")


@pytest.mark.parametrize(
    "head",
    [
        {"ref": "topic", "repo": None},
        {"ref": "topic"},
        {"ref": "topic", "repo": {"full_name": "someone/demo"}},
        {"ref": "topic", "repo": {"full_name": "acme/demo/"}},
        {"ref": "topic", "repo": {"full_name": " acme/demo"}},
        {"ref": "topic", "repo": {"full_name": ""}},
    ],
)
def test_whatever_is_not_this_repository_is_a_fork(head: object) -> None:
    event = read_event("pull_request_target", json.dumps(fork_event(head=head)), place="event.json")
    assert isinstance(event, TitleEvent)
    assert event.is_fork


@pytest.mark.parametrize("number", [-1, 0, 10**18])
def test_a_pull_request_that_there_cannot_be_is_told_and_not_guessed(ground: Ground, number: int) -> None:
    ended = ground.run("pull_request_target", fork_event(number=number))
    assert ended.code in {2, 5}, ended.log
    assert "Traceback" not in ended.log
    assert ended.outputs["title-ok"] == ""
    assert ground.comments == []


def test_a_default_branch_that_breaks_its_line_commands_nothing(ground: Ground) -> None:
    branch = "main\n::set-output name=version::9\n::add-mask::a"
    payload = {"ref": "refs/tags/v1", "after": "a" * 40, "repository": {**REPOSITORY, "default_branch": branch}}
    ended = ground.run("push", payload, workspace=ground.folder)
    assert (ended.code, ended.strange_commands()) == (0, []), ended.log
    assert ended.outputs["version"] == ""


@pytest.mark.parametrize("name", ["", "push\n::add-mask::a", "pull_request_review", "workflow_run", "x" * 10_000])
def test_an_event_of_an_unknown_name_does_nothing(ground: Ground, name: str) -> None:
    before = ground.forge.world()
    ended = ground.run(name, {"repository": REPOSITORY}, workspace=ground.folder)
    assert (ended.code, ended.strange_commands()) == (0 if name else 2, []), ended.log
    assert len(ended.log) < 5000
    assert ground.forge.world() == before
