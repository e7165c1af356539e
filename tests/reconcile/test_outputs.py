from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from domains.release_world import HEAD, OLD, after, asked, world
from pilotage.domains.release import plan_release
from pilotage.domains.release_pr import plan_release_pr
from pilotage.model.plan import Plan
from pilotage.model.remote import PullRequest, Release
from pilotage.model.snapshot import LastRelease, Scene, Snapshot
from pilotage.model.step import CreateRelease, CreateTag, Notice, OpenPullRequest, Result, Step
from pilotage.reconcile.apply import Outcome
from pilotage.reconcile.nextreport import render_next, report_next
from pilotage.reconcile.observe import World
from pilotage.reconcile.outputs import NAMES, compute_outputs, no_outputs, render_summary
from pilotage.reconcile.train import Report

if TYPE_CHECKING:
    from pilotage.model.snapshot import ReleaseCommit

replace = msgspec.structs.replace
PULL = PullRequest(9, "chore(release): 1.3.0", "body", "open", "https://x.example/pull/9")
DRAFT = Release(5, "v1.3.0", "v1.3.0", "notes", is_draft=True, url="https://x.example/releases/5")


def scene(snapshot: Snapshot) -> Scene:
    """Give the scene of a repository that is released as one."""
    return Scene((snapshot,), snapshot.config)


def report_of(snapshot: Snapshot, *, is_dry: bool = False) -> Report:
    """Plan both flows and pretend that every step was done."""
    planned = [*plan_release(snapshot), *plan_release_pr(snapshot)]
    steps = tuple(step for step in planned if not isinstance(step, Notice))
    notices = tuple(notice for notice in planned if isinstance(notice, Notice))
    plan = Plan(snapshot.repository, snapshot.branch, snapshot.head, steps, notices)
    done = () if is_dry else tuple((step, outcome_of(step)) for step in steps)
    return Report(World(scene(snapshot), repository_id="R_1", can_see_drafts=True), plan, done)


def outcome_of(step: Step) -> Outcome:
    return Outcome(
        Result.DONE,
        pull_request=PULL if isinstance(step, OpenPullRequest) else None,
        release=DRAFT if isinstance(step, CreateRelease) else None,
    )


def merged(one: ReleaseCommit | None = None) -> Snapshot:
    """Give the world right after the release pull request was merged."""
    one = one or asked()
    last = LastRelease(one.version, one.commit, f"v{one.version}")
    return replace(world(version="1.3.0"), release_commits=(one,), last_release=last)


def test_every_output_is_always_set() -> None:
    snapshots = (world(), world("feat: fly"), merged(), replace(world(), last_release=None))
    assert [list(compute_outputs(report_of(one))) for one in snapshots] == [list(NAMES)] * 4
    assert list(no_outputs()) == list(NAMES)


def test_what_is_true_or_false_says_false_at_first() -> None:
    assert {name for name, value in no_outputs().items() if value == "false"} == {
        "released",
        "upload-needed",
        "published",
        "downstream-failed",
    }


def test_a_coming_release_is_told() -> None:
    outputs = compute_outputs(report_of(world("feat: fly")))
    told = {name: outputs[name] for name in ("version", "previous-version", "bump", "tag", "sha", "released")}
    assert told == {
        "version": "1.3.0",
        "previous-version": "1.2.0",
        "bump": "minor",
        "tag": "v1.3.0",
        "sha": HEAD,
        "released": "false",
    }
    assert (outputs["release-pr"], outputs["release-pr-url"]) == ("9", "https://x.example/pull/9")


def test_outputs_are_the_same_on_a_second_run() -> None:
    first = report_of(world("feat: fly"))
    snapshot = after(first.world.scene.snapshots[0], list(first.plan.steps))
    second = report_of(replace(snapshot, pull_request=PULL if snapshot.pull_request else None))
    differing = {name for name in NAMES if compute_outputs(first)[name] != compute_outputs(second)[name]}
    assert differing == {"plan"}


def test_nothing_to_release_names_no_version() -> None:
    outputs = compute_outputs(report_of(world("docs: say")))
    assert [outputs[name] for name in ("version", "bump", "tag", "release-pr")] == ["", "none", "", ""]


def test_a_pull_request_that_is_withdrawn_is_no_output() -> None:
    report = report_of(replace(world(), pull_request=PULL))
    assert (compute_outputs(report)["release-pr"], compute_outputs(report)["release-pr-url"]) == ("", "")
    assert "merges the release pull request" not in render_summary(report, is_dry=False)


def test_a_made_release_is_told() -> None:
    outputs = compute_outputs(report_of(merged()))
    told = {name: outputs[name] for name in ("version", "previous-version", "tag", "sha", "released", "release-id")}
    assert told == {
        "version": "1.3.0",
        "previous-version": "1.2.0",
        "tag": "v1.3.0",
        "sha": HEAD,
        "released": "true",
        "release-id": "5",
    }
    assert (outputs["release-url"], outputs["upload-needed"]) == ("https://x.example/releases/5", "true")


