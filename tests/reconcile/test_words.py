from __future__ import annotations

import pytest

from pilotage.model.plan import Plan
from pilotage.model.project import FileEdit
from pilotage.model.step import (
    ClosePullRequest,
    CreateRelease,
    CreateTag,
    DeleteBranch,
    EditPullRequest,
    Notice,
    OpenPullRequest,
    RemoveDraft,
    Step,
    UpdateBranch,
    UploadFile,
)
from pilotage.reconcile.words import describe_step, render_notice, render_plan

SHA = "a" * 40
EDITS = (FileEdit("CHANGELOG.md", "x"), FileEdit("pyproject.toml", "y"))
WORDS: list[tuple[Step, str]] = [
    (UpdateBranch("b", SHA, "", "m", EDITS), "branch b: one commit on aaaaaaaaaa (CHANGELOG.md, pyproject.toml)"),
    (UpdateBranch("b", SHA, "", "m", ()), "branch b: one commit on aaaaaaaaaa (no file)"),
    (OpenPullRequest("b", "main", "t", "x"), "pull request from b: open, t"),
    (EditPullRequest(7, "t", "x"), "pull request #7: t, with the notes as they are now"),
    (ClosePullRequest(7, "x"), "pull request #7: closed, nothing is left to release"),
    (DeleteBranch("b", SHA), "branch b: deleted"),
    (CreateTag("v1", SHA), "tag v1: on aaaaaaaaaa"),
    (CreateRelease("v1", SHA, "v1", "x", is_draft=True, is_prerelease=False), "release v1: drafted"),
    (CreateRelease("v1", SHA, "v1", "x", is_draft=False, is_prerelease=False), "release v1: published"),
    (RemoveDraft(5, "v1", "v1", "x"), "release v1: the second draft (5) removed"),
    (UploadFile("pypi", "demo-1.tar.gz", SHA, 7), "demo-1.tar.gz: on pypi (7 bytes, sha256 aaaaaaaaaaaa…)"),
]


@pytest.mark.parametrize(("step", "words"), WORDS)
def test_a_step_is_described_on_one_line(step: Step, words: str) -> None:
    assert describe_step(step) == words


def test_a_title_from_outside_stays_on_its_line() -> None:
    words = describe_step(EditPullRequest(7, "x\n::error::y\x1b[2J ##[add-mask]z", ""))
    assert (words.count("\n"), "\x1b" in words, "##[" in words) == (0, False, False)


def test_a_plan_is_a_numbered_list_with_its_notices() -> None:
    plan = Plan(
        "acme/demo",
        "main",
        SHA,
        (DeleteBranch("b", SHA), CreateTag("v1", SHA)),
        (Notice("conflict", "wrong", "right it"), Notice("info", "so it is")),
    )
    assert render_plan(plan) == (
        "acme/demo: main at aaaaaaaaaa\n"
        "  1. branch b: deleted\n"
        "  2. tag v1: on aaaaaaaaaa\n"
        "  conflict: wrong\n"
        "    right it\n"
        "  info: so it is"
    )


def test_a_plan_without_steps_says_so() -> None:
    assert render_plan(Plan("acme/demo", "main", SHA)) == "acme/demo: main at aaaaaaaaaa\n  nothing to do"


def test_a_notice_without_a_hint_is_one_line() -> None:
    assert render_notice(Notice("warning", "so")) == ["warning: so"]
