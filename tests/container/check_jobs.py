"""Jobs in other circumstances than the ordinary ones: each ends as it should, and says what to do."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from container.runner import Circumstances
from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.forge import Forge
from pilotage.sandbox.train.changing import check_title, merge_feature, merge_release_pull, open_release_pull
from pilotage.sandbox.train.releasing import index_files, make_release
from pilotage.sandbox.train.runner import TOKEN, Job, read_annotations
from train.downstreamyard import publish

if TYPE_CHECKING:
    from pathlib import Path

    from container.runner import ContainerRunner
    from pilotage.sandbox.train.journey import Journey
    from pilotage.sandbox.train.runner import JobDone

COMMAND_TITLE = "::set-output name=title-ok::true"


def look(journey: Journey, title: str) -> JobDone:
    """Open a pull request and let the gate look at it."""
    number = journey.scene.forge.open_pull_request("topic", title, files={"a.txt": "a\n"})
    return journey.run_title(number, "opened")


def on_the_way(journey: Journey) -> None:
    """Merge a feature."""
    check_title(journey)
    merge_feature(journey)


def as_command(journey: Journey, command: str, **inputs: str) -> JobDone:
    """Run the action with a command of its own on the branch's push."""
    forge, branch = journey.scene.forge, journey.scene.subject.branch
    payload = forge.event_push(journey.before, journey.after, branch)
    variables = {"INPUT_COMMAND": command} | {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
    return journey.scene.run(command, Job("push", payload, f"refs/heads/{branch}", journey.after, variables))


@pytest.mark.parametrize(
    "has_checkout",
    [
        False,
        True,
    ],
)
def test_titles_and_releases_need_no_workspace_that_can_be_written(
    journey: Journey, runner: ContainerRunner, *, has_checkout: bool
) -> None:
    runner.circumstances = Circumstances(has_checkout=has_checkout, read_only=("workspace",))
    on_the_way(journey)
    open_release_pull(journey)


def test_titles_and_releases_need_no_checkout(journey: Journey, runner: ContainerRunner) -> None:
    runner.circumstances = Circumstances(has_checkout=False)
    on_the_way(journey)
    open_release_pull(journey)
    assert runner.strangers == []


def test_a_job_without_inputs_says_which_one_it_needs(journey: Journey, runner: ContainerRunner) -> None:
    runner.circumstances = Circumstances(has_inputs=False)
    done = journey.run_push("release-pr")
    assert done.code == 5
    assert "Give a token" in read_annotations(done.log)
    assert "Traceback" not in done.log


@pytest.mark.parametrize(("title", "code"), [("Greet the ships", 1), ("feat: greet the ships", 0)])
def test_a_forks_pull_request_is_checked_with_a_token_that_may_only_read(
    journey: Journey, runner: ContainerRunner, title: str, code: int
) -> None:
    runner.circumstances = Circumstances(has_checkout=False)
    forge = journey.scene.forge
    forge.tokens["ghs_reads"] = Permission.READ
    number = forge.open_pull_request("topic", title, files={"a.txt": "a\n"}, fork="stranger/harbour-example")
    payload, head = forge.event_pull_request(number, "opened"), forge.pull_request(number).head_sha
    job = Job("pull_request", payload, f"refs/pull/{number}/merge", head, {"INPUT_TOKEN": "ghs_reads"})
    done = journey.scene.run("fork", job)
    assert (done.code, done.outputs["title-ok"]) == (code, "false" if code else "true")


def test_a_body_of_a_megabyte_is_read(journey: Journey) -> None:
    forge = journey.scene.forge
    number = forge.open_pull_request("topic", "feat: greet the ships", files={"a.txt": "a\n"})
    payload = forge.event_pull_request(number, "opened")
    pull = payload["pull_request"]
    assert isinstance(pull, dict)
    long = payload | {"pull_request": pull | {"body": "word: <!-- \n" * 87_000}}
    done = journey.scene.run("title", Job("pull_request_target", long, "refs/heads/main", journey.before))
    assert (done.code, done.outputs["title-ok"], done.outputs["bump"]) == (0, "true", "minor")


def test_a_title_that_is_a_workflow_command_stays_a_title(journey: Journey) -> None:
    done = look(journey, COMMAND_TITLE)
    assert (done.code, done.outputs["title-ok"]) == (1, "false")
    assert not [line for line in done.log.splitlines() if line.strip().startswith("::set-output")]


def test_files_of_the_runner_that_cannot_be_written_end_the_job_with_a_hint(
    journey: Journey, runner: ContainerRunner
) -> None:
    runner.circumstances = Circumstances(read_only=("_runner_file_commands",))
    done = look(journey, "feat: greet the ships")
    assert done.code == 2
    assert "cannot be written" in done.log
    assert "Traceback" not in done.log


def test_a_job_that_cannot_prove_who_it_is_names_the_permission(journey: Journey) -> None:
    on_the_way(journey)
    open_release_pull(journey)
    merge_release_pull(journey)
    make_release(journey)
    scene = journey.scene
    scene.register_publisher()
    scene.forge.publish_release(journey.release_id)
    variables = {"INPUT_INDEX": scene.shop.upload_url}
    payload = scene.forge.event_release(journey.release_id, "published")
    done = scene.run("publish", Job("release", payload, f"refs/tags/{journey.tag}", journey.after, variables))
    assert done.code != 0
    assert "id-token: write" in done.log
    assert index_files(scene) == []


def test_an_event_of_another_repository_is_refused(journey: Journey) -> None:
    forge, branch = journey.scene.forge, journey.scene.subject.branch
    payload = forge.event_push(journey.before, journey.after, branch)
    repository = payload["repository"]
    assert isinstance(repository, dict)
    lying = payload | {"repository": repository | {"full_name": "acme/another"}}
    done = journey.scene.run("lie", Job("push", lying, f"refs/heads/{branch}", journey.after))
    assert done.code == 2
    assert "acme/another" in done.log


def test_what_is_built_belongs_to_the_owner_of_the_workspace(journey: Journey, runner: ContainerRunner) -> None:
    done = as_command(journey, "build", dist="dist")
    assert done.code == 0, done.tail
    assert set(runner.written) == {
        "SHA256SUMS",
        "harbour_example-0.1.0-py3-none-any.whl",
        "harbour_example-0.1.0.tar.gz",
        "pilotage-dist.json",
    }
    assert runner.strangers == []


def test_a_link_out_of_the_workspace_is_neither_followed_nor_given_away(
    journey: Journey, runner: ContainerRunner
) -> None:
    runner.circumstances = replace(runner.circumstances, links={"dist": "/etc"})
    done = as_command(journey, "build", dist="dist/pilotage")
    assert "Traceback" not in done.log
    assert runner.strangers == []


def test_a_release_reaches_a_repository_that_uses_it(journey: Journey, tmp_path: Path) -> None:
    forge = journey.scene.forge
    owner = forge.realm.state.owner
    user = Forge(tmp_path / "flow", owner=owner, name="flow", site=forge.site)
    user.push("main", {"requirements.txt": "harbour-example==0.0.1\n"}, "chore: begin")
    entry = forge.realm.git.entry(forge.realm.git.need_commit(journey.after).tree, "pyproject.toml")
    assert entry is not None
    text = (forge.realm.git.read_blob(entry.oid) or b"").decode()
    rules = f'\n[tool.pilotage.downstream]\nrepositories = ["{owner}/flow"]\n'
    journey.after = forge.push("main", {"pyproject.toml": text + rules}, "chore: name who uses it")
    version = str(tomllib.loads(text)["project"]["version"])
    publish(forge, version, "### Features\n\n- greet people\n")
    done = as_command(journey, "downstream", **{"downstream-token": TOKEN})
    assert done.code == 0, done.log
    (pull,) = user.realm.state.pulls
    assert pull.title.startswith(f"build(deps): update harbour-example to {version}")
    assert [row["state"] for row in json.loads(done.outputs["downstream"])["rows"]] == ["open"]
    assert done.outputs["downstream-failed"] == "false"
