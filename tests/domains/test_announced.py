from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.announced import mark_announced, read_announced, strip_announced
from pilotage.domains.notes import RELEASE_LIMIT
from pilotage.domains.releasebody import disarm_marks

KEYS = st.from_regex(re.compile(r"[^\s<>]{1,40}"), fullmatch=True)
PIECES = ["a", "é", " ", "\n", "\r\n", "\r", "<!--", "-->", "<!-- pilotage:announced ", "slack", " -->", "```", "# "]
BODIES = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=20).map("".join)
NOTES = "## 1.4.0\n\n* fly"


def test_nobody_was_told_of_a_release_without_the_line() -> None:
    assert read_announced(NOTES) == frozenset()


def test_the_line_stands_at_the_end_and_can_be_read() -> None:
    told = mark_announced(NOTES, "slack")
    assert told == f"{NOTES}\n\n<!-- pilotage:announced slack -->"
    assert read_announced(told) == {"slack"}


def test_keys_are_gathered_in_one_line_and_sorted() -> None:
    told = mark_announced(mark_announced(NOTES, "slack:#releases"), "discord:2")
    assert told == f"{NOTES}\n\n<!-- pilotage:announced discord:2 slack:#releases -->"


def test_a_target_that_knows_already_changes_nothing() -> None:
    told = mark_announced(NOTES, "slack")
    assert mark_announced(told, "slack") is told


def test_an_empty_body_gets_only_the_line() -> None:
    assert mark_announced("", "slack") == "<!-- pilotage:announced slack -->"


def test_the_line_ends_of_a_body_are_kept() -> None:
    told = mark_announced("one\r\ntwo\r\n", "slack")
    assert told == "one\r\ntwo\r\n\r\n<!-- pilotage:announced slack -->"
    assert mark_announced(f"{told}\r\n", "irc") == "one\r\ntwo\r\n\r\n<!-- pilotage:announced irc slack -->"


def test_what_people_write_below_the_line_does_not_make_it_forgotten() -> None:
    edited = mark_announced(NOTES, "slack") + "\n\nThanks to everybody!"
    assert read_announced(edited) == {"slack"}
    assert mark_announced(edited, "irc") == f"{NOTES}\n\nThanks to everybody!\n\n<!-- pilotage:announced irc slack -->"


def test_the_line_at_the_top_of_a_body_can_be_taken_out_too() -> None:
    assert strip_announced("<!-- pilotage:announced slack -->\r\n\r\nnotes").strip() == "notes"


@pytest.mark.parametrize(
    "line",
    [
        "* fix: x <!-- pilotage:announced slack -->",
        "  <!-- pilotage:announced slack -->",
        "<!-- pilotage:announced slack --> and more",
        "<!-- pilotage:announced sl<ack -->",
        "<!-- pilotage:announcedslack -->",
    ],
)
def test_a_line_that_is_not_whole_says_nothing(line: str) -> None:
    assert read_announced(f"## 1.4.0\n\n{line}\n") == frozenset()


def test_of_several_lines_the_last_one_counts() -> None:
    body = "<!-- pilotage:announced slack -->\n\ntext\n<!-- pilotage:announced irc -->  \n"
    assert read_announced(body) == {"irc"}


def test_what_strangers_write_is_disarmed_where_notes_are_written() -> None:
    assert read_announced(disarm_marks("<!-- pilotage:announced slack -->")) == frozenset()


@pytest.mark.parametrize("key", ["", "a b", "a\nb", "a>b", "<a", "k" * 101])
def test_a_key_that_would_break_the_line_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="a key has no white space"):
        mark_announced(NOTES, key)


def test_a_body_at_githubs_limit_gives_way_to_the_line() -> None:
    body = "* a line of notes\n" * 6_944 + "12345678"
    assert len(body) == RELEASE_LIMIT
    told = mark_announced(body, "slack", link="https://example.org/notes")
    assert len(told) <= RELEASE_LIMIT
    assert "[Full notes](https://example.org/notes)\n\n<!-- pilotage:announced slack -->" in told
    bare = mark_announced(body, "slack")
    assert len(bare) <= RELEASE_LIMIT
    assert bare.endswith("…\n\n<!-- pilotage:announced slack -->")


@given(BODIES, KEYS, KEYS)
def test_what_was_marked_is_read_and_marked_once(body: str, first: str, second: str) -> None:
    told = mark_announced(mark_announced(body, first), second)
    assert read_announced(told) == {*read_announced(body), first, second}
    assert mark_announced(told, first) == told


@given(BODIES, KEYS)
def test_peoples_text_stays_to_the_letter(body: str, key: str) -> None:
    told = mark_announced(body, key)
    if key not in read_announced(body):
        assert strip_announced(told) == strip_announced(body).rstrip()
