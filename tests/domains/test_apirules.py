"""What a title must say about the public API, by what was found in the code."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.apirules import check_api
from pilotage.model.api import ApiChange, ApiCompared, ApiNotCompared, ApiNothingToCompare, ApiReport
from pilotage.model.title import Problem

REMOVED = ApiChange("object-removed", "pkg.f", "src/pkg/a.py", 3, side="base")
CHANGED = ApiChange("parameter-changed-default", "pkg.g(a)", "src/pkg/a.py", 9, "1", "2")
ADDED = ApiChange("function-added", "pkg.h", "src/pkg/b.py", 1)
MODULE = ApiChange("module-added", "pkg.new", "src/pkg/new.py", 0)

SAME = ApiCompared(("pkg",))
BROKEN = ApiCompared(("pkg",), (REMOVED, CHANGED))
GROWN = ApiCompared(("pkg",), (), (ADDED, MODULE))
UNKNOWN = ApiNotCompared("pkg/a.py:2 is not valid in Python 3.11 (invalid syntax)")


def check(
    report: ApiReport, *, is_breaking: bool = False, change_type: str = "fix", level: Literal["error", "warn"] = "error"
) -> list[tuple[str, str]]:
    found = check_api(report, is_breaking=is_breaking, change_type=change_type, level=level)
    return [(problem.rule, problem.severity) for problem in found]


def test_a_break_without_a_mark_is_an_error_that_lists_the_objects() -> None:
    assert check_api(BROKEN, is_breaking=False, change_type="fix", level="error") == (
        Problem(
            "A001",
            "Mark the breaking change with `!`, or keep the public API: pkg.f (src/pkg/a.py:3 before): object removed;"
            " pkg.g(a) (src/pkg/a.py:9): parameter changed default: 1 → 2.",
            0,
            0,
            "error",
        ),
    )


def test_a_break_is_a_warning_where_the_project_wants_one() -> None:
    assert check(BROKEN, level="warn") == [("A001", "warning")]


def test_a_break_with_a_mark_is_all_right() -> None:
    assert check(BROKEN, is_breaking=True) == []


@pytest.mark.parametrize("report", [SAME, GROWN, ApiNothingToCompare("same-files")])
def test_a_mark_without_a_break_is_a_hint(report: ApiReport) -> None:
    assert check(report, is_breaking=True) == [("A002", "warning")]


def test_new_objects_under_a_fix_are_a_hint() -> None:
    assert check_api(GROWN, is_breaking=False, change_type="fix", level="error") == (
        Problem(
            "A003",
            "This looks like `feat`: new in the public API: pkg.h (src/pkg/b.py:1): function added;"
            " pkg.new (src/pkg/new.py): module added.",
            0,
            0,
            "warning",
        ),
    )


@pytest.mark.parametrize("change_type", ["feat", "refactor", ""])
def test_new_objects_under_another_type_are_all_right(change_type: str) -> None:
    assert check(GROWN, change_type=change_type) == []


def test_a_fix_that_breaks_and_adds_hears_both() -> None:
    both = ApiCompared(("pkg",), (REMOVED,), (ADDED,))

    assert check(both) == [("A001", "error"), ("A003", "warning")]


@pytest.mark.parametrize("is_breaking", [True, False])
def test_an_api_that_was_not_compared_is_said_with_the_reason(is_breaking: bool) -> None:
    assert check_api(UNKNOWN, is_breaking=is_breaking, change_type="fix", level="error") == (
        Problem(
            "A004",
            "The public API was not compared: pkg/a.py:2 is not valid in Python 3.11 (invalid syntax).",
            0,
            0,
            "warning",
        ),
    )


@pytest.mark.parametrize("report", [SAME, ApiNothingToCompare("same-files"), ApiNothingToCompare("no-package")])
def test_the_same_api_under_any_other_title_is_all_right(report: ApiReport) -> None:
    assert check(report) == []


def test_a_mark_in_a_project_without_packages_is_all_right() -> None:
    assert check(ApiNothingToCompare("no-package"), is_breaking=True) == []


@pytest.mark.parametrize("report", [BROKEN, GROWN, UNKNOWN, SAME])
def test_nothing_is_said_where_the_project_wants_nothing(report: ApiReport) -> None:
    assert check_api(report, is_breaking=False, change_type="fix", level="off") == ()
    assert check_api(report, is_breaking=True, change_type="fix", level="off") == ()


@pytest.mark.parametrize(("count", "more"), [(10, ""), (11, "; and 1 more"), (5_000, "; and 4990 more")])
def test_at_most_ten_objects_are_listed(count: int, more: str) -> None:
    breaks = tuple(ApiChange("object-removed", f"pkg.f{n}", "pkg/a.py", n + 1) for n in range(count))

    (problem,) = check_api(ApiCompared(("pkg",), breaks), is_breaking=False, change_type="fix", level="error")

    assert problem.message.count("object removed") == 10
    assert problem.message.endswith(f"object removed{more}.")


@given(st.text(), st.text(), st.text(), st.text())
def test_a_strangers_text_stays_on_one_line(path: str, file: str, old: str, reason: str) -> None:
    change = ApiChange("object-removed", path, file, 1, old, "\u202e\x1b[31m\n::error::x")
    reports = (ApiCompared(("pkg",), (change,), (change,)), ApiNotCompared(reason))

    messages = [
        problem.message
        for report in reports
        for problem in check_api(report, is_breaking=False, change_type="fix", level="error")
    ]

    assert all(message.isascii() or not set(message) & set("\u202e\u2028\u2029") for message in messages)
    assert not any(set(message) & set("\n\r\x1b\x00") for message in messages)
    assert all(len(message) < 2_000 for message in messages)
