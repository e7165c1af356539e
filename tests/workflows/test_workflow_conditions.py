"""Which jobs run for which event, by the conditions as they are written."""

from __future__ import annotations

import msgspec
import pytest

from pilotage.model.plan import Plan
from pilotage.model.step import CreateTag, OpenPullRequest, Step
from workflows.expressions import Expression
from workflows.jobruns import Ending, ran, run_jobs
from workflows.workflowfiles import ROOT, Workflow, read_called

PUSH = {"event_name": "push", "event": {}}
DISPATCH = {"event_name": "workflow_dispatch", "event": {}}
WITH_FILES = {"event_name": "release", "event": {"release": {"assets": [{"id": 1}], "prerelease": False}}}
WITHOUT_FILES = {"event_name": "release", "event": {"release": {"assets": [], "prerelease": False}}}
PRERELEASE = {"event_name": "release", "event": {"release": {"assets": [{"id": 1}], "prerelease": True}}}
NOTHING = Ending({"upload-needed": "false", "released": "false"})
RELEASED = Ending({"upload-needed": "true", "released": "true", "tag": "v1.4.0", "sha": "a" * 40})
BUILT = Ending({"artifact": "dist"})
TAGS = Ending({"is-release": "true"})
ONLY_A_PULL_REQUEST = Ending({"is-release": "false"})
FAILED = Ending(result="failure")


def workflow(name: str) -> Workflow:
    return read_called(ROOT / name)


SINGLE = workflow("examples/single-package/.github/workflows/release.yml")
TRAIN = workflow(".github/workflows/release-train.yml")
CHAINS = ["workspace", "token-only", "app-token", "private-index"]


@pytest.mark.parametrize("event", [PUSH, DISPATCH], ids=["push", "dispatch"])
def test_a_push_without_a_release_only_keeps_the_pull_request(event: dict[str, object]) -> None:
    assert ran(run_jobs(SINGLE, event, {"release": NOTHING})) == ["release"]


@pytest.mark.parametrize("event", [PUSH, DISPATCH], ids=["push", "dispatch"])
def test_a_release_is_built_and_its_draft_gets_the_files(event: dict[str, object]) -> None:
    results = run_jobs(SINGLE, event, {"release": RELEASED, "build": BUILT})
    assert ran(results) == ["release", "build", "attach"]


def test_a_published_draft_is_sent_out_without_another_build() -> None:
    assert ran(run_jobs(SINGLE, WITH_FILES)) == ["publish"]


def test_a_published_draft_that_lost_its_files_is_built_in_a_job_without_rights() -> None:
    assert ran(run_jobs(SINGLE, WITHOUT_FILES, {"build": BUILT})) == ["build", "publish"]


@pytest.mark.parametrize(
    ("event", "endings", "expected"),
    [
        (PUSH, {"release": FAILED}, ["release"]),
        (PUSH, {"release": RELEASED, "build": FAILED}, ["release", "build"]),
        (WITHOUT_FILES, {"build": FAILED}, ["build"]),
    ],
    ids=["release", "build", "build of a published release"],
)
def test_nothing_follows_a_job_that_failed(
    event: dict[str, object], endings: dict[str, Ending], expected: list[str]
) -> None:
    assert ran(run_jobs(SINGLE, event, endings)) == expected


@pytest.mark.parametrize("name", CHAINS)
def test_a_release_that_nobody_clicks_goes_out_in_one_run(name: str) -> None:
    found = workflow(f"examples/{name}/.github/workflows/release.yml")
    assert ran(run_jobs(found, PUSH, {"release": NOTHING})) == ["release"]
    assert ran(run_jobs(found, PUSH, {"release": RELEASED})) == ["release", "build", "publish"]
    assert ran(run_jobs(found, PUSH, {"release": RELEASED, "build": FAILED})) == ["release", "build"]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (CreateTag("v1.4.0", "a" * 40), True),
        (OpenPullRequest("release", "main", 'feat: "step":"create-tag"', '{"step":"create-tag"}'), False),
    ],
    ids=["a tag", "a stranger's words"],
)
def test_a_plan_says_whether_a_tag_is_made(step: Step, expected: object) -> None:
    plan = Plan("acme/demo", "main", "a" * 40, steps=(step,)).to_json()
    contexts = {"steps": {"pilotage": {"outputs": {"plan": plan}}}}
    assert Expression(TRAIN.jobs["plan"].outputs["is-release"], contexts).evaluate() is expected


