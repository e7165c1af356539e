"""Lines of ours in which a stranger's line break stands: none becomes a command to the runner."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.safetext import disarm

COMMAND = re.compile(r"\s*::|.*##\[")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a plan\n  1. of ours: fine::here", "a plan\n  1. of ours: fine::here"),
        ("branch x (a\n::add-mask::a)", "branch x (a\n⟨U+003A⟩:add-mask::a)"),
        ("a\r\x0b ::error::b", "a\r\x0b ⟨U+003A⟩:error::b"),
        ("::error::b", "⟨U+003A⟩:error::b"),
        ("a ##[error]b", "a ##⟨U+005B⟩error]b"),
    ],
)
def test_only_what_would_be_a_command_is_spelled_out(text: str, shown: str) -> None:
    assert disarm(text) == shown


@given(st.text(alphabet=st.sampled_from(list(" \t\u00a0\x0b\r\n:#[a")), max_size=200))
def test_no_line_of_a_disarmed_text_is_a_command(text: str) -> None:
    assert [line for line in re.split(r"\r\n|\r|\n", disarm(text)) if COMMAND.match(line)] == []


@pytest.mark.parametrize("piece", ["\n", " ", ":", "\n::", " :", "##", "\r "])
def test_a_megabyte_is_disarmed_in_one_go(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert len(disarm(text)) >= len(text)
