"""Which branch releases what, by its name."""

from __future__ import annotations

import time
from typing import Literal

import pytest

from pilotage.domains.channels import check_channels, find_channel
from pilotage.domains.maintenance import Range, read_range
from pilotage.errors import ConfigError
from pilotage.model.config import Config
from pilotage.model.version import Version

ROWS: dict[str, Literal["a", "b", "rc", "dev", "post", "maintenance"]] = {
    "next": "rc",
    "beta/*": "b",
    "beta/old": "post",
    "*.x": "maintenance",
    "feature-*-dev*": "dev",
}


@pytest.mark.parametrize(
    ("branch", "expected"),
    [
        ("next", "rc"),
        ("next2", ""),
        ("beta/one/two", "b"),
        ("beta/old", "post"),
        ("beta", ""),
        ("1.x", "maintenance"),
        ("main.x", ""),  # the default branch, whatever the patterns say
        ("feature-a-dev", "dev"),
        ("feature-dev", ""),
        ("feature--dev", "dev"),
        ("feature-a-de", ""),
        ("topic", ""),
    ],
)
def test_a_branch_is_found_by_its_name_or_by_a_pattern(branch: str, expected: str) -> None:
    assert find_channel(branch, Config(channels=ROWS), default_branch="main.x") == expected


@pytest.mark.parametrize(
    ("pattern", "branch", "expected"), [("a*b*c", "abbc", "rc"), ("a*b*c", "acc", ""), ("ab*ba", "aba", "")]
)
def test_the_parts_of_a_pattern_do_not_overlap(pattern: str, branch: str, expected: str) -> None:
    assert find_channel(branch, Config(channels={pattern: "rc"})) == expected


def test_patterns_that_agree_are_one() -> None:
    assert find_channel("1.x", Config(channels={"*.x": "maintenance", "1*": "maintenance"})) == "maintenance"


def test_patterns_that_do_not_agree_are_an_error_that_names_them() -> None:
    with pytest.raises(ConfigError) as caught:
        find_channel("next-1", Config(channels={"next*": "rc", "*-1": "b"}))
    assert caught.value.message == (
        "[tool.pilotage.channels]: several patterns match 'next-1' and do not agree: 'next*' = 'rc', '*-1' = 'b'"
    )


def test_the_default_branch_cannot_be_a_channel() -> None:
    with pytest.raises(ConfigError, match=r"channels\] main = 'rc': main is the default branch, which makes the full"):
        find_channel("main", Config(channels={"main": "rc"}), default_branch="main")


def test_a_hostile_pattern_is_matched_in_linear_time() -> None:
    start = time.process_time()
    assert find_channel("a" * 1_000_000, Config(channels={"*a" * 1000 + "*b": "rc"})) == ""
    assert find_channel("a" * 1_000_000 + "b", Config(channels={"*a" * 1000 + "*b": "rc"})) == "rc"
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ({"": "rc"}, "'' is not the name of a branch"),
        ({"ne xt": "rc"}, "'ne xt' is not the name of a branch"),
        ({"next?": "rc"}, "'next?' is not the name of a branch"),
        ({"[ab]": "rc"}, "'[ab]' is not the name of a branch"),
        ({"a..b": "rc"}, "'a..b' is not the name of a branch"),
        ({"*": "rc"}, "'*' matches every branch"),
        ({"**": "rc"}, "'**' matches every branch"),
        ({"refs/heads/next": "rc"}, "'refs/heads/next' is the name of a ref"),
        ({"next": "rc", "Next": "b"}, "'Next' has two meanings: 'rc' and 'b', apart only by case"),
        ({"old": "maintenance"}, "'old' does not tell which versions it maintains"),
        ({"release/1.4.2": "maintenance"}, "'release/1.4.2' does not tell which versions it maintains"),
    ],
)
def test_a_row_that_cannot_work_is_refused_with_its_place(
    rows: dict[str, Literal["rc", "b", "maintenance"]], found: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        check_channels(Config(channels={**rows}), "pyproject.toml")
    assert caught.value.message == f"pyproject.toml: [tool.pilotage.channels] {found}"
    assert caught.value.hint


def test_rows_that_work_pass() -> None:
    check_channels(Config(), "pyproject.toml")
    check_channels(Config(channels={**ROWS, "1.x": "maintenance", "NEXT": "rc", "stable/*": "maintenance"}), "p")


@pytest.mark.parametrize(
    ("branch", "expected"),
    [
        ("1.x", "1.*"),
        ("1.4.x", "1.4.*"),
        ("1.X", "1.*"),
        ("1.x.x", "1.*"),
        ("1.4", "1.4.*"),
        ("v1.x", "1.*"),
        ("v1.4", "1.4.*"),
        ("release/1.x", "1.*"),
        ("release/v1.4.x", "1.4.*"),
        ("release-1.4", "1.4.*"),
        ("stable_2.x", "2.*"),
        ("maint/2026.4.x", "2026.4.*"),
        ("1.*", "1.*"),
        ("1", None),
        ("1.4.2", None),
        ("1.4.2.x", None),
        ("1.4.x.x", None),
        ("1.x.x.x", None),
        ("x", None),
        ("old", None),
        ("py1.x", None),
        ("1.x-old", None),
    ],
)
def test_the_range_of_a_maintenance_branch_is_read_out_of_its_name(branch: str, expected: str | None) -> None:
    found = read_range(branch)
    assert (None if found is None else str(found)) == expected


@pytest.mark.parametrize(("version", "expected"), [("1.4", True), ("1.4.9rc1", True), ("1.5.0", False), ("1", False)])
def test_a_range_holds_what_begins_with_its_numbers(version: str, expected: bool) -> None:
    assert (Version(version) in Range((1, 4))) is expected


def test_a_name_of_a_megabyte_is_read_in_linear_time() -> None:
    start = time.process_time()
    assert read_range("1." * 500_000) is None
    assert read_range("1" + ".x" * 500_000) is None
    assert read_range("-v1" * 300_000 + "!") is None
    assert time.process_time() - start < 2