def test_a_release_is_told_again_when_a_run_is_repeated() -> None:
    again = merged(replace(asked(), tag_commit=HEAD, releases=(DRAFT,)))
    assert compute_outputs(report_of(again))["released"] == "true"


@pytest.mark.parametrize("tag_commit", [OLD, ""])
def test_a_release_whose_tag_is_not_on_the_commit_is_not_released(tag_commit: str) -> None:
    odd = merged(replace(asked(), tag_commit=tag_commit, releases=(DRAFT,)))
    outputs = compute_outputs(report_of(odd, is_dry=True))
    assert (outputs["released"], outputs["upload-needed"]) == ("false", "false")


def test_a_planned_release_is_not_released() -> None:
    assert compute_outputs(report_of(merged(), is_dry=True))["released"] == "false"


def test_an_older_release_commit_is_not_what_this_run_released() -> None:
    older = merged(replace(asked(commit=OLD), tag_commit=OLD, releases=(DRAFT,)))
    assert compute_outputs(report_of(older))["released"] == "false"


def test_plan_and_components_are_json() -> None:
    report = report_of(world("feat: fly"))
    outputs = compute_outputs(report)
    assert json.loads(outputs["plan"]) == json.loads(report.plan.to_json())
    (component,) = json.loads(outputs["components"])
    assert (component["current"], component["next"], component["path"]) == ("1.2.0", "1.3.0", ".")


def test_a_summary_shows_what_was_done() -> None:
    summary = render_summary(report_of(world("feat: fly")), is_dry=False)
    assert "**Seen:** `main` at `aaaaaaaaaa`, 1 commit since `v1.2.0`" in summary
    assert "| `pull request from pilotage/release-main: open, chore(release): 1.3.0` | done |" in summary
    assert "a maintainer merges the release pull request when the time is right: https://x.example/pull/9" in summary


def test_a_summary_of_a_dry_run_shows_what_is_planned() -> None:
    summary = render_summary(report_of(merged(), is_dry=True), is_dry=True)
    assert "| `tag v1.3.0: on aaaaaaaaaa` | planned |" in summary


def test_a_summary_shows_what_was_not_reached() -> None:
    report = report_of(merged())
    halfway = replace(report, done=tuple(row for row in report.done if isinstance(row[0], CreateTag)))
    assert "| `release v1.3.0: drafted` | not reached |" in render_summary(halfway, is_dry=False)


def test_a_summary_says_who_publishes_the_draft() -> None:
    summary = render_summary(report_of(merged()), is_dry=False)
    assert "a maintainer reads the draft and publishes it: https://x.example/releases/5" in summary


def test_a_summary_of_a_finished_world_says_so() -> None:
    summary = render_summary(report_of(replace(world(), last_release=None)), is_dry=False)
    assert "Nothing to do: the world is as it should be." in summary
    assert "0 commits since the start" in summary
    assert "merge pull requests; Pilotage keeps watch." in summary


def test_a_summary_of_a_conflict_does_not_say_that_all_is_well() -> None:
    summary = render_summary(report_of(merged(replace(asked(), tag_commit=OLD))), is_dry=False)
    assert ("as it should be" in summary, "Nothing was done." in summary, "- **conflict:** `" in summary) == (
        False,
        True,
        True,
    )


def test_a_notice_in_a_summary_cannot_break_its_line() -> None:
    report = report_of(world())
    noticed = replace(report, plan=replace(report.plan, notices=(Notice("warning", "a|b\n# `c`"),)))
    assert "- **warning:** `` a/b⟨U+000A⟩# `c` `` " in render_summary(noticed, is_dry=False)


REASONS = {
    "1 commit since v1.2.0, the farthest of them minor": world("feat: fly"),
    "2 commits since v1.2.0, the farthest of them patch": world("fix: a", "docs: b"),
    "1 commit since v1.2.0, none of them releasable": world("docs: say"),
    "1 commit since v1.2.0, one of them with a Release-As footer": world("docs: say\n\nRelease-As: 2.0.0"),
    "1 commit since 1.2.0, the farthest of them minor": replace(
        world("feat: fly"), last_release=LastRelease("1.2.0", OLD)
    ),
    "1 commit and no release before: the first release": replace(world("feat: fly"), last_release=None),
}


@pytest.mark.parametrize("reason", REASONS)
def test_the_reason_says_what_causes_the_next_version(reason: str) -> None:
    assert report_next(scene(REASONS[reason])).components[0].reason == reason


def test_the_answer_for_people_lists_the_changes() -> None:
    snapshot = world("feat(api)!: fly (#12)", "fix: ##[error]land")
    assert render_next(report_next(scene(snapshot))).splitlines() == [
        "1.2.0 → 2.0.0  (2 commits since v1.2.0, the farthest of them major)",
        "  0000000000 feat(api)!: fly (#12)",
        "  0000000000 fix: ##⟨U+005B⟩error]land",
    ]


def test_the_answer_for_people_says_when_there_is_nothing() -> None:
    silent = replace(world(), last_release=None, project=replace(world().project, version=None))
    assert [render_next(report_next(scene(one))).partition("  (")[0] for one in (world(), silent)] == [
        "1.2.0: nothing to release",
        "(none): nothing to release",
    ]
