from __future__ import annotations

from typing import TypeAlias

from hypothesis import example, given
from hypothesis import strategies as st

from pilotage.domains.backtest.lineage import Lineage
from pilotage.domains.backtest.releasetags import read_release_tags
from pilotage.domains.backtest.steps import PastStep, read_steps
from pilotage.model.commit import Commit

Graph: TypeAlias = "list[tuple[int, ...]]"


def sha_of(number: int) -> str:
    return f"{number:040x}"


def lineage_of(parents: Graph) -> Lineage:
    """Make a history of commits by their position, 0 the newest."""
    commits = [
        Commit(sha_of(position), f"c{position}", parents=tuple(map(sha_of, older)))
        for position, older in enumerate(parents)
    ]
    return Lineage(commits)


def reach(parents: Graph, start: int) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        position = waiting.pop()
        if position not in found:
            found.add(position)
            waiting.extend(parents[position])
    return found


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Graph, set[int]]:
    size = draw(st.integers(1, 14))
    parents: Graph = []
    for position in range(size):
        older = range(position + 1, size)
        parents.append(tuple(draw(st.lists(st.sampled_from(older), unique=True, max_size=3)) if older else ()))
    return parents, draw(st.sets(st.integers(0, size - 1)))


@given(graphs())
@example(([(1, 2, 3), (2,), (), ()], {1}))
def test_a_span_is_what_git_gives_for_the_head_without_the_stops(case: tuple[Graph, set[int]]) -> None:
    parents, stops = case
    others = stops - {0}
    reached = [stop for stop in others if stop in reach(parents, 0)]
    excluded = set().union(*(reach(parents, stop) for stop in reached))
    nearest = {stop for stop in reached if not any(stop in reach(parents, other) for other in reached if other != stop)}

    span = lineage_of(parents).span(0, stops)

    assert set(span.positions) == reach(parents, 0) - excluded
    assert list(span.positions) == sorted(span.positions)
    assert set(span.stops) == nearest


def test_a_position_is_that_of_a_commit() -> None:
    lineage = lineage_of([(1,), ()])
    assert lineage.position_of(sha_of(1)) == 1
    assert lineage.position_of("f" * 40) is None
    assert lineage.first_parent(0) == 1
    assert lineage.first_parent(1) is None


def test_a_parent_that_is_not_here_is_passed_over() -> None:
    assert Lineage([Commit(sha_of(0), "x", parents=(sha_of(9),))]).span(0, ()).positions == (0,)


def steps_of(parents: Graph, **tags: int) -> dict[str, PastStep]:
    names = {name.replace("_", ".").replace("X", "-"): sha_of(position) for name, position in tags.items()}
    return {step.release.name: step for step in read_steps(lineage_of(parents), read_release_tags(names))}


def told(step: PastStep) -> tuple[str, tuple[int, ...]]:
    return step.previous.name if step.previous else "", step.span


def test_a_release_follows_the_nearest_one_by_ancestry() -> None:
    steps = steps_of([(1,), (2,), (3,), ()], v1_0_0=3, v1_1_0=1, v1_2_0=0)
    assert [told(steps[name]) for name in ("v1.0.0", "v1.1.0", "v1.2.0")] == [
        ("", (3,)),
        ("v1.0.0", (1, 2)),
        ("v1.1.0", (0,)),
    ]


def test_the_releases_stand_in_the_order_of_the_history_newest_first() -> None:
    assert list(steps_of([(1,), (2,), ()], v1_0_0=2, v1_1_0rc1=1, v1_1_0=1, v0_9_0=0)) == [
        "v0.9.0",
        "v1.1.0",
        "v1.1.0rc1",
        "v1.0.0",
    ]


def test_a_maintenance_release_does_not_follow_what_its_branch_does_not_contain() -> None:
    # 0 is on main after 2.0.0, 1 on the branch of 1.x
    steps = steps_of([(2,), (3,), (3,), ()], v1_0_0=3, v2_0_0=2, v1_0_1=1, v2_1_0=0)
    assert told(steps["v1.0.1"]) == ("v1.0.0", (1,))
    assert told(steps["v2.1.0"]) == ("v2.0.0", (0,))


def test_after_a_merge_of_two_lines_the_higher_one_is_followed() -> None:
    # 0 merges main (1, on 2.0.0 at 3) and the maintenance branch (1.0.1 at 2)
    steps = steps_of([(1, 2), (3,), (4,), (4,), ()], v1_0_0=4, v2_0_0=3, v1_0_1=2, v2_0_1=0)
    assert told(steps["v2.0.1"]) == ("v2.0.0", (0, 1, 2))


def test_after_a_merge_a_release_follows_the_highest_below_it() -> None:
    steps = steps_of([(1, 2), (3,), (3,), ()], v3_0_0=1, v1_0_1=2, v1_0_0=3, v1_1_0=0)
    assert told(steps["v1.1.0"]) == ("v1.0.1", (0, 1))


def test_a_full_version_goes_past_its_pre_releases_and_knows_the_newest() -> None:
    steps = steps_of([(1,), (2,), (3,), ()], v1_0_0=3, v1_1_0rc1=2, v1_1_0rc2=1, v1_1_0=0)
    assert told(steps["v1.1.0rc2"]) == ("v1.1.0rc1", (1,))
    assert told(steps["v1.1.0"]) == ("v1.0.0", (0, 1, 2))
    final = steps["v1.1.0"]
    assert final.pre_release is not None
    assert (final.pre_release.name, final.pre_span) == ("v1.1.0rc2", (0,))


def test_pre_releases_before_the_last_full_version_are_over() -> None:
    assert steps_of([(1,), (2,), ()], v1_1_0rc1=2, v1_1_0=1, v1_2_0=0)["v1.2.0"].pre_release is None


def test_releases_on_one_commit_follow_each_other() -> None:
    steps = steps_of([(1,), ()], v1_0_0=1, v1_1_0rc1=0, v1_1_0=0)
    assert told(steps["v1.1.0"]) == ("v1.0.0", (0,))
    assert steps["v1.1.0"].pre_span == ()
    assert told(steps["v1.1.0rc1"]) == ("v1.0.0", (0,))


def test_each_component_is_a_series_of_its_own() -> None:
    steps = steps_of([(1,), (2,), ()], aXv1_0_0=2, bXv1_0_0=1, aXv1_1_0=0)
    assert told(steps["a-v1.1.0"]) == ("a-v1.0.0", (0, 1))
    assert told(steps["b-v1.0.0"]) == ("", (1, 2))


def test_a_tag_on_no_commit_of_the_history_is_left_out() -> None:
    assert list(steps_of([()], v1_0_0=0, v2_0_0=7)) == ["v1.0.0"]
