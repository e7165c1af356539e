"""Work side by side: each thread has its connection, the order stays, and an error ends what was not begun."""

from __future__ import annotations

import threading
import time

import pytest

from pilotage.model.patience import Patience
from pilotage.model.secret import Secret
from pilotage.providers.githubcall import GitHubCall
from pilotage.reconcile.downstream.calls import Calls


def open_call() -> GitHubCall:
    return GitHubCall("http://127.0.0.1:9", graphql_url="http://127.0.0.1:9", token=Secret(""), patience=Patience())


def test_the_results_stand_in_the_order_of_the_items_whoever_ends_first() -> None:
    def work(number: int) -> int:
        time.sleep(0.02 if number == 0 else 0)
        return number * 2

    with Calls(open_call, width=4) as calls:
        assert calls.map(work, range(9)) == [number * 2 for number in range(9)]


@pytest.mark.parametrize(("width", "count"), [(1, 9), (4, 1), (4, 0)])
def test_one_alone_works_where_it_stands(width: int, count: int) -> None:
    with Calls(open_call, width=width) as calls:
        assert calls.map(lambda _: threading.get_ident(), range(count)) == [threading.get_ident()] * count


def test_each_thread_has_a_connection_of_its_own_and_keeps_it() -> None:
    barrier = threading.Barrier(3, timeout=10)

    def work(_: int) -> tuple[int, int]:
        barrier.wait()
        return id(calls.here), id(calls.here)

    with Calls(open_call, width=3) as calls:
        pairs = calls.map(work, range(3))
    assert all(first == again for first, again in pairs)
    assert len(set(pairs)) == 3


def test_an_error_is_raised_and_what_was_not_begun_never_is() -> None:
    begun: list[int] = []

    def work(number: int) -> None:
        begun.append(number)
        time.sleep(0.01)
        if number == 0:
            raise ValueError(number)

    with Calls(open_call, width=2) as calls, pytest.raises(ValueError, match="0"):
        calls.map(work, range(500))
    assert len(begun) < 500
