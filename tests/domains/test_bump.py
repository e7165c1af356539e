from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.bump import bump_of_change, decide_bump
from pilotage.model.change import Change
from pilotage.model.config import DEFAULT_TYPES, ChangeType, Config
from pilotage.model.version import Bump


def change(kind: str, *, breaking: bool = False) -> Change:
    return Change("a" * 40, kind, "subject", breaking=breaking)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("feat", Bump.MINOR),
        ("fix", Bump.PATCH),
        ("perf", Bump.PATCH),
        ("deps", Bump.PATCH),
        ("revert", Bump.PATCH),
        ("docs", Bump.NONE),
        ("chore", Bump.NONE),
        ("refactor", Bump.NONE),
        ("ci", Bump.NONE),
    ],
)
def test_the_table_of_types_decides_the_bump(kind: str, expected: Bump) -> None:
    assert expected == bump_of_change(change(kind), Config())


@pytest.mark.parametrize("kind", ["feat", "chore", "unheard-of"])
def test_a_breaking_change_of_any_type_is_major(kind: str) -> None:
    assert bump_of_change(change(kind, breaking=True), Config()) == Bump.MAJOR


def test_a_type_outside_the_table_moves_nothing() -> None:
    assert bump_of_change(change("unheard-of"), Config()) == Bump.NONE


def test_an_added_type_moves_as_far_as_its_row_says() -> None:
    config = Config(extend_types={"sec": ChangeType("patch", "Security")})
    assert bump_of_change(change("sec"), config) == Bump.PATCH


def test_only_chores_and_docs_release_nothing() -> None:
    # peers.md 3d: two peers answer 1.0.1 here
    assert decide_bump([change("chore"), change("docs")], Config()) == Bump.NONE


def test_no_changes_release_nothing() -> None:
    assert decide_bump([], Config()) == Bump.NONE


@given(st.lists(st.tuples(st.sampled_from([*DEFAULT_TYPES, "other"]), st.booleans()), min_size=1))
def test_the_farthest_change_decides_in_any_order(rows: list[tuple[str, bool]]) -> None:
    changes = [change(kind, breaking=breaking) for kind, breaking in rows]
    ranks = [bump_of_change(one, Config()).rank for one in changes]
    assert max(ranks) == decide_bump(changes, Config()).rank == decide_bump(reversed(changes), Config()).rank
