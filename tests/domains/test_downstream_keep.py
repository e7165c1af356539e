"""Pinned on purpose: which comments count."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.downstream.keep import keep_reason


def reason(text: str) -> str:
    return keep_reason(text, text.index("demo=="))


@pytest.mark.parametrize(
    "text",
    [
        "demo==1.2  # pilotage: keep\n",
        "demo==1.2 # Pilotage:KEEP\r\nother",
        'x = ["demo==1.2", #pilotage : keep\n',
        "demo==1.2  # noqa # pilotage: keep",
        "# pilotage: keep\ndemo==1.2",
        "other\r\n  #\tpilotage:\tkeep\r\ndemo==1.2",
        "other\n# see below; # pilotage: keep\nRUN pip install demo==1.2",
    ],
)
def test_a_comment_on_the_line_or_alone_above_it_keeps(text: str) -> None:
    assert reason(text) == "pilotage: keep"


@pytest.mark.parametrize(
    "text",
    [
        "demo==1.2",
        "demo==1.2 # keep",
        "demo==1.2\n# pilotage: keep\n",
        "# pilotage: keep\n\ndemo==1.2",
        "# pilotage: keep\nother\ndemo==1.2",
        "other==1 # pilotage: keep\ndemo==1.2",
        'x = ["demo==1.2", "pilotage: keep"] # both',
        "demo==1.2 # pilotage: keeper",
        "demo==1.2 # pilotage: keep-up",
        "demo==1.2 // pilotage: keep",
        "# pilotage:\n# keep\ndemo==1.2",
    ],
)
def test_anything_else_keeps_nothing(text: str) -> None:
    assert not reason(text)


@pytest.mark.parametrize(
    "comment",
    [
        "# pilotage: keep until the new API is adopted",
        "# pilotage: keep: until the new API is adopted",
        "# pilotage: keep (until the new API is adopted)",
        "# pilotage: keep \N{EM DASH} until the new API is adopted \r",
    ],
)
def test_what_stands_behind_the_words_is_the_reason(comment: str) -> None:
    assert reason(f"{comment}\ndemo==1.2") == "pilotage: keep (until the new API is adopted)"


def test_the_comment_on_the_line_itself_speaks_first() -> None:
    assert reason("# pilotage: keep above\ndemo==1.2 # pilotage: keep here") == "pilotage: keep (here)"


def test_a_reason_is_short_and_safe_to_show() -> None:
    assert reason("# pilotage: keep " + "x" * 500 + "\ndemo==1.2") == "pilotage: keep (" + "x" * 100 + "…)"
    shown = reason("# pilotage: keep \u202e" + "\u202e" * 500 + "\ndemo==1.2")
    assert "\u202e" not in shown
    assert "⟨U+202E⟩" in shown
    assert len(shown) <= 120


def test_a_comment_far_away_is_none_of_this_place() -> None:
    assert not keep_reason("# pilotage: keep " + "x" * 5000 + "\ndemo==1.2", 5018)
    assert not keep_reason("demo==1.2" + " " * 5000 + "# pilotage: keep", 0)
    assert not keep_reason("# pilotage: keep\n" + "x" * 5000 + "demo==1.2", 5017)


def test_a_long_line_is_read_at_once() -> None:
    text = "# " * 500_000
    begin = time.perf_counter()
    for start in range(0, len(text), 1000):
        assert not keep_reason(text, start)
    assert time.perf_counter() - begin < 2


@given(st.text(alphabet="#pilotage: keep\n\r x"), st.integers(0, 50))
def test_any_text_at_any_index_is_read(text: str, start: int) -> None:
    assert len(keep_reason(text, min(start, len(text)))) <= 120
