from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.downstream.names import is_match
from pilotage.domains.downstream.selection import (
    MOST_JOBS,
    count_shards,
    is_allowed,
    named,
    rule_of,
    search_queries,
    shard_of,
)
from pilotage.model.downstreamrules import DownstreamRepository, DownstreamRules

GENERAL = DownstreamRules(
    repositories=("acme/plain", DownstreamRepository("Acme/Own", update="dispatch", workflow="own.yml", ref="next")),
    allow=("acme/flow-*", "other/*"),
    keep=("acme/legacy-*", "*/pinned"),
    update="pull-request",
    workflow="image.yml",
    ref="main",
    inputs={"v": "{version}"},
    lock_workflow="lock.yml",
    files=("deps/**",),
)


def filled(name: str, **changed: object) -> DownstreamRepository:
    fields: dict[str, object] = {
        "update": "pull-request",
        "workflow": "image.yml",
        "ref": "main",
        "inputs": {"v": "{version}"},
        "lock_workflow": "lock.yml",
        "files": ("deps/**",),
    }
    return DownstreamRepository(name, **(fields | changed))  # type: ignore[arg-type]  # the fields of the record


def test_a_repository_without_rules_of_its_own_follows_the_general_ones() -> None:
    assert rule_of("acme/plain", GENERAL) == filled("acme/plain")
    assert rule_of("other/found", GENERAL) == filled("other/found")


def test_a_repository_s_own_rules_win_in_whatever_case_it_is_named() -> None:
    expected = filled("acme/own", update="dispatch", workflow="own.yml", ref="next")
    assert expected == rule_of("acme/own", GENERAL)


def test_a_repository_may_do_without_what_the_general_rules_have() -> None:
    bare = DownstreamRepository("acme/bare", workflow="", ref="", inputs={}, lock_workflow="", files=())
    rules = DownstreamRules(repositories=(bare,), workflow="a.yml", ref="b", lock_workflow="c.yml", files=("d",))
    expected = filled("acme/bare", update="auto", workflow="", ref="", inputs={}, lock_workflow="", files=())
    assert expected == rule_of("acme/bare", rules)


@pytest.mark.parametrize("name", ["acme/legacy-1", "ACME/Legacy-one", "any/pinned"])
def test_what_is_kept_is_kept(name: str) -> None:
    assert rule_of(name, GENERAL) == filled(name, update="keep")


def test_keeping_wins_over_rules_of_its_own() -> None:
    rules = DownstreamRules(repositories=(DownstreamRepository("acme/x", update="dispatch"),), keep=("acme/*",))
    assert rule_of("acme/x", rules).update == "keep"


def test_the_named_repositories_keep_their_order() -> None:
    assert named(GENERAL) == ("acme/plain", "Acme/Own")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("acme/plain", True),
        ("ACME/OWN", True),
        ("acme/flow-1", True),
        ("Acme/Flow-", True),
        ("acme/other", False),
        ("other/anything", True),
        ("others/anything", False),
        ("evil/flow-1", False),
        ("acme/flow-1/x", False),
        ("acme", False),
    ],
)
def test_what_is_neither_named_nor_allowed_is_never_touched(name: str, *, expected: bool) -> None:
    assert expected is is_allowed(name, GENERAL)


def test_a_star_stands_for_a_part_only() -> None:
    assert is_match("acme/flow-x", "*/flow-*")
    assert not is_match("acme/flow-x", "acme/*/x")
    assert not is_match("acme/flow-x", "*")


def test_searches_and_topics_are_asked_for_at_each_owner_that_is_allowed_and_once() -> None:
    rules = DownstreamRules(
        topics=("flow", "image"), search=("org:acme a in:name", "x", "x"), allow=("Acme/*", "acme/b", "beta/c-*")
    )
    expected = (
        "org:acme a in:name",
        "x user:acme",
        "x user:beta",
        "topic:flow user:acme",
        "topic:flow user:beta",
        "topic:image user:acme",
        "topic:image user:beta",
    )
    assert expected == search_queries(rules)


def test_nothing_is_searched_for_where_all_are_named() -> None:
    assert search_queries(GENERAL) == ()


NAMES = st.lists(st.from_regex(r"[abAB]{1,2}/[abc]{1,3}", fullmatch=True), max_size=60)


@pytest.mark.parametrize(
    ("count", "per_job", "jobs"),
    [(0, 50, 0), (1, 50, 1), (50, 50, 1), (51, 50, 2), (300, 50, 6), (256, 1, 256), (257, 1, 256), (1000, 1, 256)],
)
def test_a_job_takes_more_where_a_matrix_would_have_too_many(count: int, per_job: int, jobs: int) -> None:
    names = [f"acme/r{number}" for number in range(count)]
    assert jobs == count_shards(names, DownstreamRules(per_job=per_job)) <= MOST_JOBS


@given(NAMES, st.integers(1, 12))
def test_every_repository_is_in_exactly_one_shard(names: list[str], count: int) -> None:
    shards = [shard_of(names, index, count) for index in range(1, count + 1)]
    assert sorted(name for shard in shards for name in shard) == sorted(set(names))
    assert shards == [shard_of(reversed(names), index, count) for index in range(1, count + 1)]


@given(NAMES, NAMES, st.integers(1, 12))
def test_a_repository_stays_in_its_shard_whatever_else_is_found(
    names: list[str], others: list[str], count: int
) -> None:
    for index in range(1, count + 1):
        assert set(shard_of(names, index, count)) <= set(shard_of([*names, *others], index, count))


def test_the_shards_of_many_are_about_as_large_as_each_other() -> None:
    names = [f"acme/flow-{number}" for number in range(300)]
    sizes = [len(shard_of(names, index, 6)) for index in range(1, 7)]
    assert min(sizes) > 35
    assert max(sizes) < 65
