"""The whole train, event by event, each in a container as GitHub's runner starts it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from container.webhooks import FOLDER, adapt
from pilotage.sandbox.train.rehearsal import _ACTS
from pilotage.sandbox.train.releasing import index_files

if TYPE_CHECKING:
    from container.runner import ContainerRunner
    from pilotage.sandbox.train.journey import Journey

FILES = ["harbour_example-0.2.0-py3-none-any.whl", "harbour_example-0.2.0.tar.gz"]


def test_the_whole_train_arrives_in_containers_and_nothing_is_left_that_belongs_to_root(
    journey: Journey, runner: ContainerRunner
) -> None:
    seconds: dict[str, float] = {}
    facts: dict[str, object] = {}
    for name, act in _ACTS.items():
        started = time.perf_counter()
        facts[name] = act(journey)
        seconds[name] = round(time.perf_counter() - started, 1)
    scene = journey.scene
    assert scene.jobs == ["title", "title", "release-pr", "update", "release", "publish", "again", "again"]
    assert facts["release"] == {
        "version": "0.2.0",
        "tag": "v0.2.0",
        "commit": journey.after,
        "release": journey.release_id,
        "draft": True,
    }
    assert index_files(scene) == FILES
    assert facts["again"]["writes"] == 0  # type: ignore[index] # facts of a stage are a dictionary
    assert runner.strangers == []
    if report := os.environ.get("PILOTAGE_CONTAINER_REPORT"):
        Path(report).write_text(json.dumps(seconds), encoding="utf-8")


def test_events_hold_what_github_sends_beside_what_the_sandbox_knows(journey: Journey) -> None:
    if not FOLDER.is_dir():
        pytest.skip(f"{FOLDER} is absent")
    number = journey.scene.forge.open_pull_request("a", "feat: greet", files={"a.txt": "a"})
    ours = journey.scene.forge.event_pull_request(number, "opened")
    event = adapt("pull_request_target", ours, repository="acme/harbour-example")
    text = json.dumps(event)
    assert event["number"] == number
    assert len(text) > len(json.dumps(ours))
    assert "Hello-World" not in text.replace("hello-world", "")