def test_our_own_push_without_a_release_makes_no_image() -> None:
    endings = {"plan": ONLY_A_PULL_REQUEST, "release": NOTHING}
    assert ran(run_jobs(TRAIN, PUSH, endings)) == ["plan", "release"]


def test_our_own_image_comes_before_the_tag() -> None:
    endings = {"plan": TAGS, "release": RELEASED, "build": BUILT}
    assert ran(run_jobs(TRAIN, PUSH, endings)) == ["plan", "image", "release", "build", "attach"]
    assert "image" in TRAIN.jobs["release"].needed


@pytest.mark.parametrize(
    ("endings", "expected"),
    [
        ({"plan": FAILED}, ["plan"]),
        ({"plan": TAGS, "image": FAILED}, ["plan", "image"]),
    ],
    ids=["plan", "image"],
)
def test_no_tag_is_made_without_what_comes_before_it(endings: dict[str, Ending], expected: list[str]) -> None:
    assert ran(run_jobs(TRAIN, PUSH, endings)) == expected


def test_what_users_pull_moves_last() -> None:
    assert ran(run_jobs(TRAIN, WITH_FILES)) == ["image", "publish", "pin"]
    assert TRAIN.jobs["pin"].needed == ["image", "publish"]


@pytest.mark.parametrize(
    ("event", "endings"),
    [(WITH_FILES, {"publish": FAILED}), (WITH_FILES, {"image": FAILED}), (PRERELEASE, {}), (PUSH, {"plan": TAGS})],
    ids=["publish", "image", "pre-release", "push"],
)
def test_what_users_pull_stays_else(event: dict[str, object], endings: dict[str, Ending]) -> None:
    assert "pin" not in ran(run_jobs(TRAIN, event, endings))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (".github/workflows/pr-title.yml", {"pull_request", "pull_request_target", "merge_group"}),
        (".github/workflows/release.yml", {"push", "workflow_dispatch", "schedule"}),
    ],
)
def test_a_called_workflow_does_nothing_for_other_events(name: str, expected: set[str]) -> None:
    events = {"issues", "merge_group", "pull_request", "pull_request_target", "push", "release", "schedule"}
    found = workflow(name)
    assert {
        event for event in events | {"workflow_dispatch"} if ran(run_jobs(found, {"event_name": event, "event": {}}))
    } == expected


@pytest.mark.parametrize("name", ["single-package", "token-only"])
def test_a_pull_request_and_a_merge_queue_are_checked(name: str) -> None:
    found = workflow(f"examples/{name}/.github/workflows/pull-requests.yml")
    assert set(found.on) == {"pull_request", "merge_group"}
    assert ran(run_jobs(found, {"event_name": "merge_group", "event": {}})) == ["title"]


def test_a_job_that_was_skipped_counts_as_no_success() -> None:
    careless = msgspec.structs.replace(SINGLE.jobs["publish"], condition="")
    changed = msgspec.structs.replace(SINGLE, jobs=SINGLE.jobs | {"publish": careless})
    assert "publish" not in ran(run_jobs(changed, WITH_FILES))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b == 'X' && 'yes' || 'no'", "yes"),
        ("!a.nowhere", True),
        ("a.list[0] == 7 && a.list[1] == ''", True),
        ("fromJSON('[1, 2]')[1]", 2),
        ("contains(a.b, 'it''s')", False),
        ("(a.b != 'x' || true) && false", False),
    ],
)
def test_an_expression_means_what_it_means_on_github(text: str, expected: object) -> None:
    assert Expression(text, {"a": {"b": "x", "list": [7]}}).evaluate() == expected


@pytest.mark.parametrize("text", ["a ==", "nowhere", "a b", "nothing(a)", "a $ b"])
def test_an_expression_that_is_none_is_an_error(text: str) -> None:
    with pytest.raises((AssertionError, KeyError)):
        Expression(text, {"a": 1}).evaluate()
