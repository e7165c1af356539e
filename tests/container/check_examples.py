"""The workflows that a user copies, run as workflows on the sandbox's forge."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from container.workflows import Workflows
from pilotage.sandbox.train.releasing import index_files

if TYPE_CHECKING:
    from pathlib import Path

    from container.engine import Engine
    from pilotage.sandbox.train.journey import Journey

FILES = ["harbour_example-0.2.0-py3-none-any.whl", "harbour_example-0.2.0.tar.gz"]
ASSETS = ["SHA256SUMS", *FILES, "pilotage-dist.json"]


@pytest.fixture
def workflows(journey: Journey, engine: Engine, tmp_path: Path) -> Workflows:
    found = Workflows(journey.scene, engine, os.environ["PILOTAGE_CONTAINER_ACT"], tmp_path / "act")
    found.set_up()
    return found


def test_the_two_files_to_copy_carry_a_change_from_its_title_to_the_index(
    journey: Journey, workflows: Workflows
) -> None:
    forge = journey.scene.forge
    number = forge.open_pull_request("topic", "Greet ships", files={"a.txt": "a\n"})
    code, log = check_title(journey, workflows, number)
    assert code == 1, log
    assert "no-type" in log
    forge.edit_pull_request(number, title="feat: greet ships")
    code, log = check_title(journey, workflows, number)
    assert code == 0, log

    journey.merge(number)
    code, log = push(journey, workflows)
    assert code == 0, log
    (pull,) = [pull for pull in forge.realm.state.pulls if pull.is_open]
    assert pull.title == "chore(release): 0.2.0"

    journey.merge(pull.number)
    code, log = push(journey, workflows)
    assert code == 0, log
    (release,) = forge.realm.state.releases
    assert (release.tag_name, release.draft) == ("v0.2.0", True)
    assert sorted(asset.name for asset in release.assets) == ASSETS

    journey.scene.register_publisher()
    forge.publish_release(release.id)
    # a new job finds no artifact of an earlier run
    shutil.rmtree(workflows.folder / "kept")
    (workflows.folder / "kept").mkdir()
    workflows.allow(journey.scene.index_variables())
    code, log = workflows.run(
        "release", forge.event_release(release.id, "published"), ref="refs/tags/v0.2.0", workflow="release.yml"
    )
    assert code == 0, log
    assert index_files(journey.scene) == FILES


def check_title(journey: Journey, workflows: Workflows, number: int) -> tuple[int, str]:
    payload = journey.scene.forge.event_pull_request(number, "opened")
    return workflows.run("pull_request", payload, ref="refs/heads/main", workflow="pull-requests.yml")


def push(journey: Journey, workflows: Workflows) -> tuple[int, str]:
    payload = journey.scene.forge.event_push(journey.before, journey.after, "main")
    return workflows.run("push", payload, ref="refs/heads/main", workflow="release.yml")
