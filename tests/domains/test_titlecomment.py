"""The one comment about a title."""

from __future__ import annotations

import msgspec

from pilotage.domains.title import check_title
from pilotage.domains.titlecomment import MARKER, plan_comment, render_comment
from pilotage.domains.titlereport import render_title_report
from pilotage.model.config import Config
from pilotage.model.step import WriteComment
from pilotage.model.title import Problem

WRONG = check_title("Feat : greet", Config())
RIGHT = check_title("feat: greet", Config())


def test_a_title_that_was_right_from_the_start_gets_no_comment() -> None:
    assert list(plan_comment(7, RIGHT, preview="", comments={})) == []
    assert list(plan_comment(7, RIGHT, preview="", comments={1: "of something else"})) == []


def test_a_wrong_title_gets_one_comment_with_its_correction() -> None:
    (step,) = plan_comment(7, WRONG, preview="", comments={})
    assert step == WriteComment(7, MARKER, 0, render_comment(WRONG, preview=""))
    assert "❌" in step.body
    assert "> `feat: greet`" in step.body
    assert "T020" in step.body


def test_the_oldest_comment_of_ours_is_brought_up_to_date() -> None:
    red = render_comment(WRONG, preview="")
    (step,) = plan_comment(7, RIGHT, preview="", comments={9: red, 4: red})
    assert (step.comment, "✅" in step.body, "Try:" in step.body) == (4, True, False)


def test_a_comment_that_says_it_already_is_left_alone() -> None:
    red = render_comment(WRONG, preview="soon")
    assert list(plan_comment(7, WRONG, preview="soon", comments={4: red.replace("\n", "\r\n")})) == []


def test_what_merging_will_do_stands_in_the_comment() -> None:
    assert render_comment(WRONG, preview="This leads to 1.2.0.").endswith("\n\nThis leads to 1.2.0.\n")


def test_a_title_without_a_correction_gets_none() -> None:
    body = render_comment(check_title("!!", Config()), preview="")
    assert "Try:" not in body


def test_a_problem_that_is_not_about_the_title_has_no_caret() -> None:
    report = msgspec.structs.replace(RIGHT, ok=False, problems=(Problem("B003", "release first", 0, 0),))
    assert "^" not in render_title_report(report)
    assert "B003: release first" in render_title_report(report)
