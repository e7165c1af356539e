"""The input `release-as`: read, kept in a body, chosen and forgotten."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.askedfor import choose_asked, read_asked, read_kept, refuse_strangers, render_kept
from pilotage.errors import UsageError

NAMES = st.from_regex(r"[a-z][a-z0-9._-]{0,8}", fullmatch=True)
VERSIONS = st.from_regex(r"[0-9]\.[0-9]\.[0-9](rc1)?", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", {}),
        (" \n", {}),
        ("2.0.0", {"": "2.0.0"}),
        ("auto", {"": "auto"}),
        ("a==1.0, b==2.0\nc==auto", {"a": "1.0", "b": "2.0", "c": "auto"}),
        ("a==b==1", {"a==b": "1"}),
    ],
)
def test_the_input_names_versions_by_package(text: str, asked: dict[str, str]) -> None:
    assert read_asked(text) == asked


@pytest.mark.parametrize("text", ["==1.0", "a==", "1.0 2.0", "a==1 a==2", "=="])
def test_an_input_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="input release-as"):
        read_asked(text)


@given(asked=st.dictionaries(NAMES, VERSIONS, max_size=5))
def test_what_is_kept_is_read_again_in_any_body(asked: dict[str, str]) -> None:
    assert read_kept(f"words\n{render_kept(asked)}\nmore") == asked


@pytest.mark.parametrize(
    "body", ["", "<!-- pilotage:release-as -->", "<!-- pilotage:release-as a== -->", "x <!-- pilotage:release-as 1 -->"]
)
def test_a_broken_line_keeps_nothing(body: str) -> None:
    assert read_kept(body) == {}


def test_nothing_is_kept_of_nothing() -> None:
    assert render_kept({}) == ""


@pytest.mark.parametrize(
    ("given_now", "kept", "current", "chosen"),
    [
        ({"a": "2.0"}, {"a": "3.0"}, "1.0", "2.0"),
        ({"a": "auto"}, {"a": "3.0"}, "1.0", ""),
        ({}, {"a": "3.0"}, "1.0", "3.0"),
        ({}, {"a": "3.0"}, "", "3.0"),
        ({}, {"a": "3.0"}, "3.0", ""),
        ({}, {"a": "3.0"}, "4.0", ""),
        ({}, {"a": "nonsense"}, "4.0", ""),
        ({}, {"b": "3.0"}, "1.0", ""),
        ({"b": "2.0"}, {"a": "3.0"}, "1.0", "3.0"),
    ],
)
def test_what_is_asked_now_beats_what_is_kept_until_it_is_out(
    given_now: dict[str, str], kept: dict[str, str], current: str, chosen: str
) -> None:
    assert choose_asked(given_now, kept, name="a", current=current) == chosen


def test_a_wish_for_somebody_there_is_no_complaint() -> None:
    refuse_strangers({"a": "1.0"}, {"a", "b"})
    refuse_strangers({"": "1.0"}, {""})
    refuse_strangers({}, {"a"})


@pytest.mark.parametrize(
    ("asked", "names", "hint"),
    [({"": "1.0"}, {"a", "b"}, "a, b"), ({"c": "1.0"}, {"a", "b"}, "a, b"), ({"c": "1.0"}, {""}, "released as one")],
)
def test_a_wish_for_a_stranger_is_refused_with_who_is_there(asked: dict[str, str], names: set[str], hint: str) -> None:
    with pytest.raises(UsageError, match="input release-as") as caught:
        refuse_strangers(asked, names)
    assert hint in caught.value.hint
