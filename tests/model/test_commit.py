from __future__ import annotations

import msgspec
import pytest

from pilotage.model.change import Change, Changes, Footer, Message
from pilotage.model.commit import Author, Commit, PullRequestText


@pytest.mark.parametrize(
    ("footers", "is_marked", "notes", "is_breaking"),
    [
        ((), False, (), False),
        ((), True, (), True),
        ((Footer("BREAKING CHANGE", "x"), Footer("Refs", "#1")), False, ("x",), True),
        ((Footer("BREAKING-CHANGE", "x"), Footer("BREAKING CHANGE", "y")), True, ("x", "y"), True),
        ((Footer("breaking change", "x"), Footer("BREAKING", "y")), False, (), False),
    ],
)
def test_a_mark_or_a_footer_in_upper_case_announces_a_breaking_change(
    footers: tuple[Footer, ...],
    is_marked: bool,
    notes: tuple[str, ...],
    is_breaking: bool,
) -> None:
    message = Message("feat", "x", is_marked=is_marked, footers=footers)
    assert (notes, is_breaking) == (message.breaking_notes, message.is_breaking)


@pytest.mark.parametrize(
    "record",
    [
        Commit("a" * 40, "feat: x\n", Author("Ann", "ann"), ("b" * 40,), PullRequestText(1, "feat: x", "body", "ann")),
        Changes((Change("a" * 40, "feat", "x", ("api",), breaking=True, references=(1,)),), release_as="2.0"),
    ],
)
def test_a_record_survives_being_written_and_read(record: Commit | Changes) -> None:
    assert record == msgspec.json.decode(msgspec.json.encode(record), type=type(record))


def test_records_that_say_the_same_are_the_same() -> None:
    assert {Commit("a", "m"), Commit("a", "m")} == {Commit("a", "m", Author(""))}
