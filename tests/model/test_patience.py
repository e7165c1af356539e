from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.model.patience import Patience


def test_each_wait_is_twice_the_one_before_up_to_the_longest() -> None:
    assert list(Patience(attempts=6, first_wait=1, longest_wait=6).waits()) == [1, 2, 4, 6, 6]


@pytest.mark.parametrize("attempts", [0, 1])
def test_a_single_try_waits_for_nothing(attempts: int) -> None:
    assert list(Patience(attempts=attempts).waits()) == []


@given(st.integers(1, 30), st.floats(0, 100), st.floats(0, 100))
def test_there_is_a_wait_between_any_two_tries_and_none_is_too_long(
    attempts: int, first_wait: float, longest_wait: float
) -> None:
    waits = list(Patience(attempts, first_wait, longest_wait).waits())
    assert (len(waits), all(wait <= longest_wait for wait in waits)) == (attempts - 1, True)
