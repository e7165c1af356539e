from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.safetext import code_span, show

COMMAND = re.compile(r"\s*::|.*##\[", flags=re.DOTALL)
"""What the runner takes for a command: `::` after white space (TrimStart), `##[` anywhere."""


def test_plain_text_is_shown_as_it_is() -> None:
    assert show("feat: Ünïcode 🎉 — fly") == "feat: Ünïcode 🎉 — fly"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a⟨U+000A⟩b"),
        ("a\x1b[31m", "a⟨U+001B⟩[31m"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\u200bb", "a⟨U+200B⟩b"),
        ("a\u2028b", "a⟨U+2028⟩b"),
        ("a\ud800b", "a⟨U+D800⟩b"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, shown: str) -> None:
    assert show(text) == shown


def test_a_long_text_is_cut_and_says_so() -> None:
    assert (show("x" * 200), show("x" * 201), show("abc", limit=2)) == ("x" * 200, "x" * 200 + "…", "ab…")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", "⟨U+003A⟩:error::x"),
        ("  ::add-mask::x", "⟨U+003A⟩:add-mask::x"),
        ("\u00a0::error::x", "⟨U+003A⟩:error::x"),
        ("##[error]x", "##⟨U+005B⟩error]x"),
        ("fix ##[add-matcher]x", "fix ##⟨U+005B⟩add-matcher]x"),
        ("a::b", "a::b"),
    ],
)
def test_a_shown_text_is_no_command_to_the_runner(text: str, shown: str) -> None:
    assert show(text) == shown


@given(st.text(alphabet=st.sampled_from(list(" \t\u00a0:#[a\u200b\n")) | st.characters(), max_size=300))
def test_no_text_makes_a_command_a_second_line_or_anything_hidden(text: str) -> None:
    shown = show(text)
    assert COMMAND.match(shown) is None
    assert [c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}] == []


def test_a_code_span_is_fenced_longer_than_what_is_in_it() -> None:
    assert [code_span(text) for text in ("a", "a`b", "``x`", "")] == ["`a`", "`` a`b ``", "``` ``x` ```", "``"]
